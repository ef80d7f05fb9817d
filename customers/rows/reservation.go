package rows

import (
	"time"

	"tenantry/tenancy"
)

// Reservation reserves a unique value for a customer, before that customer is written.
type Reservation struct {
	// Key is `<scope>:<value>`, compared byte for byte.
	Key string `bson:"_id"`
	// Customer is the one that the value is taken for; it may not exist yet.
	Customer tenancy.Ref `bson:"customer"`
	// Taken is when it was taken; with Customer it identifies one taking.
	Taken time.Time `bson:"taken"`
	// Ends is when the reservation lapses and may be swept; zero is never.
	Ends time.Time `bson:"ends,omitempty"`
	// Request identifies what a reservation of an idempotency key was taken for.
	Request []byte `bson:"request,omitempty"`
	// Answer is the sealed answer to that request once it is complete.
	Answer []byte `bson:"answer,omitempty"`
	// About are the ids that the answer and its request name: once one of them was erased,
	// the answer is dropped. It is searched while there is an answer.
	About []tenancy.ID `bson:"about,omitempty"`
}
