package api

import "net/http"

const (
	pathHealthy = "/healthz"
	pathReady   = "/readyz"
)

type healthBody struct {
	Status string `json:"status"`
}

// healthy tells that the process answers, whatever its store does: a restart would
// not mend that.
func (s *Server) healthy(*exchange) (reply, error) {
	return reply{status: http.StatusOK, body: healthBody{Status: "ok"}}, nil
}

// ready tells whether requests should be sent here now.
func (s *Server) ready(x *exchange) (reply, error) {
	err := s.service.Ready(x.ctx)
	return reply{status: http.StatusOK, body: healthBody{Status: "ready"}}, err
}
