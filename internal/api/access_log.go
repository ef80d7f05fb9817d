package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"tenantry/internal/fault"
)

// log writes one line per request: ids and patterns, never a body, a header, a query or a
// raw path. The cause of an internal error is logged here and nowhere else.
func (s *Server) log(req *request, err error, took time.Duration) {
	status := req.Response().Status
	event := s.event(req, status)
	if event == nil {
		return
	}
	event.Str("ref", req.ref).Str("method", methodLabel(req.Request().Method)).Str("route", s.pattern(req)).
		Int("status", status).Float64("ms", milliseconds(took))
	if req.caller.Actor != nil {
		event.Str("actor", req.caller.Actor.Ref().ID.String()).Str("credential", req.caller.Credential.ID)
		if req.caller.Subject != nil { // nil where the signer was refused
			event.Str("subject", req.caller.Subject.Ref().ID.String())
		}
	}
	if req.code != "" {
		event.Str("code", string(req.code))
	}
	if req.replayed {
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

// event returns a log event of the right level: internal errors are errors, health checks
// are noise.
func (s *Server) event(req *request, status int) *zerolog.Event {
	switch {
	case req.code == fault.CodeInternal:
		return s.options.Log.Error()
	case status >= http.StatusInternalServerError:
		return s.options.Log.Warn()
	case req.Path() == pathHealthy || req.Path() == pathReady:
		return s.options.Log.Debug()
	default:
		return s.options.Log.Info()
	}
}
