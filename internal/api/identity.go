package api

import (
	"context"
	"net/http"

	"tenantry/customers/identity"
	"tenantry/customers/view"
)

func (s *Server) getIdentity(req *request) (response, error) {
	found, err := s.service.Identity.Identity(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: found}, err
}

func (s *Server) decideIdentity(req *request) (response, error) {
	var in identity.DecisionInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (view.IdentityView, error) {
		return s.service.Identity.DecideIdentity(ctx, req.caller, req.customerID(), in)
	}, func(decided view.IdentityView) (response, error) {
		return response{status: http.StatusOK, body: decided}, nil
	})
}

func (s *Server) refreshIdentity(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (view.IdentityView, error) {
		return s.service.Identity.RefreshIdentity(ctx, req.caller, req.customerID())
	}, func(refreshed view.IdentityView) (response, error) {
		return response{status: http.StatusOK, body: refreshed}, nil
	})
}
