package identity

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/view"
	"tenantry/internal/patch"
)

// QuestionProvider is a provider that asks people what only they know, and judges
// their answers. Like Verify, it must answer from what it is given alone.
type QuestionProvider interface {
	Provider
	// Questions gives what to ask: up to ten questions with up to ten answers each.
	Questions(ctx context.Context, subject Subject) ([]customers.Question, error)
	// Grade counts the right answers. choices has, for each question that Questions
	// gave, the place of the chosen answer.
	Grade(ctx context.Context, subject Subject, asked []customers.Question, choices []int) (right int, err error)
}

// QuestionnaireView shows the questions.
type QuestionnaireView struct {
	Object    string         `json:"object"` // questionnaire
	Questions []QuestionView `json:"questions"`
	Created   view.Stamp     `json:"created"`
}

// QuestionView shows one question.
type QuestionView struct {
	ID      string       `json:"id"`
	Text    string       `json:"text"`
	Answers []ChoiceView `json:"answers"`
}

// ChoiceView shows one answer to choose.
type ChoiceView struct {
	ID   string `json:"id"`
	Text string `json:"text"`
}

// AnswersInput answers every question of a questionnaire, once.
type AnswersInput struct {
	Answers patch.Field[[]AnswerInput] `json:"answers"`
}

// AnswerInput is the answer to one question.
type AnswerInput struct {
	QuestionID patch.Field[string] `json:"questionId"`
	AnswerID   patch.Field[string] `json:"answerId"`
}
