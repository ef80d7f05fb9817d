package testkit

import (
	"time"

	"tenantry/customers/idempotency"
	"tenantry/tenancy"
)

// attempts are the acts on repeatable requests.
type attempts struct{ *installation }

// Request is what identifies a request: method, path and body.
var Request = []byte("POST /v3/customers, body 1")

// Created is the answer of a creation, with its secret and without.
var Created = idempotency.Answer{
	Status: 201, Header: map[string]string{"Location": "/v3/customers/1", "ETag": `"1"`},
	Body: []byte(`{"id":"1","keys":{"secret":"sk_test_very_secret"}}`), Redacted: []byte(`{"id":"1"}`),
}

// Almost is a moment short of the time for which an orphaned reservation, or an attempt
// without an answer, blocks others.
const Almost = time.Minute - time.Millisecond

// Began demands an attempt that may go ahead.
func (h attempts) Began(caller tenancy.Caller, key string) idempotency.Attempt {
	h.T.Helper()
	attempt, earlier, err := h.Svc.Idempotency.Begin(h.T.Context(), caller, key, Request)
	Must(h.T, err)
	if earlier != nil {
		h.T.Fatalf("an earlier answer came: %d", earlier.Status)
	}
	return attempt
}

// Replayed demands the answer of an earlier attempt.
func (h attempts) Replayed(caller tenancy.Caller, key string) idempotency.Answer {
	h.T.Helper()
	_, earlier, err := h.Svc.Idempotency.Begin(h.T.Context(), caller, key, Request)
	Must(h.T, err)
	if earlier == nil {
		h.T.Fatal("the request would be done twice")
	}
	return *earlier
}
