package customers

import (
	"context"

	"tenantry/tenancy"
)

// Enrol makes a child of the caller's subject by the rules of EnrolmentInput, and
// runs the review of a person or a business, whatever the plan. It returns what
// Create returns; a Conflict of a value that is taken has its Holder.
func (s *Service) Enrol(ctx context.Context, caller tenancy.Caller, in EnrolInput) (Created, error) {
	return Created{}, nil
}

// Amend changes a customer by the rules of EnrolmentInput, in one of these ways, as
// its stage and the request have it: its status, its data, its type (then the review
// runs), or a second and last review of all data anew when the first asked for that.
// It returns what Update returns, and Conflict invalidResourceState where the stage
// does not allow the change.
func (s *Service) Amend(ctx context.Context, caller tenancy.Caller, in AmendInput) (*Customer, error) {
	return nil, nil
}

// RetryIdentity is the last review that a customer in retry gets: with all its
// identity data anew and the whole tax number. It returns what Amend returns.
func (s *Service) RetryIdentity(ctx context.Context, caller tenancy.Caller, id string, in RetryInput) (IdentityView, error) {
	return IdentityView{}, nil
}

// StartQuestions gives the questions of a customer in kba; asked again, the same. It
// returns NotFound, Forbidden, and Conflict invalidResourceState.
func (s *Service) StartQuestions(ctx context.Context, caller tenancy.Caller, id string) (QuestionnaireView, error) {
	return QuestionnaireView{}, nil
}

// Questions gives the questions that were started. It returns NotFound, also when
// there are none, and Forbidden.
func (s *Service) Questions(ctx context.Context, caller tenancy.Caller, id string) (QuestionnaireView, error) {
	return QuestionnaireView{}, nil
}

// AnswerQuestions takes the answers, once: three right ones verify the customer, and
// with fewer it needs a document. It returns NotFound, Forbidden, Invalid for answers
// that are not one for each question, which does not count, and Conflict
// invalidResourceState.
func (s *Service) AnswerQuestions(ctx context.Context, caller tenancy.Caller, id string, in AnswersInput) (*Customer, error) {
	return nil, nil
}

// RetryInput is the native form of the data of a second review.
type RetryInput struct{}
