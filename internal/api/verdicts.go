package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"tenantry/internal/fault"
	"tenantry/keys"
)

// receivedVerdict reports to a provider whether its late result counted.
type receivedVerdict struct {
	Object  string `json:"object"` // verdict
	Applied bool   `json:"applied"`
}

// unprovenPerMinute is how many messages of one address may turn out not to be signed, in a
// minute. Those that are signed cost nothing, so an identity service may have much to say.
const unprovenPerMinute = 60

// awaitVerdict lets in the late result of a remote identity provider, before it is read. If
// no such provider is configured the route does not exist.
func (s *Server) awaitVerdict(req *request) error {
	if s.options.IdentityCallback == nil {
		return echo.ErrNotFound
	}
	if err := s.unproven.exhausted(s.options.Now(), s.stranger(req)); err != nil {
		s.metrics.refuse(s.unproven.reason)
		return err
	}
	err := s.options.IdentityCallback.Expects(req.Request().Header)
	if err != nil {
		s.unproven.draw(s.options.Now(), s.stranger(req))
	}
	return err
}

// stranger names the bucket of where a request without a credential came from.
func (s *Server) stranger(req *request) bucketName {
	return bucketName{credential: keys.Source(clientAddress(req.Request(), s.options.TrustedProxies))}
}

// receiveVerdict takes the late result of a remote identity provider and verifies its
// signature.
func (s *Server) receiveVerdict(req *request) (response, error) {
	late, err := s.options.IdentityCallback.Callback(req.Request().Header, req.content)
	if fault.KindOf(err) == fault.Unauthenticated {
		s.unproven.draw(s.options.Now(), s.stranger(req))
	}
	if err != nil {
		return response{}, err
	}
	applied, err := s.service.Identity.ReceiveResult(req.ctx, late)
	return response{status: http.StatusOK, body: receivedVerdict{Object: "verdict", Applied: applied}}, err
}
