package api

import (
	"context"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"tenantry/customers/idempotency"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// request is one request and what became known of it on its way.
type request struct {
	echo.Context
	// ctx ends when the client hangs up or the request has worked for too long.
	ctx context.Context
	// ref identifies this answer to the client, in the log and to support.
	ref string
	// base is public_url, empty for none.
	base string
	// caller sent the request; the zero value on routes that are open to all.
	caller tenancy.Caller
	// identifyAgain identifies the caller anew, while a stream goes on.
	identifyAgain func() (tenancy.Caller, error)
	// headed is when a stream began to answer; zero for other requests.
	headed time.Time
	// content is the body, empty when there is none.
	content []byte
	// upload is the form of a route that awaits a file.
	upload *dialect.Upload
	// load is what the request takes of what is at work; nil for no bounds.
	load *load
	// attempt is the idempotent attempt, the zero value when there is none.
	attempt idempotency.Attempt
	// kept is the answer that a write took along, nil for none.
	kept *idempotency.Answer
	// blind reports that the caller may not read what it changes.
	blind bool
	// dry reports that the request is only tried: nothing is written in its context.
	dry bool
	// code is the code of the refusal, for the log.
	code fault.Code
	// replayed is true if the answer is that of an earlier attempt.
	replayed bool
	// dialect owns the route or path; nil for the native API.
	dialect dialect.Dialect
	// speaker is the dialect whose media type the request is in; nil for none.
	speaker dialect.Dialect
	// refusal is the refusal that was kept for repeats of the request; it is sent as it
	// was kept.
	refusal *idempotency.Answer
}

// handler serves a route: it decodes, calls one service method and returns the response.
type handler func(req *request) (response, error)

// customerID returns the customer that the path is about: `:id`, or the subject itself on
// the routes that have none.
func (req *request) customerID() string {
	if id := req.Param("id"); id != "" {
		return id
	}
	return req.caller.Subject.Ref().ID.String()
}

// hasEmptyParameter reports whether a parameter of the path was left empty, as in
// `/v3/customers//keys`: that names no customer, above all not the subject.
func (req *request) hasEmptyParameter() bool { return slices.Contains(req.ParamValues(), "") }

// decode reads the body, one JSON object, into an input struct.
func (req *request) decode(into any) error { return patch.Decode(req.content, into) }

// decodeLeniently is decode for inputs that carry the faults found while reading into the
// service, which reports them together with those of its own rules.
func (req *request) decodeLeniently(into any) (reading, err error) {
	err = req.decode(into)
	if err != nil && fault.KindOf(err) == fault.Invalid {
		return err, nil
	}
	return nil, err
}

// decodeOptional is decode for routes whose body is optional.
func (req *request) decodeOptional(into any) error {
	if len(req.content) == 0 {
		return nil
	}
	return req.decode(into)
}

// nothing is the input of routes that take none: a body may only be empty or an empty
// object, so that a misplaced field is not silently ignored.
type nothing struct{}
