package idempotency

import (
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Attempt is an idempotent request that may go ahead; it must be finished or
// abandoned.
type Attempt struct {
	// ID is reserved for what the request may make: every try of it makes the same.
	ID          tenancy.ID
	reservation rows.Reservation
	subject     tenancy.ID
	scopes      tenancy.Scope
	derive      func(label string) []byte
	// resumed reports whether an earlier try with this key ended without an answer.
	resumed bool
}

// Try returns what use cases know of the attempt.
func (a Attempt) Try() tenancy.Attempt { return tenancy.Attempt{ID: a.ID, Resumed: a.resumed} }

// Answer is what an idempotent request was answered.
type Answer struct {
	Status int               `json:"status"`
	Header map[string]string `json:"header,omitempty"`
	Body   []byte            `json:"body,omitempty"`
	// Record, when not nil, is the customer that Body is the representation of. It is kept
	// in place of Body and headers: a repeat is answered with the customer as it is then,
	// which is Body as long as nobody else changed it.
	Record *Record `json:"-"`
	// Redacted is Body without what only the original caller may see again; nil
	// when Body holds nothing of the kind.
	Redacted []byte `json:"-"`
}

// Record is a customer in one of its versions.
type Record struct {
	ID      tenancy.ID
	Version int64
}
