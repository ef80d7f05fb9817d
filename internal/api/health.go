package api

import (
	"net/http"
	"strconv"

	"tenantry/internal/fault"
)

const (
	pathHealthy = "/healthz"
	pathReady   = "/readyz"
)

type healthBody struct {
	Status string `json:"status"`
	// Degraded says what is wrong though requests are served; absent for nothing.
	Degraded []string `json:"degraded,omitempty"`
}

// healthy answers as long as the process runs, whatever its store does: a restart would
// not mend the store.
func (s *Server) healthy(*request) (response, error) {
	return response{status: http.StatusOK, body: healthBody{Status: "ok"}}, nil
}

// ready answers whether requests should be sent here now. Damaged records do not stop
// them: the rest is served.
func (s *Server) ready(req *request) (response, error) {
	if s.draining.Load() {
		return response{}, fault.New(fault.Unavailable, fault.CodeUnavailable, "this process is about to stop; send requests to another")
	}
	err := s.service.Registry.Ready(req.ctx)
	if err == nil && s.options.Ready != nil {
		err = s.options.Ready(req.ctx)
	}
	body := healthBody{Status: "ready"}
	if n := len(s.service.Registry.Damaged()); n > 0 {
		body.Degraded = []string{strconv.Itoa(n) + " stored records are damaged and cannot be read: see the log; restore them from a backup"}
	}
	return response{status: http.StatusOK, body: body}, err
}
