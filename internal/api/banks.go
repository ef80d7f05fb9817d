package api

import (
	"net/http"

	"tenantry/customers"
)

func (s *Server) listBanks(x *exchange) (reply, error) {
	list, err := s.service.Banks(x.ctx, x.caller, x.customerID())
	return reply{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) addBank(x *exchange) (reply, error) {
	in := customers.BankInput{ID: x.attempt.ID}
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	added, err := s.service.AddBank(x.ctx, x.caller, x.customerID(), in)
	return reply{
		status: http.StatusCreated, body: added, location: customersPath + x.customerID() + "/banks/" + added.ID,
	}, err
}

func (s *Server) getBank(x *exchange) (reply, error) {
	found, err := s.service.Bank(x.ctx, x.caller, x.customerID(), x.Param("bid"))
	return reply{status: http.StatusOK, body: found}, err
}

func (s *Server) updateBank(x *exchange) (reply, error) {
	var in customers.BankInput
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	changed, err := s.service.UpdateBank(x.ctx, x.caller, x.customerID(), x.Param("bid"), in)
	return reply{status: http.StatusOK, body: changed}, err
}

func (s *Server) setDefaultBank(x *exchange) (reply, error) {
	if err := x.decodeOptional(&nothing{}); err != nil {
		return reply{}, err
	}
	changed, err := s.service.SetDefaultBank(x.ctx, x.caller, x.customerID(), x.Param("bid"))
	return reply{status: http.StatusOK, body: changed}, err
}
