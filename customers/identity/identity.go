package identity

import (
	"context"
	"time"

	"tenantry/customers"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Provider judges identities; it never changes a customer. A provider must be
// safe for concurrent use.
type Provider interface {
	// Name names it in decision records.
	Name() string
	// Verify judges what the subject gave. It must answer from the subject alone,
	// without input or output, because it is called before the one write of a change;
	// a RemoteProvider may take its time, because it is called after that write.
	Verify(ctx context.Context, subject Subject) (Result, error)
}

// RemoteProvider is a provider that asks somebody else, so that it may hang or
// fail. It is asked when the customer is stored already, and nothing waits for it
// but the request that started an inline review. It must bound the time of a question
// itself: a request that ends does not end its question.
type RemoteProvider interface {
	Provider
	// Remote only tells that it is one.
	Remote()
}

// ForcedProvider is a provider that judges as it is told to: the sandbox.
type ForcedProvider interface {
	Provider
	// Forces only tells that it is one.
	Forces()
}

// Subject is what a provider may see of a customer.
type Subject struct {
	Ref      tenancy.Ref
	ReviewID tenancy.ID
	// Kind is set for customers that are reviewed as a person or a business whatever
	// their plan; HasProfile tells that such a one gave more than how to reach it.
	Kind       customers.PartyType
	HasProfile bool
	// Outcome is what a ForcedProvider was asked for; empty is standard.
	Outcome string
	// Type is set for enrolled customers; of a business it comes with its legal form,
	// its industry and who manages it.
	Type                                 customers.EnrollmentType
	BusinessType, BusinessClassification string
	Controller                           *ControllerSubject
	// Trigger is why the review runs; retry is the last one that may ask for another.
	Trigger      customers.Trigger
	Name, Email  string
	Phone        string
	FirstName    string
	LastName     string
	EntityType   string
	BusinessName string
	DateOfBirth  secret.Text // YYYY-MM-DD
	PersonalTax  secret.Text // digits
	BusinessTax  secret.Text // digits
	IPAddress    secret.Text
	Website      string
	Address      *customers.Address
	// Now is the moment of the judgement.
	Now time.Time
}

// ControllerSubject is who manages a business, as a provider may see it.
type ControllerSubject struct {
	Title, FirstName, LastName string
	DateOfBirth                secret.Text // YYYY-MM-DD
	PersonalTax                secret.Text // digits: nine, or the last four
	Passport                   secret.Text
	PassportCountry            string // alpha-2
	Address                    *customers.ControllerAddress
}

// Result is a provider's judgement.
type Result struct {
	Status   customers.IdentityStatus // any but IdentityNone
	Reason   string
	Messages map[string]string
	Report   *customers.Report
}

// LateResult is the judgement of a review that a provider left pending.
type LateResult struct {
	Customer tenancy.Ref
	ReviewID tenancy.ID
	Result
}
