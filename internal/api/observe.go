package api

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/labstack/echo/v4"

	"tenantry/internal/dialect"
	"tenantry/internal/fault"
	"tenantry/internal/trace"
	"tenantry/tenancy"
)

const (
	headerRequestID = "X-Request-Id"
	// headerClientID returns the X-Request-Id of the client. That header of an answer is its
	// reference, which must be one of a kind though clients repeat theirs.
	headerClientID = "X-Client-Request-Id"
	unmatched      = "unmatched"
)

// observe surrounds every request, matched or not: it adds a reference and a
// deadline, turns panics and errors into answers, and writes one log line and its
// metrics.
func (s *Server) observe(dialects []dialect.Dialect, bounded bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			started := s.options.Now()
			ctx, cancel := s.timed(c)
			defer cancel()
			req := &request{Context: c, ref: s.newRef(), base: s.options.PublicURL, dialect: ownerOf(c.Request().URL.Path, dialects), speaker: speakerOf(c.Request().Header, dialects)}
			req.ctx = tenancy.WithOriginFrom(ctx, func() tenancy.Origin { return s.originOf(req) })
			req.label()
			span := s.traced(req)
			if s.options.HTTPSInFront || req.Request().TLS != nil {
				// A year, and only for this host: others below its name are not ours.
				req.Response().Header().Set("Strict-Transport-Security", "max-age=31536000")
			}
			if s.draining.Load() {
				req.Response().Header().Set(echo.HeaderConnection, "close")
			}
			s.metrics.began()
			err := s.enter(req, bounded)
			switch asked := s.shareWith(req); {
			case err != nil:
			case asked:
				err = req.NoContent(http.StatusNoContent)
			default:
				err = guard(next, req)
			}
			req.load.leave()
			if err != nil {
				s.service.Access.NoteDenied(req.ctx, req.caller, methodLabel(req.Request().Method)+" "+s.pattern(req), err)
				s.refuse(req, err)
			}
			took := s.options.Now().Sub(started)
			answered := took
			if !req.headed.IsZero() { // a stream lasts as long as its client likes
				answered = req.headed.Sub(started)
			}
			s.metrics.ended(req, s.pattern(req), answered)
			s.log(req, err, took)
			req.describe(span)
			return nil
		}
	}
}

// traced begins the span of a request, if requests are traced. Probes are not: they come
// every few seconds for ever.
func (s *Server) traced(req *request) (span trace.Span) {
	if !s.options.Tracer.On() || req.Path() == pathHealthy || req.Path() == pathReady {
		return span
	}
	method, route := methodLabel(req.Request().Method), s.pattern(req)
	req.ctx, span = s.options.Tracer.Request(req.ctx, req.Request().Header, method+" "+route)
	span.Set(trace.Method, method)
	span.Set(trace.Route, route)
	span.Set(trace.Ref, req.ref)
	return span
}

// describe ends the span of a request with what became known of it.
func (req *request) describe(span trace.Span) {
	if !span.On() {
		return
	}
	status := req.Response().Status
	span.SetInt(trace.Status, status)
	span.Set(trace.Code, string(req.code))
	if req.caller.Actor != nil {
		span.Set(trace.Tenant, req.caller.Actor.Ref().Tenant.String())
		span.Set(trace.Actor, req.caller.Actor.Ref().ID.String())
	}
	if req.caller.Subject != nil {
		span.Set(trace.Subject, req.caller.Subject.Ref().ID.String())
	}
	if status >= http.StatusInternalServerError {
		span.Fail(string(req.code))
	}
	span.End()
}

// timed returns the context of a request with its time limit; one that streams has limits
// of its own, for each part of it.
func (s *Server) timed(c echo.Context) (context.Context, context.CancelFunc) {
	if c.Path() == bulkPath || c.Path() == streamPath {
		return context.WithCancel(c.Request().Context())
	}
	return withTimeout(c.Request().Context(), s.options.RequestTimeout)
}

// originOf returns where a request came from, as the events that it causes keep it. The
// user of the operating system stands in the context of requests on the machine itself.
func (s *Server) originOf(req *request) tenancy.Origin {
	r := req.Request()
	return tenancy.Origin{
		Address:    tenancy.Network(clientAddress(r, s.options.TrustedProxies)),
		UserAgent:  tenancy.ShortUserAgent(r.UserAgent()),
		Ref:        req.ref,
		SystemUser: tenancy.OriginOf(r.Context()).SystemUser,
	}
}

// enter takes a request in. It returns HeadersTooLarge past MaxHeaderBytes, and Unavailable
// if there is too much at work; probes are always answered, so that a service at its
// bounds is not taken for a dead one.
func (s *Server) enter(req *request, bounded bool) (err error) {
	if headerBytes(req.Request()) > MaxHeaderBytes {
		return fault.New(fault.HeadersTooLarge, fault.CodeHeadersTooLarge, fmt.Sprintf("a request has at most %d bytes of headers", MaxHeaderBytes))
	}
	if !bounded || req.Path() == pathHealthy || req.Path() == pathReady {
		return nil
	}
	req.load, err = s.load.enter()
	return err
}

// headerBytes returns the length of the first line and the headers of a request, about as
// they were sent.
func headerBytes(r *http.Request) int {
	n := len(r.Method) + len(r.RequestURI) + len(r.Host)
	for name, values := range r.Header {
		for _, value := range values {
			n += len(name) + len(value) + len(": \r\n")
		}
	}
	return n
}

// label sets the headers that every answer has.
func (req *request) label() {
	header := req.Response().Header()
	harden(header)
	header.Set(headerRequestID, req.ref)
	if id := req.Request().Header.Get(headerRequestID); isPlainID(id) {
		req.clientID = id
		header.Set(headerClientID, id)
	}
	if req.dialect == nil {
		return
	}
	for name, value := range req.dialect.Echoes(req.Request()) {
		header.Set(name, value)
	}
}

// harden sets the security headers of every answer. Nearly all answers hold personal
// data, so caches keep none unless its handler says otherwise.
func harden(header http.Header) {
	for name, values := range hardened {
		header[name] = values
	}
}

// hardened are the headers of harden, which all answers share: what is added to one of these
// lists goes into a new one, because none has room.
var hardened = map[string][]string{
	"Cache-Control":           {"no-store"},
	"X-Content-Type-Options":  {"nosniff"},
	"Content-Security-Policy": {"default-src 'none'; frame-ancestors 'none'"},
	"Referrer-Policy":         {"no-referrer"},
}

// newRef makes the reference of one answer: 32 lower-case hexadecimal digits. A
// reference is no secret; without randomness it is zero and the request goes on.
func (s *Server) newRef() string {
	var bits [16]byte
	_, _ = io.ReadFull(s.options.Random, bits[:])
	return hex.EncodeToString(bits[:])
}

// pattern returns the route of the request as registered, never its raw path, which may
// hold anything.
func (s *Server) pattern(req *request) string {
	if path := req.Path(); s.known[path] {
		return path
	}
	return unmatched
}

// panicked is a panic on its way to the log.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// guard turns a panic into an error. http.ErrAbortHandler, the way to hang up on purpose,
// goes on.
func guard(next echo.HandlerFunc, req *request) (err error) {
	defer func() {
		switch value := recover(); value {
		case nil:
		case http.ErrAbortHandler:
			panic(value)
		default:
			err = &panicked{value: value, stack: debug.Stack()}
		}
	}()
	return next(req)
}

// refuse answers with an error, unless the answer is under way already.
func (s *Server) refuse(req *request, err error) {
	refusal := refusalOf(err)
	req.code = refusal.Code
	s.metrics.deny(err, refusal)
	if refusal.Code == fault.CodeQuota {
		s.metrics.refuse("quota_" + refusal.Field)
	}
	if req.Response().Committed {
		return
	}
	if req.refusal != nil {
		_ = req.send(*req.refusal)
		return
	}
	if answer, failed := s.refusalAnswer(req, err); failed == nil {
		_ = req.send(answer) // The client is gone if this fails.
	}
}

// milliseconds returns a duration in milliseconds, to the microsecond, as people read it
// in logs.
func milliseconds(took time.Duration) float64 { return float64(took.Microseconds()) / 1000 }
