package api

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"tenantry/customers"
	"tenantry/tenancy"
)

// run makes the handler of a route, native or of a face: who calls, within their
// rate, with what body, for the first time or again; then the operation and its
// reply. Only signed routes keep answers: those of open ones would be nobody's, and
// with a publishable key, which every page shows, anybody could fill the store with
// them.
func (s *Server) run(r route, identify identifier) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := c.(*exchange)
		x.face = r.face
		if r.cors {
			allowAnyOrigin(x.Response().Header())
		}
		if x.hasEmptyParameter() {
			return echo.ErrNotFound
		}
		if r.access != open && (r.guest == nil || !r.guest(x.Request())) {
			if err := s.admit(x, r, identify); err != nil {
				return err
			}
		}
		if r.changes() {
			if err := s.readBody(x, r); err != nil {
				return err
			}
			if err := refuseVersion(x, r); err != nil {
				return err
			}
		}
		if r.access == signed && r.changes() {
			key, err := r.idempotencyKey(x.Request())
			if err != nil {
				return err
			}
			if key != "" {
				return s.once(x, r, key)
			}
		}
		return x.perform(r.operation)
	}
}

// admit finds out who calls and takes the request from their rate. A good credential
// whose request is refused pays for it too: it could ask for others without end.
func (s *Server) admit(x *exchange, r route, identify identifier) error {
	caller, refusal := identify(x, r)
	if caller.Actor != nil {
		x.caller = caller
		if err := s.limit(x); err != nil {
			return err
		}
	}
	return refusal
}

// perform runs the operation and sends its reply.
func (x *exchange) perform(op operation) error {
	a, err := x.answerOf(op)
	if err != nil {
		return err
	}
	return x.send(a)
}

// answerOf runs the operation and encodes its reply.
func (x *exchange) answerOf(op operation) (customers.Answer, error) {
	given, err := op(x)
	if err != nil {
		return customers.Answer{}, err
	}
	return given.answer()
}

// limit takes one request from the credential's rate and tells it what is left.
// The operator at the machine itself has no limit.
func (s *Server) limit(x *exchange) error {
	if s.limits == nil || x.caller.Credential.Kind == tenancy.LocalSocket {
		return nil
	}
	left, err := s.limits.take(x.caller)
	left.describe(x.Response().Header())
	return err
}

// changes tells whether the route may change something.
func (r route) changes() bool {
	return slices.Contains([]string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}, r.method)
}
