package balanced

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"tenantry/customers/idempotency"
	"tenantry/customers/view"
)

// object is a JSON object of an answer that is never one of many. What a list holds is a
// struct, its members in the order of the alphabet, as those of an object are encoded.
type object = map[string]any

// reference is how an answer names what one of its addresses leads to.
type reference struct {
	Type string `json:"_type"`
	Key  string `json:"key"`
}

// answer encodes a body.
func answer(status int, body any) (idempotency.Answer, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false) // what a customer sent is returned as it was sent
	if err := encoder.Encode(body); err != nil {
		return idempotency.Answer{}, fmt.Errorf("encoding an answer: %w", err)
	}
	return idempotency.Answer{
		Status: status, Header: map[string]string{"Content-Type": mediaJSON}, Body: bytes.TrimSuffix(buffer.Bytes(), []byte("\n")),
	}, nil
}

// nothing answers that it was done.
func nothing() idempotency.Answer { return idempotency.Answer{Status: http.StatusNoContent} }

// stamp writes a moment with six digits of the second.
func stamp(at view.Stamp) string {
	return time.Time(at).UTC().Format("2006-01-02T15:04:05.000000Z")
}

// orNull returns null for an empty text.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// link describes where a member leads, for clients that follow it.
func link(kind, key string) reference { return reference{Type: kind, Key: key} }
