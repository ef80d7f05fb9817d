package customers

import (
	"context"
	"time"

	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// QuestionProvider is a provider that asks people what only they know, and judges
// their answers. Like Verify, it must answer from what it is given alone.
type QuestionProvider interface {
	Provider
	// Questions gives what to ask: up to ten questions with up to ten answers each.
	Questions(ctx context.Context, subject IdentitySubject) ([]Question, error)
	// Grade counts the right answers. choices has, for each question that Questions
	// gave, the place of the chosen answer.
	Grade(ctx context.Context, subject IdentitySubject, asked []Question, choices []int) (right int, err error)
}

// Questionnaire are the questions that a customer in kba is asked. Which answers
// are right is known to the provider alone and is kept nowhere.
type Questionnaire struct {
	Created   time.Time  `bson:"created"`
	Questions []Question `bson:"questions"`
}

// Question is one question with the answers to choose from.
type Question struct {
	ID      tenancy.ID `bson:"id"` // set by the service
	Text    string     `bson:"text"`
	Answers []Choice   `bson:"answers"`
}

// Choice is one answer to choose.
type Choice struct {
	ID   tenancy.ID `bson:"id"` // set by the service
	Text string     `bson:"text"`
}

// QuestionnaireView shows the questions.
type QuestionnaireView struct {
	Object    string         `json:"object"` // questionnaire
	Questions []QuestionView `json:"questions"`
	Created   Stamp          `json:"created"`
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
