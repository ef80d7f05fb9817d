package api

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"tenantry/internal/fault"
	"tenantry/internal/trace"
	"tenantry/tenancy"
)

// ClientLog says what of a client's network address stands in the log.
type ClientLog string

// What of it may stand there.
const (
	LogNoClient ClientLog = "off"
	LogAddress  ClientLog = "address"
	// LogPrefix is the network: 24 bits of IPv4, 48 of IPv6.
	LogPrefix ClientLog = "prefix"
)

// log writes one line per request: ids and patterns, never a body, a query or a raw path,
// and of the headers only a well-formed X-Request-Id. The cause of an internal error is
// logged here and nowhere else.
func (s *Server) log(req *request, err error, took time.Duration) {
	status := req.Response().Status
	event := s.event(req, status)
	if event == nil {
		return
	}
	event.Str("ref", req.ref).Str("method", methodLabel(req.Request().Method)).Str("route", s.pattern(req)).
		Int("status", status).Float64("ms", milliseconds(took))
	if req.clientID != "" {
		event.Str("requestId", req.clientID)
	}
	if id := trace.ID(req.ctx); id != "" {
		event.Str("trace", id)
	}
	if client := s.clientOf(req); client != "" {
		event.Str("client", client)
	}
	if s.pattern(req) == unmatched && s.options.Log.GetLevel() <= zerolog.DebugLevel {
		event.Str("path", shownPath(req.Request().URL.Path))
	}
	if req.caller.Actor != nil {
		event.Str("tenant", req.caller.Actor.Ref().Tenant.String()).Str("actor", req.caller.Actor.Ref().ID.String()).Str("credential", req.caller.Credential.ID)
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

// clientOf returns what is logged of the client's network address.
func (s *Server) clientOf(req *request) string {
	switch s.options.LogClient {
	case LogAddress:
		return clientAddress(req.Request(), s.options.TrustedProxies)
	case LogPrefix:
		return tenancy.Network(clientAddress(req.Request(), s.options.TrustedProxies))
	default:
		return ""
	}
}

const (
	// shownSegments and shownSegment bound what is logged of the path of no route.
	shownSegments, shownSegment = 12, 32
)

// shownPath returns the path of no route as it is logged: short, plain, and without what
// may be a key or a token, which all are longer.
func shownPath(path string) string {
	segments := strings.Split(path, "/")
	if len(segments) > shownSegments {
		segments = append(segments[:shownSegments], "…")
	}
	for i, segment := range segments {
		if segment != "…" && (len(segment) > shownSegment || segment != "" && !isPlainID(segment)) {
			segments[i] = "*"
		}
	}
	return strings.Join(segments, "/")
}

// longestClientID is the longest X-Request-Id that is kept.
const longestClientID = 128

// isPlainID reports whether an id that a client made up is short and plain enough for logs
// and headers.
func isPlainID(id string) bool {
	if id == "" || len(id) > longestClientID {
		return false
	}
	for _, c := range []byte(id) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-_.:=+", c) >= 0:
		default:
			return false
		}
	}
	return true
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
