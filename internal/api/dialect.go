package api

import (
	"errors"

	"tenantry/customers/evidence"
	"tenantry/customers/idempotency"
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

// dialectRoutes returns the routes of a dialect, to be run as the native ones are.
func (s *Server) dialectRoutes(vendor dialect.Dialect) []route {
	var list []route
	for _, given := range vendor.Routes() {
		r := route{
			method: given.Method, path: given.Pattern, media: given.Media, maxBody: given.MaxBody, dialect: vendor, guest: given.Guest,
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
	return &dialect.Request{
		Context: req.ctx, Request: req.Request(), Parameter: req.Param, Address: clientAddress(req.Request(), s.options.TrustedProxies),
		Caller: req.caller, Content: req.content, Upload: req.upload, Ref: req.ref, Attempt: req.attempt,
	}
}

// refusalAnswer writes an error in the shape of the dialect of the route or path. A
// dialect gets its own errors as they are, and internal errors without their cause.
func (s *Server) refusalAnswer(req *request, err error) (idempotency.Answer, error) {
	public := refusalOf(err)
	if req.dialect == nil {
		return req.faultAnswer(public)
	}
	if _, ours := errors.AsType[*fault.Error](err); !ours || public.Kind == fault.Internal {
		err = public
	}
	return req.dialect.Refuse(s.forDialect(req), err), nil
}
