package api

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// receivedVerdict tells a provider whether its late judgement counted.
type receivedVerdict struct {
	Object  string `json:"object"` // verdict
	Applied bool   `json:"applied"`
}

// receiveVerdict takes the late judgement of a remote identity provider, which its
// signature proves. Where no such provider is configured there is no such route.
func (s *Server) receiveVerdict(req *request) (response, error) {
	if s.options.IdentityCallback == nil {
		return response{}, echo.ErrNotFound
	}
	late, err := s.options.IdentityCallback(req.Request().Header, req.content)
	if err != nil {
		return response{}, err
	}
	applied, err := s.service.ReceiveVerdict(req.ctx, late)
	return response{status: http.StatusOK, body: receivedVerdict{Object: "verdict", Applied: applied}}, err
}
