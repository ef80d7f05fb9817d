package reviews

import (
	"time"

	"tenantry/tenancy"
)

// Questionnaire is the knowledge questions for a customer in state kba. Only the
// provider knows the right answers; they are stored nowhere.
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

// Choice is one of the answers to a question.
type Choice struct {
	ID   tenancy.ID `bson:"id"` // set by the service
	Text string     `bson:"text"`
}
