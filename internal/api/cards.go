package api

import (
	"net/http"

	"tenantry/customers"
)

func (s *Server) listCards(req *request) (response, error) {
	list, err := s.service.Cards(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) addCard(req *request) (response, error) {
	in := customers.CardInput{ID: req.attempt.ID}
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	added, err := s.service.AddCard(req.ctx, req.caller, req.customerID(), in)
	return response{
		status: http.StatusCreated, body: added, location: customersPath + req.customerID() + "/cards/" + added.ID,
	}, err
}

func (s *Server) getCard(req *request) (response, error) {
	found, err := s.service.Card(req.ctx, req.caller, req.customerID(), req.Param("cid"))
	return response{status: http.StatusOK, body: found}, err
}

func (s *Server) updateCard(req *request) (response, error) {
	var in customers.CardInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	changed, err := s.service.UpdateCard(req.ctx, req.caller, req.customerID(), req.Param("cid"), in)
	return response{status: http.StatusOK, body: changed}, err
}

func (s *Server) deleteCard(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	err := s.service.DeleteCard(req.ctx, req.caller, req.customerID(), req.Param("cid"))
	return response{status: http.StatusNoContent}, err
}
