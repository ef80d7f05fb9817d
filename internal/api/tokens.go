package api

import (
	"net/http"

	"tenantry/customers/instruments"
	"tenantry/customers/view"
)

// tokenBody shows a single-use token once.
type tokenBody struct {
	Object  string         `json:"object"` // token
	Token   string         `json:"token,omitempty"`
	Status  string         `json:"status"` // active
	Used    bool           `json:"used"`
	Bank    *view.BankView `json:"bank,omitempty"`
	Card    *view.CardView `json:"card,omitempty"`
	Created view.Stamp     `json:"created"`
	Expires view.Stamp     `json:"expires"`
}

// tokenize has no Location: a token is an opaque value, not a resource.
func (s *Server) tokenize(req *request) (response, error) {
	var in instruments.TokenInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	made, err := s.service.Instruments.Tokenize(req.ctx, req.caller, in)
	if err != nil {
		return response{}, err
	}
	redacted := tokenBody{
		Object: "token", Status: "active", Bank: made.Bank, Card: made.Card,
		Created: view.Stamp(made.Created), Expires: view.Stamp(made.Expires),
	}
	shown := redacted
	shown.Token = made.Text.Reveal()
	return response{status: http.StatusCreated, body: shown, redacted: redacted}, nil
}
