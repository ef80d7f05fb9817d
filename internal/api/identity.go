package api

import (
	"net/http"

	"tenantry/customers"
)

func (s *Server) getIdentity(x *exchange) (reply, error) {
	found, err := s.service.Identity(x.ctx, x.caller, x.customerID())
	return reply{status: http.StatusOK, body: found}, err
}

func (s *Server) decideIdentity(x *exchange) (reply, error) {
	var in customers.DecisionInput
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	decided, err := s.service.DecideIdentity(x.ctx, x.caller, x.customerID(), in)
	return reply{status: http.StatusOK, body: decided}, err
}

func (s *Server) refreshIdentity(x *exchange) (reply, error) {
	if err := x.decodeOptional(&nothing{}); err != nil {
		return reply{}, err
	}
	refreshed, err := s.service.RefreshIdentity(x.ctx, x.caller, x.customerID())
	return reply{status: http.StatusOK, body: refreshed}, err
}
