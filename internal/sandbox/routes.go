package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"tenantry/internal/check"
	"tenantry/internal/fault"
)

// The routes of tests, which no other service has.
const (
	clockPath = "/v3/test/clock"
	resetPath = "/v3/test/reset"
	namesPath = "/v3/test/names"
)

// maxAdvance is how far the clock is moved at once.
const maxAdvance = 10 * 366 * 24 * time.Hour

type clockBody struct {
	Now string `json:"now"`
	// Ahead is how far it was moved on.
	Ahead string `json:"ahead"`
}

// ServeHTTP implements http.Handler: all APIs of the sandbox, and the routes of tests, which
// need no credential: whoever reaches a sandbox shares its clock.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case clockPath:
		s.serveClock(w, r)
	case resetPath:
		if !s.takes(w, r, http.MethodPost) {
			return
		}
		if err := s.Reset(r.Context()); err != nil {
			s.refuse(w, fmt.Errorf("going back to the seed: %w", err))
			return
		}
		s.answerClock(w)
	case namesPath:
		if s.takes(w, r, http.MethodGet) {
			answer(w, http.StatusOK, map[string]any{"results": s.Named()})
		}
	default:
		s.turn.RLock()
		defer s.turn.RUnlock()
		s.now.handler.ServeHTTP(w, r)
		s.now.wake()
	}
}

func (s *Sandbox) serveClock(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		s.answerClock(w)
		return
	}
	if !s.takes(w, r, http.MethodGet, http.MethodPost) {
		return
	}
	var in struct {
		Advance string `json:"advance"`
	}
	decoder := json.NewDecoder(io.LimitReader(r.Body, 1<<10))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&in)
	by, wrong := check.Span(in.Advance)
	if err != nil || wrong != nil || by < 0 || by > maxAdvance {
		s.refuse(w, fault.New(fault.Invalid, fault.CodeValidation,
			`must be a time span like 90m, 2d or 72h, at most ten years, alone in the body: {"advance": "72h"}`).About("advance", fault.BadValue))
		return
	}
	if err := s.Advance(r.Context(), by); err != nil {
		s.refuse(w, fmt.Errorf("doing the work that is due: %w", err))
		return
	}
	s.answerClock(w)
}

func (s *Sandbox) answerClock(w http.ResponseWriter) {
	answer(w, http.StatusOK, clockBody{Now: s.clock.Now().UTC().Format("2006-01-02T15:04:05.000Z07:00"), Ahead: s.clock.ahead().Round(time.Second).String()})
}

// takes refuses requests of other methods.
func (s *Sandbox) takes(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	if slices.Contains(methods, r.Method) {
		return true
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	s.refuse(w, fault.New(fault.MethodNotAllowed, fault.CodeMethod, "this route does not support the method; the header Allow lists those it does"))
	return false
}

// refuse answers as the native API does, and logs a fault of the sandbox itself.
func (s *Sandbox) refuse(w http.ResponseWriter, err error) {
	if fault.KindOf(err) == fault.Internal {
		s.options.Log.Error().Err(err).Msg("a request of the sandbox failed")
	}
	s.turn.RLock()
	defer s.turn.RUnlock()
	s.now.server.Refuse(w, err)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone if this fails
}
