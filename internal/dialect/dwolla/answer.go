package dwolla

import (
	"bytes"
	"encoding/json"
	"net/http"

	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// object is a JSON object of an answer. Members without a value are left out,
// since clients refuse null.
type object = map[string]any

// link leads to a resource.
type link struct {
	Href     string `json:"href"`
	Type     string `json:"type,omitempty"`
	Resource string `json:"resource-type,omitempty"`
}

type links map[string]link

// to makes a link to a resource of a kind.
func to(href, kind string) link { return link{Href: href, Type: mediaHAL, Resource: kind} }

// answer writes a body, as what it says it is.
func answer(status int, media string, body any) idempotency.Answer {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false) // what a customer sent is returned as it was sent
	_ = encoder.Encode(body)     // everything that is answered can be written
	return idempotency.Answer{
		Status: status, Header: map[string]string{"Content-Type": media}, Body: bytes.TrimSuffix(buffer.Bytes(), []byte("\n")),
	}
}

// show answers with a resource.
func show(body any) (idempotency.Answer, error) { return answer(http.StatusOK, mediaHAL, body), nil }

// created answers where the new resource is, and nothing else.
func (f *Handler) created(x *dialect.Request, path string) (idempotency.Answer, error) {
	return idempotency.Answer{Status: http.StatusCreated, Header: map[string]string{"Location": f.base(x.Request) + path}}, nil
}

// identify returns the id of the path as services take it. What is no UUID of ours
// names nothing.
func identify(x *dialect.Request) (string, error) {
	id, ok := dialect.ParseUUID(x.Parameter("id"))
	if !ok {
		return "", fault.NotFoundError()
	}
	return id.String(), nil
}

// uuid writes the id of a record, given as its digits.
func uuid(digits string) string {
	id, err := tenancy.ParseID(digits)
	if err != nil {
		return ""
	}
	return dialect.UUID(id)
}

// record reads what uuid wrote, and returns other text as it is: it names nothing.
func record(text string) string {
	if id, ok := dialect.ParseUUID(text); ok {
		return id.String()
	}
	return "-" + text
}
