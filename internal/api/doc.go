// Package api owns HTTP: the server, the native /v3 routes, the middleware that
// identifies callers, and the one table that turns refusals into statuses. It is the only
// place that knows Echo.
//
// It decides nothing about customers. A handler decodes the request, calls one service
// method and returns a response. What surrounds it (the caller, limits, idempotency, the
// envelope of errors, the access log) is the same for every route and lives in run.go and
// observe.go. Routes of other vendors' dialects go the same way (dialect.go), on the
// public listener alone.
//
// To add a route: write the handler in the file of its group, name it in routes.go and
// describe it in openapi.yaml; the tests fail until all three agree.
package api
