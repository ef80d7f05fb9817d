package api

import (
	"net/http"

	"tenantry/customers"
)

// retryIdentity takes all identity data anew, once.
func (s *Server) retryIdentity(req *request) (response, error) {
	var in customers.RetryInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	retried, err := s.service.RetryIdentity(req.ctx, req.caller, req.customerID(), in)
	return response{status: http.StatusOK, body: retried}, err
}

// startQuestions returns the questions of a customer in kba.
func (s *Server) startQuestions(req *request) (response, error) {
	if err := req.decodeOptional(&nothing{}); err != nil {
		return response{}, err
	}
	asked, err := s.service.StartQuestions(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: asked}, err
}

func (s *Server) getQuestions(req *request) (response, error) {
	asked, err := s.service.Questions(req.ctx, req.caller, req.customerID())
	return response{status: http.StatusOK, body: asked}, err
}

// answerQuestions takes the answers, once, and shows the review that they end.
func (s *Server) answerQuestions(req *request) (response, error) {
	var in customers.AnswersInput
	if err := req.decode(&in); err != nil {
		return response{}, err
	}
	changed, err := s.service.AnswerQuestions(req.ctx, req.caller, req.customerID(), in)
	if err != nil {
		return response{}, err
	}
	return response{status: http.StatusOK, body: customers.ShowIdentity(changed)}, nil
}
