package dwolla

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/idempotency"
	"tenantry/customers/identity"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwolla/status"
	"tenantry/internal/patch"
)

// startQuestions asks a customer what only it knows. A customer has one
// questionnaire, which is named by the customer's own id.
func (f *Handler) startQuestions(x *dialect.Request) (idempotency.Answer, error) {
	_, id, err := f.findCustomer(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	return dialect.Answered(x, func(ctx context.Context) (identity.QuestionnaireView, error) {
		return f.service.Identity.StartQuestions(ctx, x.Caller, id)
	}, func(identity.QuestionnaireView) (idempotency.Answer, error) { return f.created(x, "/kba/"+uuid(id)) })
}

type shownQuestion struct {
	ID      string        `json:"id"`
	Text    string        `json:"text"`
	Answers []shownChoice `json:"answers"`
}

type shownChoice struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

func (f *Handler) getQuestions(x *dialect.Request) (idempotency.Answer, error) {
	_, id, err := f.findCustomer(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	asked, err := f.service.Identity.Questions(x, x.Caller, id)
	if err != nil {
		return idempotency.Answer{}, err
	}
	questions := make([]shownQuestion, 0, len(asked.Questions))
	for _, q := range asked.Questions {
		shown := shownQuestion{ID: uuid(q.ID), Text: q.Text}
		for _, choice := range q.Answers {
			shown.Answers = append(shown.Answers, shownChoice{ID: uuid(choice.ID), Text: choice.Text})
		}
		questions = append(questions, shown)
	}
	self := to(f.base(x.Request)+"/kba/"+uuid(id), "kba")
	return show(object{"_links": links{"self": self, "answer": self}, "id": uuid(id), "questions": questions})
}

type answersBody struct {
	Answers patch.Field[[]answerBody] `json:"answers"`
}

type answerBody struct {
	QuestionID patch.Field[string] `json:"questionId"`
	AnswerID   patch.Field[string] `json:"answerId"`
}

func (f *Handler) answerQuestions(x *dialect.Request) (idempotency.Answer, error) {
	_, id, err := f.findCustomer(x)
	if err != nil {
		return idempotency.Answer{}, err
	}
	var body answersBody
	if err := bindAll(x.Content, &body, plainWords); err != nil {
		return idempotency.Answer{}, err
	}
	given := identity.AnswersInput{
		Answers: convert(body.Answers, func(list []answerBody) []identity.AnswerInput {
			given := make([]identity.AnswerInput, 0, len(list))
			for _, a := range list {
				given = append(given, identity.AnswerInput{QuestionID: convert(a.QuestionID, record), AnswerID: convert(a.AnswerID, record)})
			}
			return given
		}),
	}
	answer, err := dialect.Answered(x, func(ctx context.Context) (*customers.Customer, error) {
		return f.service.Identity.AnswerQuestions(ctx, x.Caller, id, given)
	}, func(answered *customers.Customer) (idempotency.Answer, error) {
		base, outcome := f.base(x.Request), "failed"
		if status.Of(answered) == status.Verified {
			outcome = "passed"
		}
		return show(object{"_links": links{
			"self": to(base+"/kba/"+uuid(id), "kba"), "customer": to(base+"/customers/"+uuid(id), "customer"),
		}, "id": uuid(id), "verificationStatus": outcome})
	})
	return answer, in(plainWords, err)
}
