package identity

import (
	"context"
	"fmt"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

const (
	maxQuestions = 10
	// passing is how many right answers verify.
	passing = 3
)

// StartQuestions returns the questions of a customer in kba; a second call returns the
// same. It returns NotFound, Forbidden, and Conflict invalidResourceState.
func (s *Service) StartQuestions(ctx context.Context, caller tenancy.Caller, id string) (QuestionnaireView, error) {
	at := registry.At{ID: id, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	asked, err := registry.ChangeTo(ctx, s.registry, caller, at, "identity.questions_started", func(d *registry.Draft) error { return s.ask(ctx, d) },
		func(c *customers.Customer) (QuestionnaireView, error) {
			return questionnaireView(c.Identity.Questions), nil
		})
	return asked, stateOfLock(err)
}

// Questions returns the questions that were started to a caller that may answer them. It
// returns NotFound, also before they are started, and Forbidden.
func (s *Service) Questions(ctx context.Context, caller tenancy.Caller, id string) (QuestionnaireView, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read | tenancy.CustomersWrite})
	if err != nil {
		return QuestionnaireView{}, err
	}
	if c.Identity.Questions == nil {
		return QuestionnaireView{}, fault.NotFoundError()
	}
	return questionnaireView(c.Identity.Questions), nil
}

// AnswerQuestions takes the answers, once: three right ones verify the customer, and
// with fewer it needs a document. It returns NotFound, Forbidden, Invalid for answers
// that are not one for each question, which does not count, and Conflict
// invalidResourceState.
func (s *Service) AnswerQuestions(ctx context.Context, caller tenancy.Caller, id string, in AnswersInput) (*customers.Customer, error) {
	at := registry.At{ID: id, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	changed, err := registry.ChangeTo(ctx, s.registry, caller, at, "identity.reviewed", func(d *registry.Draft) error { return s.answer(ctx, d, in) }, registry.Itself)
	return changed, stateOfLock(err)
}

// notInReview returns the refusal of a request that the state of a customer's review
// does not allow.
func notInReview(c *customers.Customer) error {
	state := string(c.Identity.Status)
	if c.Status != customers.StatusActive {
		state = string(c.Status)
	}
	return fault.New(fault.Conflict, fault.CodeResourceState, "a customer that is "+state+" cannot be asked or answer questions; its review must be in kba, and the customer active")
}

// stateOfLock returns the refusal of a locked customer as one of its state.
func stateOfLock(err error) error {
	if fault.CodeOf(err) == fault.CodeCustomerLocked {
		return notInReview(&customers.Customer{Status: customers.StatusLocked})
	}
	return err
}

// questioned returns the provider of questions and the subject that is asked, of a
// customer in kba.
func (s *Service) questioned(d *registry.Draft) (QuestionProvider, Subject, error) {
	provider, asks := s.provider.(QuestionProvider)
	if d.Before.Status != customers.StatusActive || d.Before.Identity.Status != reviews.IdentityKBA || !asks {
		return nil, Subject{}, notInReview(d.Before)
	}
	if err := d.Active(); err != nil {
		return nil, Subject{}, err
	}
	subject, err := s.subject(d.Before, d.Now)
	return provider, subject, err
}

func (s *Service) ask(ctx context.Context, d *registry.Draft) error {
	provider, subject, err := s.questioned(d)
	if err != nil || d.Customer.Identity.Questions != nil {
		return err
	}
	list, err := provider.Questions(ctx, subject)
	if err != nil {
		return noAnswer(err)
	}
	if len(list) < passing || len(list) > maxQuestions {
		return noAnswer(fmt.Errorf("it asked %d questions, not %d to %d", len(list), passing, maxQuestions))
	}
	asked := &reviews.Questionnaire{Created: d.Now}
	for _, question := range list {
		next := reviews.Question{ID: d.NewID(), Text: question.Text}
		for _, choice := range question.Answers {
			next.Answers = append(next.Answers, reviews.Choice{ID: d.NewID(), Text: choice.Text})
		}
		asked.Questions = append(asked.Questions, next)
	}
	d.Customer.Identity.Questions = asked
	return nil
}

func noAnswer(err error) error {
	return fault.Wrap(err, fault.Unavailable, fault.CodeUnavailable, "the identity provider gave no answer; try again in a moment")
}

func (s *Service) answer(ctx context.Context, d *registry.Draft, in AnswersInput) error {
	provider, subject, err := s.questioned(d)
	if err != nil {
		return err
	}
	asked := d.Customer.Identity.Questions
	if asked == nil {
		return notInReview(d.Before)
	}
	choices := choices(d, asked.Questions, in)
	if err := d.Err(); err != nil {
		return err
	}
	right, err := provider.Grade(ctx, subject, asked.Questions, choices)
	if err != nil {
		return noAnswer(err)
	}
	was, event, status := d.Before.Identity, "identity.questions_failed", reviews.IdentityDocument
	if right >= passing {
		event, status = "identity.questions_passed", reviews.IdentityVerified
	}
	s.judgeReview(d, status, answered(right, len(choices)))
	ReviewedAfter(d, event, &was)
	return nil
}

// choices returns the place of the chosen answer for each question. Each must be
// answered once.
func choices(d *registry.Draft, asked []reviews.Question, in AnswersInput) []int {
	const path = "answers"
	if !in.Answers.Given() {
		fields.Missing(d, path)
		return nil
	}
	choices := make([]int, len(asked))
	for i := range choices {
		choices[i] = -1
	}
	for i, answer := range in.Answers.Value {
		at := fault.Index(path, i)
		question := placeOf(len(asked), answer.QuestionID.Value, func(i int) tenancy.ID { return asked[i].ID })
		if question < 0 || choices[question] >= 0 {
			d.Faults.Add(at+".questionId", fault.BadValue, "must be the id of one of the questions, and each question is answered once")
			continue
		}
		answers := asked[question].Answers
		chosen := placeOf(len(answers), answer.AnswerID.Value, func(i int) tenancy.ID { return answers[i].ID })
		if chosen < 0 {
			d.Faults.Add(at+".answerId", fault.BadValue, "must be the id of one of the answers to the question")
			continue
		}
		choices[question] = chosen
	}
	if d.Faults.Empty() && len(in.Answers.Value) < len(asked) {
		d.Faults.Add(path, fault.Missing, "every question must be answered; the questions can be answered only once")
	}
	return choices
}

func placeOf(n int, id string, at func(int) tenancy.ID) int {
	for i := range n {
		if at(i).String() == id {
			return i
		}
	}
	return -1
}

func questionnaireView(q *reviews.Questionnaire) QuestionnaireView {
	view := QuestionnaireView{Object: "questionnaire", Questions: []QuestionView{}, Created: view.Stamp(q.Created)}
	for _, question := range q.Questions {
		next := QuestionView{ID: question.ID.String(), Text: question.Text}
		for _, choice := range question.Answers {
			next.Answers = append(next.Answers, ChoiceView{ID: choice.ID.String(), Text: choice.Text})
		}
		view.Questions = append(view.Questions, next)
	}
	return view
}
