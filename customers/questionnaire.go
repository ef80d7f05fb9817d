package customers

import (
	"time"

	"tenantry/tenancy"
)

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
