package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"tenantry/customers/idempotency"
)

const (
	contentJSON = "application/json; charset=utf-8"

	headerETag     = "ETag"
	headerReplayed = "Idempotent-Replayed"
)

// response is what a handler returns.
type response struct {
	status int
	// body is encoded as JSON; nil for none.
	body any
	// redacted is body without what only this caller may see again; nil if body holds
	// nothing of the kind.
	redacted any
	// keeps are members of body that the caller is answered even if it may not read: what
	// it made, and can be shown only now.
	keeps []string
	// version, if above zero, is the version of the one customer in body.
	version int64
	// location is the path of what was created.
	location string
	// record is the customer that body is the representation of, when a repeat may be
	// answered with it anew.
	record *idempotency.Record
	// page is sent as it is, instead of body; the handler has set its type.
	page []byte
	// whole is the answer of a dialect, instead of all other fields.
	whole *idempotency.Answer
}

// answer encodes the response.
func (r response) answer() (idempotency.Answer, error) {
	if r.whole != nil {
		return *r.whole, nil
	}
	a := idempotency.Answer{Status: r.status, Body: r.page, Record: r.record}
	var err error
	if r.body != nil {
		if a.Body, err = encode(r.body); err != nil {
			return a, err
		}
	}
	if r.redacted != nil {
		if a.Redacted, err = encode(r.redacted); err != nil {
			return a, err
		}
	}
	if r.version > 0 || r.location != "" {
		a.Header = make(map[string]string, 2)
	}
	if r.version > 0 {
		a.Header[headerETag] = etag(r.version)
	}
	if r.location != "" {
		a.Header[echo.HeaderLocation] = r.location
	}
	return a, nil
}

// encode writes compact JSON, ends the line for people who read it at a terminal, and
// leaves HTML as it is: what a customer sent is returned as it was sent, and no answer is
// ever a page.
func encode(value any) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("encoding an answer: %w", err)
	}
	return buffer.Bytes(), nil
}

// send writes the answer. An error from here on is a broken connection, so it has no
// reader.
func (req *request) send(a idempotency.Answer) error {
	header := req.Response().Header()
	for name, value := range a.Header {
		header.Set(name, value)
	}
	if req.replayed {
		header.Set(headerReplayed, "true")
	}
	if a.Status == http.StatusServiceUnavailable && header.Get(echo.HeaderRetryAfter) == "" {
		header.Set(echo.HeaderRetryAfter, "1") // All of these pass; programs need a number.
	}
	if a.Body == nil {
		return req.NoContent(a.Status)
	}
	media := header.Get(echo.HeaderContentType)
	if media == "" {
		media = contentJSON
	}
	header.Set(echo.HeaderContentLength, strconv.Itoa(len(a.Body)))
	return req.Blob(a.Status, media, req.pack(a.Body, media))
}
