package dialect

import (
	"context"
	"net/http"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Dialect is one vendor's face of the service. It is safe for concurrent use.
type Dialect interface {
	// Routes lists what it serves; always the same.
	Routes() []Route
	// Owns tells whether refusals about a path that has no route are in its shape.
	Owns(path string) bool
	// Present collects what a request shows of who sent it. Without a subject it acts
	// for whoever signs it. The address is filled in by whoever asks.
	Present(r *http.Request) customers.Presented
	// Refuse writes a refusal in the vendor's shape.
	Refuse(x *Exchange, refusal *fault.Error) Answer
}

// Route is one route of a dialect.
type Route struct {
	Method string
	// Pattern names its parameters with a colon: /v1/customers/:id.
	Pattern string
	Handle  Handler
	// Open routes want no credential; their Exchange has no caller.
	Open bool
	// Media is a media type that bodies may have beside JSON.
	Media string
}

// Handler serves a route: it decodes, calls one method of the service and encodes.
// Errors become answers through Dialect.Refuse.
type Handler func(x *Exchange) (Answer, error)

// Exchange is one request, with what became known of it on its way.
type Exchange struct {
	// Context ends when the client hangs up or the request has worked for too long.
	Context context.Context
	Request *http.Request
	// Ref names the answer to the client, in the log and to support: 32 hexadecimal digits.
	Ref string
	// Caller is who asks; the zero value on open routes and for refusals before it was found out.
	Caller tenancy.Caller
	// Content is the body, empty when there is none.
	Content []byte
	// Address is where the request came from, for limits.
	Address string
	// Param gives a parameter of the path.
	Param func(name string) string
}

// Answer is what a dialect sends back.
type Answer struct {
	Status int
	// Media is the whole Content-Type of Body.
	Media string
	// Body is nil for none.
	Body []byte
	// Header holds further headers, by canonical name.
	Header map[string]string
}
