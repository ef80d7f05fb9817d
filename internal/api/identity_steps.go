package api

import (
	"context"
	"net/http"

	"tenantry/customers"
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
	return answered(s, req, func(ctx context.Context) (view.IdentityView, error) {
		return s.service.Dwolla.RetryIdentity(ctx, req.caller, req.customerID(), in)
	}, func(retried view.IdentityView) (response, error) {
		return response{status: http.StatusOK, body: retried}, nil
	})
}

// startQuestions returns the questions of a customer in kba.
func (s *Server) startQuestions(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	return answered(s, req, func(ctx context.Context) (identity.QuestionnaireView, error) {
		return s.service.Identity.StartQuestions(ctx, req.caller, req.customerID())
	}, func(asked identity.QuestionnaireView) (response, error) {
		return response{status: http.StatusOK, body: asked}, nil
	})
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
	return answered(s, req, func(ctx context.Context) (*customers.Customer, error) {
		return s.service.Identity.AnswerQuestions(ctx, req.caller, req.customerID(), in)
	}, func(changed *customers.Customer) (response, error) {
		return response{status: http.StatusOK, body: view.IdentityOf(changed, req.caller.Actor.Ancestors())}, nil
	})
}
