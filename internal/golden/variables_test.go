package golden_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tenantry/internal/testkit"
)

var variable = regexp.MustCompile(`\$\{[^}]*\}`)

// fill puts the variables in.
func (p *player) fill(text string) (string, error) {
	var failed error
	filled := variable.ReplaceAllStringFunc(text, func(match string) string {
		words := strings.Fields(match[2 : len(match)-1])
		value, err := p.compute(words)
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s: %w", match, err)
		}
		return value
	})
	return filled, failed
}

// compute returns a variable, or something made of variables:
//
//	${cove.id}              the variable itself
//	${uuid cove}            the id of somebody as a UUID
//	${id cove.uuid}         the id that a UUID in a variable stands for
//	${basic cove}           what HTTP Basic shows of a secret key
//	${pair cove.id x}       two variables as HTTP Basic shows them
//	${tail shop.uri}        the last segment of a path in a variable
//	${slice shop 2}         a variable from its second byte on
//	${repeat x 300}         a text, repeated
//	${now -90m}             the time, some time from now, as RFC 3339
//	${unix}                 the time, as seconds
//	${sign id member}       the signature of a message of now, whose body is in the variable
func (p *player) compute(words []string) (string, error) {
	now := p.i.clock.Now()
	switch {
	case len(words) == 1 && words[0] == "unix":
		return strconv.FormatInt(now.Unix(), 10), nil
	case len(words) == 1:
		value, known := p.variables[words[0]]
		if !known {
			return "", fmt.Errorf("it is not known")
		}
		return value, nil
	case words[0] == "uuid":
		id, err := p.compute([]string{words[1] + ".id"})
		if err != nil || len(id) != 24 {
			return "", fmt.Errorf("%q is no id: %w", id, err)
		}
		return id[:8] + "-" + id[8:12] + "-8000-8000-" + id[12:], nil
	case words[0] == "id":
		uuid, err := p.compute(words[1:])
		if err != nil || len(uuid) != 36 {
			return "", fmt.Errorf("%q is no UUID: %w", uuid, err)
		}
		return uuid[:8] + uuid[9:13] + uuid[24:], nil
	case words[0] == "basic":
		key, err := p.compute([]string{words[1] + ".secret"})
		return base64.StdEncoding.EncodeToString([]byte(key + ":")), err
	case words[0] == "tail":
		uri, err := p.compute(words[1:])
		return uri[strings.LastIndex(uri, "/")+1:], err
	case words[0] == "slice":
		text, err := p.compute(words[1:2])
		from, wrong := strconv.Atoi(words[2])
		if err != nil || wrong != nil || from > len(text) {
			return "", fmt.Errorf("%q has no such part: %w", text, errors.Join(err, wrong))
		}
		return text[from:], nil
	case words[0] == "pair":
		name, err := p.compute(words[1:2])
		password, wrong := p.compute(words[2:])
		return base64.StdEncoding.EncodeToString([]byte(name + ":" + password)), errors.Join(err, wrong)
	case words[0] == "repeat":
		times, err := strconv.Atoi(words[2])
		return strings.Repeat(words[1], times), err
	case words[0] == "now":
		by, err := time.ParseDuration(words[1])
		return now.Add(by).UTC().Format(time.RFC3339), err
	case words[0] == "sign":
		body, err := p.compute(words[2:])
		secret, wrong := base64.StdEncoding.DecodeString(strings.TrimPrefix(callbackSecret, "whsec_"))
		testkit.Must(p.t, wrong)
		mac := hmac.New(sha256.New, secret)
		fmt.Fprintf(mac, "%s.%d.%s", words[1], now.Unix(), body)
		return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), err
	}
	return "", fmt.Errorf("it is not known")
}

// found is what an answer says at a place: @Header, @Header/ for its last segment, the
// dotted path of a member, or * for all of it.
func found(header http.Header, body []byte, from string) (string, error) {
	if name, is := strings.CutPrefix(from, "@"); is {
		name, last := strings.CutSuffix(name, "/")
		value := header.Get(name)
		if last {
			value = value[strings.LastIndex(value, "/")+1:]
		}
		if value == "" {
			return "", fmt.Errorf("there is no header %s", name)
		}
		return value, nil
	}
	if from == "*" {
		return string(body), nil
	}
	from, last := strings.CutSuffix(from, "/")
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return "", fmt.Errorf("reading the answer: %w", err)
	}
	for member := range strings.SplitSeq(from, ".") {
		switch holder := value.(type) {
		case map[string]any:
			value = holder[member]
		case []any:
			n, err := strconv.Atoi(member)
			if err != nil || n >= len(holder) {
				return "", fmt.Errorf("there is no %s", from)
			}
			value = holder[n]
		default:
			return "", fmt.Errorf("there is no %s", from)
		}
	}
	text, ok := value.(string)
	if !ok {
		return "", fmt.Errorf("%s is no text", from)
	}
	if last {
		text = text[strings.LastIndex(text, "/")+1:]
	}
	return text, nil
}
