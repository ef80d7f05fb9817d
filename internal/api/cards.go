package api

import (
	"net/http"

	"tenantry/customers"
)

func (s *Server) listCards(x *exchange) (reply, error) {
	list, err := s.service.Cards(x.ctx, x.caller, x.customerID())
	return reply{status: http.StatusOK, body: whole(list)}, err
}

func (s *Server) addCard(x *exchange) (reply, error) {
	in := customers.CardInput{ID: x.attempt.ID}
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	added, err := s.service.AddCard(x.ctx, x.caller, x.customerID(), in)
	return reply{
		status: http.StatusCreated, body: added, location: customersPath + x.customerID() + "/cards/" + added.ID,
	}, err
}

func (s *Server) getCard(x *exchange) (reply, error) {
	found, err := s.service.Card(x.ctx, x.caller, x.customerID(), x.Param("cid"))
	return reply{status: http.StatusOK, body: found}, err
}

func (s *Server) updateCard(x *exchange) (reply, error) {
	var in customers.CardInput
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	changed, err := s.service.UpdateCard(x.ctx, x.caller, x.customerID(), x.Param("cid"), in)
	return reply{status: http.StatusOK, body: changed}, err
}

func (s *Server) deleteCard(x *exchange) (reply, error) {
	if err := x.decodeOptional(&nothing{}); err != nil {
		return reply{}, err
	}
	err := s.service.DeleteCard(x.ctx, x.caller, x.customerID(), x.Param("cid"))
	return reply{status: http.StatusNoContent}, err
}
