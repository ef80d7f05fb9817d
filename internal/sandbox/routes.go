package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"time"
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
		if !method(w, r, http.MethodPost) {
			return
		}
		if err := s.Reset(r.Context()); err != nil {
			refuse(w, http.StatusInternalServerError, "the sandbox could not go back to its seed: "+err.Error())
			return
		}
		s.answerClock(w)
	case namesPath:
		if method(w, r, http.MethodGet) {
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
	if !method(w, r, http.MethodPost) {
		return
	}
	var in struct {
		Advance string `json:"advance"`
	}
	decoder := json.NewDecoder(io.LimitReader(r.Body, 1<<10))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(&in)
	by, wrong := time.ParseDuration(in.Advance)
	if err != nil || wrong != nil || by < 0 || by > maxAdvance {
		refuse(w, http.StatusUnprocessableEntity, `send {"advance": "72h"}: a duration of Go's form, not below zero and at most ten years`)
		return
	}
	if err := s.Advance(r.Context(), by); err != nil {
		refuse(w, http.StatusInternalServerError, "the work that is due could not be done: "+err.Error())
		return
	}
	s.answerClock(w)
}

func (s *Sandbox) answerClock(w http.ResponseWriter) {
	answer(w, http.StatusOK, clockBody{Now: s.clock.Now().UTC().Format("2006-01-02T15:04:05.000Z07:00"), Ahead: s.clock.ahead().Round(time.Millisecond).String()})
}

// method refuses requests of other methods.
func method(w http.ResponseWriter, r *http.Request, wanted string) bool {
	if r.Method == wanted {
		return true
	}
	w.Header().Set("Allow", wanted)
	refuse(w, http.StatusMethodNotAllowed, "this path takes "+wanted)
	return false
}

func refuse(w http.ResponseWriter, status int, text string) {
	answer(w, status, map[string]any{"error": map[string]string{"description": text}})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone if this fails
}
