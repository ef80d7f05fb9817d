package api

import "net/http"

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
	err := s.service.Registry.Ready(req.ctx)
	if err == nil && s.options.Ready != nil {
		err = s.options.Ready(req.ctx)
	}
	return response{status: http.StatusOK, body: healthBody{Status: "ready"}}, err
}
