package api

import (
	"net/http"

	"tenantry/customers/instruments"
)

func (s *Server) listCards(req *request) (response, error) {
	list, err := s.service.Instruments.Cards(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) addCard(req *request) (response, error) {
	in := instruments.CardInput{ID: req.attempt.ID}
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	added, err := s.service.Instruments.AddCard(req.ctx, req.caller, req.customerID(), in)
	return response{
		status: http.StatusCreated, body: added, location: customersPath + req.customerID() + "/cards/" + added.ID,
	}, err
}

func (s *Server) getCard(req *request) (response, error) {
	found, err := s.service.Instruments.Card(req.ctx, req.caller, req.customerID(), req.Param("cid"))
	return response{status: http.StatusOK, body: found}, err
}

func (s *Server) updateCard(req *request) (response, error) {
	var in instruments.CardInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	changed, err := s.service.Instruments.UpdateCard(req.ctx, req.caller, req.customerID(), req.Param("cid"), in)
	return response{status: http.StatusOK, body: changed}, err
}

func (s *Server) deleteCard(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	err := s.service.Instruments.DeleteCard(req.ctx, req.caller, req.customerID(), req.Param("cid"))
	return response{status: http.StatusNoContent}, err
}
