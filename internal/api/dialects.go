package api

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"tenantry/internal/dialect"
	"tenantry/internal/fault"
)

// speak makes the handler of a dialect's route: who calls, within their rate, with
// what body; then the dialect.
func (s *Server) speak(d dialect.Dialect, r dialect.Route) echo.HandlerFunc {
	as := route{method: r.Method, media: r.Media}
	if r.Open {
		as.access = open
	}
	return func(c echo.Context) error {
		x := c.(*exchange)
		x.dialect = d
		if x.hasEmptyParameter() {
			return echo.ErrNotFound
		}
		if !r.Open {
			presented := d.Present(x.Request())
			presented.Address = clientAddress(x.Request(), s.options.TrustedProxies)
			authenticate := s.service.Authenticate
			if presented.SubjectID == "" {
				authenticate = s.service.AuthenticateItself
			}
			caller, err := authenticate(x.ctx, presented)
			if err != nil {
				return err
			}
			x.caller = caller
			if err := s.limit(x); err != nil {
				return err
			}
		}
		if as.changes() {
			if err := s.readBody(x, as); err != nil {
				return err
			}
		}
		answer, err := r.Handle(s.spoken(x))
		if err != nil {
			return err
		}
		return x.say(answer)
	}
}

// spoken is what a dialect gets of an exchange.
func (s *Server) spoken(x *exchange) *dialect.Exchange {
	return &dialect.Exchange{
		Context: x.ctx, Request: x.Request(), Ref: x.ref, Caller: x.caller, Content: x.content,
		Address: clientAddress(x.Request(), s.options.TrustedProxies), Param: x.Param,
	}
}

// say sends a dialect's answer.
func (x *exchange) say(a dialect.Answer) error {
	header := x.Response().Header()
	for name, value := range a.Header {
		header.Set(name, value)
	}
	if a.Body == nil {
		return x.NoContent(a.Status)
	}
	header.Set(echo.HeaderContentLength, strconv.Itoa(len(a.Body)))
	return x.Blob(a.Status, a.Media, a.Body)
}

// refuseIn gives the dialect whose shape a refusal has, nil for the native one.
func (s *Server) refuseIn(x *exchange) dialect.Dialect {
	if x.dialect != nil {
		return x.dialect
	}
	for _, d := range s.options.Dialects {
		if d.Owns(x.Request().URL.Path) {
			return d
		}
	}
	return nil
}

// sendRefusal answers with a refusal, in the shape of whose route it is.
func (s *Server) sendRefusal(x *exchange, refusal *fault.Error) error {
	d := s.refuseIn(x)
	if d == nil {
		return x.sendFault(refusal)
	}
	answer := d.Refuse(s.spoken(x), refusal)
	return x.say(answer)
}
