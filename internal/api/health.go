package api

import (
	"net/http"

	"tenantry/internal/fault"
)

const (
	pathHealthy = "/healthz"
	pathReady   = "/readyz"
)

type healthBody struct {
	Status string `json:"status"`
}

// healthy answers as long as the process runs, whatever its store does: a restart would
// not mend the store.
func (s *Server) healthy(*request) (response, error) {
	return response{status: http.StatusOK, body: healthBody{Status: "ok"}}, nil
}

// ready answers whether requests should be sent here now.
func (s *Server) ready(req *request) (response, error) {
	if s.draining.Load() {
		return response{}, fault.New(fault.Unavailable, fault.CodeUnavailable, "this process is about to stop; send requests to another")
	}
	err := s.service.Registry.Ready(req.ctx)
	return response{status: http.StatusOK, body: healthBody{Status: "ready"}}, err
}
