package customers

import (
	"time"

	"tenantry/tenancy"
)

// ActivityType says what a platform's own ledger did with a customer.
type ActivityType string

// The types of activity.
const (
	// ActivityHold reserved money of the customer.
	ActivityHold ActivityType = "hold"
	// ActivityCredit paid money to the customer.
	ActivityCredit ActivityType = "credit"
	// ActivityDebit took money from the customer.
	ActivityDebit ActivityType = "debit"
	// ActivityRefund gave money back to the customer.
	ActivityRefund ActivityType = "refund"
)

// Activity is something that happened on a customer, as its platform reported it. It
// never changes and is stored apart from the customer.
type Activity struct {
	ID       tenancy.ID   `bson:"_id"`
	Customer tenancy.Ref  `bson:"customer"`
	Type     ActivityType `bson:"type"`
	// Amount is in the smallest unit of the currency: cents.
	Amount   int64  `bson:"amount"`
	Currency string `bson:"currency"` // USD, CAD
	// Reference is the platform's own name of it, unique within the customer.
	Reference string `bson:"reference"`
	// Occurred is when it happened, Created when it was reported.
	Occurred time.Time `bson:"occurred"`
	Created  time.Time `bson:"created"`
	// Actor and Credential say who reported it.
	Actor      tenancy.ID `bson:"actor"`
	Credential string     `bson:"credential"`
}
