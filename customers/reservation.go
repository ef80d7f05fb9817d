package customers

import (
	"time"

	"tenantry/tenancy"
)

// Reservation reserves a unique value for a customer, before that customer is written.
type Reservation struct {
	// Key is `<scope>:<value>`, compared byte for byte.
	Key string `bson:"_id"`
	// Customer is whom the value is taken for; it may not exist yet.
	Customer tenancy.Ref `bson:"customer"`
	// Taken is when; together with Customer it identifies one taking.
	Taken time.Time `bson:"taken"`
	// Ends is when the claim lapses and may be swept; zero is never.
	Ends time.Time `bson:"ends,omitempty"`
	// Request identifies what an idempotency claim was taken for.
	Request []byte `bson:"request,omitempty"`
	// Answer is the sealed answer of an idempotency claim once it is complete.
	Answer []byte `bson:"answer,omitempty"`
}
