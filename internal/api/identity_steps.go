package api

import (
	"net/http"

	"tenantry/customers/identity"
	"tenantry/customers/view"
	"tenantry/internal/dialect/dwolla/rules"
)

// retryIdentity takes all identity data anew, once.
func (s *Server) retryIdentity(req *request) (response, error) {
	var in rules.RetryInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	retried, err := s.service.Dwolla.RetryIdentity(req.ctx, req.caller, req.customerID(), in)
	return response{status: http.StatusOK, body: retried}, err
}

// startQuestions returns the questions of a customer in kba.
func (s *Server) startQuestions(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	asked, err := s.service.Identity.StartQuestions(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: asked}, err
}

func (s *Server) getQuestions(req *request) (response, error) {
	asked, err := s.service.Identity.Questions(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: asked}, err
}

// answerQuestions takes the answers, once, and shows the review that they end.
func (s *Server) answerQuestions(req *request) (response, error) {
	var in identity.AnswersInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	changed, err := s.service.Identity.AnswerQuestions(req.ctx, req.caller, req.customerID(), in)
	if err != nil {
		return response{}, err
	}
	return response{status: http.StatusOK, body: view.IdentityOf(changed, req.caller.Actor.Ancestors())}, nil
}
