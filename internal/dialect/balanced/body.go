package balanced

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/url"
	"strings"

	"tenantry/internal/dialect"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// body is a JSON object that was sent, member by member.
type body map[string]json.RawMessage

// readBody reads what was sent: a JSON object, a form, or nothing. It returns
// Malformed for anything else.
func readBody(x *dialect.Request) (body, error) {
	if len(bytes.TrimSpace(x.Content)) == 0 {
		return body{}, nil
	}
	if media, _, _ := mime.ParseMediaType(x.Request.Header.Get("Content-Type")); media == mediaForm {
		return readForm(string(x.Content))
	}
	members := body{}
	raw, err := patch.Object(x.Content)
	if err == nil {
		err = json.Unmarshal(raw, &members)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, fault.CodeMalformed, "the body must be one JSON object, complete and valid")
	}
	return members, nil
}

// readForm reads a form: name=value, and name[key]=value for a member of a member.
func readForm(text string) (body, error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, fault.CodeMalformed, "the form cannot be read; percent-encode it")
	}
	members, nested := body{}, map[string]map[string]string{}
	for name, given := range values {
		value := given[len(given)-1]
		outer, inner, found := strings.Cut(name, "[")
		if !found {
			members[name] = quoted(value)
			continue
		}
		if nested[outer] == nil {
			nested[outer] = map[string]string{}
		}
		nested[outer][strings.TrimSuffix(inner, "]")] = value
	}
	for name, inner := range nested {
		raw, err := json.Marshal(inner)
		if err != nil {
			return nil, fault.Wrap(err, fault.Malformed, fault.CodeMalformed, "the form cannot be read")
		}
		members[name] = raw
	}
	return members, nil
}

// quoted returns a text as JSON.
func quoted(text string) json.RawMessage {
	raw, _ := json.Marshal(text) // a text always can
	return raw
}
