package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// receivedVerdict reports to a provider whether its late result counted.
type receivedVerdict struct {
	Object  string `json:"object"` // verdict
	Applied bool   `json:"applied"`
}

// receiveVerdict takes the late result of a remote identity provider and verifies its
// signature. If no such provider is configured the route does not exist.
func (s *Server) receiveVerdict(req *request) (response, error) {
	if s.options.IdentityCallback == nil {
		return response{}, echo.ErrNotFound
	}
	late, err := s.options.IdentityCallback(req.Request().Header, req.content)
	if err != nil {
		return response{}, err
	}
	applied, err := s.service.Identity.ReceiveResult(req.ctx, late)
	return response{status: http.StatusOK, body: receivedVerdict{Object: "verdict", Applied: applied}}, err
}
