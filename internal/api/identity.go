package api

import (
	"net/http"

	"tenantry/customers/identity"
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
	decided, err := s.service.Identity.DecideIdentity(req.ctx, req.caller, req.customerID(), in)
	return response{status: http.StatusOK, body: decided}, err
}

func (s *Server) refreshIdentity(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	refreshed, err := s.service.Identity.RefreshIdentity(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: refreshed}, err
}
