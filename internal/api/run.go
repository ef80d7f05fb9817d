package api

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"tenantry/customers/idempotency"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/trace"
	"tenantry/tenancy"
)

// run returns the Echo handler of a route, native or of a dialect: it identifies the
// caller, takes the request from its rate, reads the body, recognizes repeats, and then
// runs the route's handler. Only signed routes keep answers: those of open routes would
// belong to no customer, and with a publishable key, which every page shows, anyone could
// fill the store with them.
func (s *Server) run(r route, identify identifier) echo.HandlerFunc {
	if s.options.Tracer.On() {
		r.handler = spanned(r.work(), r.handler)
	}
	r.handler = s.counted(r.handler)
	var packer *compressor
	if r.packs() {
		packer = s.packer
	}
	return func(c echo.Context) error {
		req := c.(*request)
		req.dialect, req.packer = r.dialect, packer
		if r.cors {
			allowAnyOrigin(req.Response().Header())
		}
		if req.hasEmptyParameter() {
			return echo.ErrNotFound
		}
		if r.access != open && (r.guest == nil || !r.guest(req.Request())) {
			if err := s.admit(req, r, identify); err != nil {
				return err
			}
		} else if err := req.load.admitStranger(); err != nil {
			return err
		}
		if err := req.tryOnly(r); err != nil {
			return err
		}
		if err := refuseUnknown(req, r); err != nil {
			return err
		}
		if r.stream != nil {
			if err := refuseVersion(req, r); err != nil {
				return err
			}
			req.identifyAgain = func() (tenancy.Caller, error) { return identify(req, r) }
			return r.stream(req)
		}
		if r.changes() {
			if err := s.readBody(req, r); err != nil {
				return err
			}
			if req.upload != nil {
				// Whatever no customer took by then goes again.
				defer func() { req.upload.File.Discard(context.WithoutCancel(req.ctx)) }()
			}
			if err := refuseVersion(req, r); err != nil {
				return err
			}
		}
		if r.access == signed && r.changes() {
			key, err := r.idempotencyKey(req.Request())
			if err != nil {
				return err
			}
			if key != "" && !req.dry { // a dry run leaves the key to the request itself
				return s.idempotent(req, r, key)
			}
		}
		return req.serve(r)
	}
}

// refuseUnknown refuses parameters that a route of /v3, or one that lists its own, does not
// know, as unknown members of a body are refused: a misspelled filter would answer everything.
func refuseUnknown(req *request, r route) error {
	if r.dialect != nil || !strings.HasPrefix(r.path, "/v3/") && r.query == nil || req.Request().URL.RawQuery == "" {
		return nil
	}
	var faults fault.List
	parameters := r.query
	if r.takesDryRun() {
		parameters = append(slices.Clone(parameters), parameterDryRun)
	}
	for _, name := range slices.Sorted(maps.Keys(req.QueryParams())) {
		known := slices.ContainsFunc(parameters, func(k string) bool {
			return k == name || strings.HasSuffix(k, ".") && strings.HasPrefix(name, k)
		})
		if known {
			continue
		}
		text := "is not a parameter of this request"
		switch nearest := check.Nearest(name, parameters); {
		case nearest != "":
			text += "; did you mean " + nearest + "?"
		case len(parameters) > 0:
			text += "; there are " + strings.Join(parameters, ", ")
		default:
			text += ", which has none"
		}
		faults.Add(name, fault.Unknown, text)
	}
	return faults.Err()
}

// admit identifies the caller and takes the request from its rate. A good credential
// whose request is refused pays for it too: otherwise it could ask for others without
// end.
func (s *Server) admit(req *request, r route, identify identifier) error {
	caller, refusal := authenticated(req, r, identify)
	if caller.Actor != nil {
		req.caller = caller
		if err := req.load.identify(caller); err != nil {
			return err
		}
		if err := s.limit(req); err != nil {
			return err
		}
	}
	return refusal
}

// authenticated identifies the caller, as a span of its own.
func authenticated(req *request, r route, identify identifier) (tenancy.Caller, error) {
	above := req.ctx
	defer func() { req.ctx = above }()
	var span trace.Span
	req.ctx, span = trace.Start(req.ctx, "authenticate")
	defer span.End()
	caller, err := identify(req, r)
	if err != nil {
		span.Set(trace.Code, string(refusalOf(err).Code))
	}
	return caller, err
}

// spanned returns the handler with a span around the one call that it makes of a service,
// named after the handler.
func spanned(name string, h handler) handler {
	return func(req *request) (response, error) {
		above := req.ctx
		defer func() { req.ctx = above }()
		var span trace.Span
		req.ctx, span = trace.Start(req.ctx, name)
		defer span.End()
		given, err := h(req)
		if err != nil {
			span.Set(trace.Code, string(refusalOf(err).Code))
		}
		return given, err
	}
}

// counted returns the handler, counted among those at work.
func (s *Server) counted(h handler) handler {
	return func(req *request) (response, error) {
		s.working.Add(1)
		defer s.working.Add(-1)
		return h(req)
	}
}

// serve runs the handler and sends its response.
func (req *request) serve(r route) error {
	a, err := req.answerOf(r)
	if err != nil {
		return err
	}
	return req.send(a)
}

// answerOf runs the handler and encodes its response.
func (req *request) answerOf(r route) (idempotency.Answer, error) {
	req.blind = req.writesBlindly(r)
	given, err := r.handler(req)
	if err != nil {
		return idempotency.Answer{}, err
	}
	if req.dry {
		given = given.withoutSecrets()
	}
	return req.encoded(given)
}

// encoded encodes the response of a handler, without what the caller may not read.
func (req *request) encoded(given response) (idempotency.Answer, error) {
	a, err := given.answer()
	if err != nil || !req.blind {
		return a, err
	}
	return req.reduced(given, a)
}

// limit takes one request from the credential's rate and tells the client what is left.
// The operator at the machine itself has no limit.
func (s *Server) limit(req *request) error {
	if s.limits == nil || req.caller.Credential.Kind == tenancy.LocalSocket {
		return nil
	}
	left, err := s.limits.take(req.caller)
	left.describe(req.Response().Header())
	if err != nil {
		s.metrics.refuse(left.reason)
	}
	return err
}

// changes reports whether the route may change something.
func (r route) changes() bool {
	return slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, r.method)
}
