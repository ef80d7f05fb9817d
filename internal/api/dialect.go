package api

import (
	"errors"
	"net/http"
	"strings"

	"tenantry/customers/evidence"
	"tenantry/customers/idempotency"
	"tenantry/customers/rows"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
)

// ownerOf returns the dialect that owns the path, nil for the native API.
func ownerOf(path string, dialects []dialect.Dialect) dialect.Dialect {
	for _, vendor := range dialects {
		if vendor.Owns(path) {
			return vendor
		}
	}
	return nil
}

// speakerOf returns the dialect whose media type a request is in, nil for none.
func speakerOf(header http.Header, dialects []dialect.Dialect) dialect.Dialect {
	for _, vendor := range dialects {
		if speaker, ok := vendor.(dialect.Speaker); ok && speaker.Speaks(header) {
			return vendor
		}
	}
	return nil
}

// dialectRoutes returns the routes of a dialect, to be run as the native ones are.
func (s *Server) dialectRoutes(vendor dialect.Dialect) []route {
	var list []route
	for _, given := range vendor.Routes() {
		r := route{
			method: given.Method, path: given.Pattern, media: given.Media, maxBody: given.MaxBody, dialect: vendor, guest: given.Guest, reveals: given.Reveals, serves: given.Serve,
			handler: func(req *request) (response, error) {
				whole, err := given.Serve(s.forDialect(req))
				return response{whole: &whole}, err
			},
		}
		if await := given.Await; await != nil {
			r.await = func(req *request) (*evidence.Upload, error) { return await(s.forDialect(req)) }
		}
		if given.Open {
			r.access = open
		}
		list = append(list, r)
	}
	return list
}

// forDialect returns what a dialect may see of a request.
func (s *Server) forDialect(req *request) *dialect.Request {
	x := &dialect.Request{
		Context: req.ctx, Request: req.Request(), Parameter: req.Param, Address: clientAddress(req.Request(), s.options.TrustedProxies),
		Caller: req.caller, Content: req.content, Upload: req.upload, Ref: req.ref, Attempt: req.attempt,
		Unrouted: req.isUnrouted(),
	}
	if !req.attempt.ID.IsZero() {
		x.Keep = func(a idempotency.Answer) (rows.Companion, func(), error) {
			return s.keepShown(req, func() (response, error) { return response{whole: &a}, nil })
		}
	}
	return x
}

// isUnrouted reports whether no route has the path. Echo takes all that follows for the
// last parameter of a pattern.
func (req *request) isUnrouted() bool {
	return strings.Count(req.Path(), "/") != strings.Count(req.Request().URL.Path, "/")
}

// refusalAnswer writes an error in the shape of the dialect of the route or path, or of the
// request itself. A dialect gets its own errors as they are, and internal errors without
// their cause.
func (s *Server) refusalAnswer(req *request, err error) (idempotency.Answer, error) {
	public, vendor := refusalOf(err), req.dialect
	if vendor == nil {
		vendor = req.speaker
	}
	if vendor == nil {
		return req.faultAnswer(public)
	}
	if _, ours := errors.AsType[*fault.Error](err); !ours || public.Kind == fault.Internal {
		err = public
	}
	return vendor.Refuse(s.forDialect(req), err), nil
}
