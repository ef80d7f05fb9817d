package dialect

import (
	"net/http"

	"tenantry/customers/access"
	"tenantry/customers/evidence"
	"tenantry/customers/idempotency"
)

// Dialect is one vendor's dialect of the service. The server does what all dialects need: it
// finds out who calls, limits rate, size and time, keeps answers of idempotent
// requests, logs and counts. A Dialect is safe for concurrent use.
type Dialect interface {
	// Owns reports whether a path is the vendor's, so that refusals about a path or a
	// method that has no route are in its shape. What native routes have is not its.
	Owns(path string) bool
	// Routes lists what it serves; always the same. A route that the native API has
	// too is the dialect's.
	Routes() []Route
	// Presented collects what a request shows of who sent it; the server adds the
	// address. An error refuses the request. It is not asked on open routes.
	Presented(request *http.Request) (access.Presented, error)
	// IdempotencyKey returns the key of a request, empty when it has none. An error
	// refuses the request. It is not asked on open routes, nor where nothing changes.
	IdempotencyKey(request *http.Request) (string, error)
	// KeepsRefusal reports whether a refusal uses up its idempotency key. One that left
	// its mark in the record always does; faults of ours never should.
	KeepsRefusal(status int) bool
	// Refuse writes an error, in which there always is a *fault.Error, in the vendor's
	// shape. What of the exchange was not found out yet is the zero value: for a path
	// without a route there are no parameters, no caller and no content.
	Refuse(x *Request, err error) idempotency.Answer
	// Reduce takes from the answer of a write what only a caller that may read is shown:
	// what is left says which record was written.
	Reduce(a idempotency.Answer) (idempotency.Answer, error)
	// Echoes returns headers of every answer to a request, refusals among them.
	Echoes(request *http.Request) map[string]string
}

// Speaker is a Dialect whose vendor has a media type of its own. A request in it that no
// dialect owns is refused in the shape of its speaker, whoever serves the path: the
// vendor's clients understand no other.
type Speaker interface {
	Dialect
	// Speaks reports whether a request is in the vendor's media type, by its headers.
	Speaks(header http.Header) bool
}

// Route is one operation of a dialect.
type Route struct {
	Method string
	// Pattern names its parameters with a colon: /v1/customers/:id.
	Pattern string
	// Serve decodes, calls the service and encodes. Its errors become answers through
	// Dialect.Refuse. An answer without a Content-Type of its own is JSON.
	Serve func(x *Request) (idempotency.Answer, error)
	// Open routes want no credential: their Request has no caller, and they keep no
	// answers by idempotency key.
	Open bool
	// Guest, where set on a route that is not open, tells of a request that it wants no
	// credential: such a one is served without a caller.
	Guest func(request *http.Request) bool
	// Media are the media types that bodies may have beside JSON, without parameters.
	Media []string
	// Await, where set, is asked before the body is read whether the caller may send a
	// file, and the body is a form with it, which is received piece by piece.
	Await func(x *Request) (*evidence.Upload, error)
	// Reveals says that a read is answered with what is masked everywhere else.
	Reveals bool
	// MaxBody is the longest body in bytes; 0 is the usual bound of the server.
	MaxBody int64
}
