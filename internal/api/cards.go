package api

import (
	"context"
	"net/http"

	"tenantry/customers/instruments"
	"tenantry/customers/view"
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
	return answered(s, req, func(ctx context.Context) (view.CardView, error) {
		return s.service.Instruments.AddCard(ctx, req.caller, req.customerID(), in)
	}, func(added view.CardView) (response, error) {
		return response{
			status: http.StatusCreated, body: added, location: customersPath + req.customerID() + "/cards/" + added.ID,
		}, nil
	})
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
	return answered(s, req, func(ctx context.Context) (view.CardView, error) {
		return s.service.Instruments.UpdateCard(ctx, req.caller, req.customerID(), req.Param("cid"), in)
	}, func(changed view.CardView) (response, error) {
		return response{status: http.StatusOK, body: changed}, nil
	})
}

func (s *Server) deleteCard(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	return done(s, req, func(ctx context.Context) error {
		return s.service.Instruments.DeleteCard(ctx, req.caller, req.customerID(), req.Param("cid"))
	})
}
