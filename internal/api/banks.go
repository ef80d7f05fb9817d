package api

import (
	"context"
	"net/http"

	"tenantry/customers/fields"
	"tenantry/customers/view"
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
	return answered(s, req, func(ctx context.Context) (view.BankView, error) {
		return s.service.Instruments.AddBank(ctx, req.caller, req.customerID(), in)
	}, func(added view.BankView) (response, error) {
		return response{
			status: http.StatusCreated, body: added, location: customersPath + req.customerID() + "/banks/" + added.ID,
		}, nil
	})
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
	return answered(s, req, func(ctx context.Context) (view.BankView, error) {
		return s.service.Instruments.UpdateBank(ctx, req.caller, req.customerID(), req.Param("bid"), in)
	}, func(changed view.BankView) (response, error) {
		return response{status: http.StatusOK, body: changed}, nil
	})
}

func (s *Server) setDefaultBank(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (view.BankView, error) {
		return s.service.Instruments.SetDefaultBank(ctx, req.caller, req.customerID(), req.Param("bid"))
	}, func(changed view.BankView) (response, error) {
		return response{status: http.StatusOK, body: changed}, nil
	})
}
