package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"tenantry/internal/fault"
)

// log writes the one line of a request: ids and patterns, never a body, a header,
// a query or a raw path. The cause of a fault of ours is logged here and nowhere
// else.
func (s *Server) log(x *exchange, err error, took time.Duration) {
	status := x.Response().Status
	event := s.event(x, status)
	if event == nil {
		return
	}
	event.Str("ref", x.ref).Str("method", methodLabel(x.Request().Method)).Str("route", s.pattern(x)).
		Int("status", status).Float64("ms", milliseconds(took))
	if x.caller.Actor != nil {
		event.Str("actor", x.caller.Actor.Ref().ID.String()).Str("credential", x.caller.Credential.ID)
		if x.caller.Subject != nil { // nil where the signer was refused
			event.Str("subject", x.caller.Subject.Ref().ID.String())
		}
	}
	if x.code != "" {
		event.Str("code", string(x.code))
	}
	if x.replayed {
		event.Bool("replayed", true)
	}
	if status >= http.StatusInternalServerError && err != nil {
		event.Str("cause", err.Error())
		if p, ok := errors.AsType[*panicked](err); ok {
			event.Bytes("stack", p.stack)
		}
	}
	event.Msg("request")
}

// event chooses the level: faults of ours are errors, probes are noise.
func (s *Server) event(x *exchange, status int) *zerolog.Event {
	switch {
	case x.code == fault.CodeInternal:
		return s.options.Log.Error()
	case status >= http.StatusInternalServerError:
		return s.options.Log.Warn()
	case x.Path() == pathHealthy || x.Path() == pathReady:
		return s.options.Log.Debug()
	default:
		return s.options.Log.Info()
	}
}
