package dialect

import (
	"context"
	"net/http"

	"tenantry/customers"
	"tenantry/tenancy"
)

// Face is one vendor's face. The server does what all faces need: it finds out who
// calls, limits rate, size and time, keeps answers of idempotent requests, logs and
// counts.
type Face interface {
	// Prefix is what all its paths begin with, such as /straddle.
	Prefix() string
	// Routes are what it serves; patterns begin with the prefix and name their
	// parameters as :name.
	Routes() []Route
	// Presented collects what a request shows of itself. An error refuses it.
	Presented(request *http.Request) (customers.Presented, error)
	// IdempotencyKey gives the key of a request, empty when it has none. An error
	// refuses the request.
	IdempotencyKey(request *http.Request) (string, error)
	// KeepsRefusal tells whether a refusal uses up its idempotency key.
	KeepsRefusal(status int) bool
	// Refuse writes an error in the vendor's shape; ref names the answer.
	Refuse(ref string, err error) customers.Answer
	// Echoes gives the headers of every answer to a request.
	Echoes(request *http.Request) map[string]string
}

// Route is one operation of a face.
type Route struct {
	Method, Pattern string
	Serve           func(*Exchange) (customers.Answer, error)
	// Upload tells that bodies may be forms with a file, as long as a document.
	Upload bool
}

// Exchange is one request, as far as the server has prepared it.
type Exchange struct {
	context.Context
	Request *http.Request
	// Parameter gives a parameter of the path, decoded.
	Parameter func(name string) string
	Caller    tenancy.Caller
	// Content is the body, empty when there is none.
	Content []byte
	// Ref names the answer: 32 hexadecimal digits.
	Ref string
	// Attempt is the idempotent attempt, the zero value when there is none.
	Attempt customers.Attempt
}
