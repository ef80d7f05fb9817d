package testkit

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"tenantry/internal/api"
)

// Server serves an Env over HTTP, and holds its log and its answers against what must
// stay concealed.
type Server struct {
	API *api.Server
	// URL and AdminURL are where the public and the administrative listener are.
	URL, AdminURL string
	Logs          *Log

	t  testing.TB
	mu sync.Mutex
	// secrets must appear in no log line and no answer, private in no log line.
	secrets, private []string
}

// Serve starts the HTTP server of an Env, which ends with the test. Its services are those
// of the Env and its log is Logs, at the level of the options, unless they disable it; the clock and the mode
// are those of the Env where the options leave them out.
func (h *Env) Serve(options api.Options) *Server {
	h.T.Helper()
	s := &Server{t: h.T, Logs: &Log{}}
	options.Service = h.Svc
	if options.Now == nil {
		options.Now = h.Clock.Now
	}
	if options.Log.GetLevel() != zerolog.Disabled {
		options.Log = zerolog.New(s.Logs).Level(options.Log.GetLevel())
	}
	if options.Mode == "" {
		options.Mode = "sandbox"
	}
	if options.Version == "" {
		options.Version = "test"
	}
	s.API = api.New(options)
	public, admin := httptest.NewServer(s.API.Handler()), httptest.NewServer(s.API.AdminHandler())
	s.URL, s.AdminURL = public.URL, admin.URL
	h.T.Cleanup(func() {
		public.Close()
		admin.Close()
		logs := s.Logs.String()
		for _, word := range append(s.secrets, s.private...) {
			if strings.Contains(logs, word) {
				h.T.Errorf("the log holds the secret or private value %q", word)
			}
		}
	})
	return s
}

// Conceal adds values that must appear in no log line and no answer from now on.
func (s *Server) Conceal(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range values {
		if value != "" {
			s.secrets = append(s.secrets, value)
		}
	}
}

// ConcealFromLog adds values that must appear in no log line.
func (s *Server) ConcealFromLog(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.private = append(s.private, values...)
}

// Leaked returns a secret that a text holds, empty for none.
func (s *Server) Leaked(text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range s.secrets {
		if strings.Contains(text, value) {
			return value
		}
	}
	return ""
}

// Client returns a client of the public listener with the given headers, as pairs.
func (s *Server) Client(pairs ...string) *Client {
	return (&Client{T: s.t, Base: s.URL, Header: http.Header{}, server: s}).With(pairs...)
}
