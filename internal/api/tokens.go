package api

import (
	"net/http"

	"tenantry/customers"
)

// tokenBody shows a single-use token once.
type tokenBody struct {
	Object  string              `json:"object"` // token
	Token   string              `json:"token"`
	Status  string              `json:"status"` // active
	Used    bool                `json:"used"`
	Bank    *customers.BankView `json:"bank,omitempty"`
	Card    *customers.CardView `json:"card,omitempty"`
	Created customers.Stamp     `json:"created"`
	Expires customers.Stamp     `json:"expires"`
}

// tokenize has no Location: a token is an opaque value, not a resource.
func (s *Server) tokenize(req *request) (response, error) {
	var in customers.TokenInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	made, err := s.service.Tokenize(req.ctx, req.caller, in)
	if err != nil {
		return response{}, err
	}
	return response{status: http.StatusCreated, body: tokenBody{
		Object: "token", Token: made.Text.Reveal(), Status: "active", Bank: made.Bank, Card: made.Card,
		Created: customers.Stamp(made.Created), Expires: customers.Stamp(made.Expires),
	}}, nil
}
