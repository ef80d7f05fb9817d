package api

import (
	"net/http"

	"tenantry/customers"
)

// retryIdentity takes all identity data anew, once.
func (s *Server) retryIdentity(x *exchange) (reply, error) {
	var in customers.RetryInput
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	retried, err := s.service.RetryIdentity(x.ctx, x.caller, x.customerID(), in)
	return reply{status: http.StatusOK, body: retried}, err
}

// startQuestions gives the questions of a customer in kba.
func (s *Server) startQuestions(x *exchange) (reply, error) {
	if err := x.decodeOptional(&nothing{}); err != nil {
		return reply{}, err
	}
	asked, err := s.service.StartQuestions(x.ctx, x.caller, x.customerID())
	return reply{status: http.StatusOK, body: asked}, err
}

func (s *Server) getQuestions(x *exchange) (reply, error) {
	asked, err := s.service.Questions(x.ctx, x.caller, x.customerID())
	return reply{status: http.StatusOK, body: asked}, err
}

// answerQuestions takes the answers, once, and shows the review that they end.
func (s *Server) answerQuestions(x *exchange) (reply, error) {
	var in customers.AnswersInput
	if err := x.decode(&in); err != nil {
		return reply{}, err
	}
	changed, err := s.service.AnswerQuestions(x.ctx, x.caller, x.customerID(), in)
	if err != nil {
		return reply{}, err
	}
	return reply{status: http.StatusOK, body: customers.ShowIdentity(changed)}, nil
}
