package identity

import (
	"tenantry/customers/view"
	"tenantry/internal/patch"
)

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
