package dialect

import (
	"context"
	"net/http"

	"tenantry/customers/idempotency"
	"tenantry/customers/registry"
	"tenantry/tenancy"
)

// Request is one request, as far as the server has prepared it.
type Request struct {
	// Context ends when the client hangs up or the request has worked for too long.
	context.Context
	Request *http.Request
	// Parameter returns a parameter of the path, or the empty text if the path has none of
	// that name.
	Parameter func(name string) string
	// Address is where the request came from, for limits.
	Address string
	// Caller is who asks; the zero value on open routes.
	Caller tenancy.Caller
	// Content is the body, empty when there is none.
	Content []byte
	// Upload is the form of a route that awaits a file, nil on all others.
	Upload *Upload
	// Ref names the answer to the client, in the log and to support: 32 hexadecimal
	// digits.
	Ref string
	// Attempt is the idempotent attempt, the zero value when there is none.
	Attempt idempotency.Attempt
	// Keep, unless nil, returns what a write takes along to keep the answer, and what to
	// call once it is written; see Answered.
	Keep registry.Keeper[idempotency.Answer]
	// Unrouted reports that the path is that of no route.
	Unrouted bool
}
