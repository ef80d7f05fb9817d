package api

import (
	"context"
	"net/http"
	"strings"

	"tenantry/customers/onboarding"
	"tenantry/internal/dialect"
)

// onboardingPath is the path below which the pages of links are served.
const onboardingPath = "/onboarding/"

// mintedLinkBody shows where a link leads, once.
type mintedLinkBody struct {
	onboarding.LinkView
	URL string `json:"url,omitempty"`
}

func (s *Server) listLinks(req *request) (response, error) {
	list, err := s.service.Onboarding.Links(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) mintLink(req *request) (response, error) {
	in := onboarding.LinkInput{Attempt: req.attempt.ID}
	if err := req.decodeOptional(&in); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (onboarding.Minted, error) {
		return s.service.Onboarding.MintLink(ctx, req.caller, req.customerID(), in)
	}, func(minted onboarding.Minted) (response, error) {
		return response{
			status: http.StatusCreated, keeps: []string{"url"},
			body:     mintedLinkBody{LinkView: minted.Link, URL: s.base(req) + onboardingPath + minted.Token.Reveal()},
			redacted: mintedLinkBody{LinkView: minted.Link},
		}, nil
	})
}

func (s *Server) endLink(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (onboarding.LinkView, error) {
		return s.service.Onboarding.EndLink(ctx, req.caller, req.customerID(), req.Param("lid"))
	}, func(ended onboarding.LinkView) (response, error) {
		return response{status: http.StatusOK, body: ended}, nil
	})
}

// base returns how clients reach the service: public_url, or else as this one did.
func (s *Server) base(req *request) string {
	base := dialect.Base(s.options.PublicURL, s.options.TrustedProxies, req.Request())
	if s.options.HTTPSInFront && s.options.PublicURL == "" {
		return strings.Replace(base, "http://", "https://", 1)
	}
	return base
}
