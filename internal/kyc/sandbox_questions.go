package kyc

import (
	"context"

	"tenantry/customers/identity"
	"tenantry/customers/reviews"
)

var _ identity.QuestionProvider = Sandbox{}

// noneOfThem is the right answer to every question of the sandbox, and the last one
// of its answers.
const noneOfThem = "None of the above"

// Questions returns the same four questions to everybody. The last answer, "None of
// the above", is the right one to each.
func (Sandbox) Questions(context.Context, identity.Subject) ([]reviews.Question, error) {
	return []reviews.Question{
		asking("On which of these streets have you lived?", "Alder Row", "Harbour Mile", "Quarry Steps"), //nolint:misspell // as the API has always answered
		asking("In which of these towns have you owned property?", "Brackwater", "Eastmoor", "Pinefall"),
		asking("Which of these companies have you worked for?", "Gull Freight", "Lantern Mills", "Northgate Glass"),
		asking("With which of these lenders have you had a loan?", "Copper Savings", "First Meadow Bank", "Tidewater Credit"),
	}, nil
}

func asking(text string, wrong ...string) reviews.Question {
	q := reviews.Question{Text: text}
	for _, answer := range append(wrong, noneOfThem) {
		q.Answers = append(q.Answers, reviews.Choice{Text: answer})
	}
	return q
}

// Grade counts the questions that were answered with the last answer.
func (Sandbox) Grade(_ context.Context, _ identity.Subject, asked []reviews.Question, choices []int) (right int, err error) {
	for i, choice := range choices {
		if asked[i].Answers[choice].Text == noneOfThem {
			right++
		}
	}
	return right, nil
}
