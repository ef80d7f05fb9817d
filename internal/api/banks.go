package api

import (
	"net/http"

	"tenantry/customers/fields"
)

func (s *Server) listBanks(req *request) (response, error) {
	list, err := s.service.Instruments.Banks(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) addBank(req *request) (response, error) {
	in := fields.BankInput{ID: req.attempt.ID}
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	added, err := s.service.Instruments.AddBank(req.ctx, req.caller, req.customerID(), in)
	return response{
		status: http.StatusCreated, body: added, location: customersPath + req.customerID() + "/banks/" + added.ID,
	}, err
}

func (s *Server) getBank(req *request) (response, error) {
	found, err := s.service.Instruments.Bank(req.ctx, req.caller, req.customerID(), req.Param("bid"))
	return response{status: http.StatusOK, body: found}, err
}

func (s *Server) updateBank(req *request) (response, error) {
	var in fields.BankInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	changed, err := s.service.Instruments.UpdateBank(req.ctx, req.caller, req.customerID(), req.Param("bid"), in)
	return response{status: http.StatusOK, body: changed}, err
}

func (s *Server) setDefaultBank(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	changed, err := s.service.Instruments.SetDefaultBank(req.ctx, req.caller, req.customerID(), req.Param("bid"))
	return response{status: http.StatusOK, body: changed}, err
}
