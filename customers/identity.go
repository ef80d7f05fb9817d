package customers

import (
	"context"
	"time"

	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// IdentityStatus is the canonical state of the review of who a customer is;
// each dialect shows it in its vendor's words.
type IdentityStatus string

// The states.
const (
	IdentityNone     IdentityStatus = "none"     // never reviewed, or what was reviewed is no longer all there
	IdentityPending  IdentityStatus = "pending"  // the provider has not answered yet
	IdentityReview   IdentityStatus = "review"   // a person must decide
	IdentityRetry    IdentityStatus = "retry"    // the customer must correct its data
	IdentityDocument IdentityStatus = "document" // the customer must send a document
	IdentityVerified IdentityStatus = "verified"
	IdentityRejected IdentityStatus = "rejected"
)

// Identity is the state of the review and its history.
type Identity struct {
	Status IdentityStatus `bson:"status"`
	// Basic tells that the customer is reviewed on name, date of birth and postal code
	// alone, as those are that were made through a flat face.
	Basic bool `bson:"basic,omitempty"`
	// ReviewID names the latest review; zero while there was none.
	ReviewID tenancy.ID `bson:"reviewId,omitempty"`
	Provider string     `bson:"provider,omitempty"`
	Started  *time.Time `bson:"started,omitempty"`
	Updated  *time.Time `bson:"updated,omitempty"`
	// Reason says in a sentence why the state is what it is.
	Reason string `bson:"reason,omitempty"`
	// Messages explains each code of the provider's judgement.
	Messages map[string]string `bson:"messages,omitempty"`
	// Decisions are the newest 20 judgements of people and providers, oldest first.
	Decisions []Decision `bson:"decisions,omitempty"`
}

// Decision records one judgement: who, when, by which provider, why.
type Decision struct {
	ReviewID   tenancy.ID     `bson:"reviewId"`
	Status     IdentityStatus `bson:"status"`
	At         time.Time      `bson:"at"`
	Provider   string         `bson:"provider,omitempty"`
	Actor      tenancy.ID     `bson:"actor,omitempty"`
	Credential string         `bson:"credential,omitempty"`
	Reason     string         `bson:"reason,omitempty"`
}

// Provider judges identities; it never changes a customer. A provider must be
// safe for concurrent use.
type Provider interface {
	// Name names it in decision records.
	Name() string
	// Verify judges what the subject gave. It must answer from the subject alone,
	// without input or output: it is called before the one write of a change.
	Verify(ctx context.Context, subject IdentitySubject) (Verdict, error)
}

// IdentitySubject is what a provider may see of a customer.
type IdentitySubject struct {
	Ref          tenancy.Ref
	Name, Email  string
	Phone        string
	FirstName    string
	LastName     string
	EntityType   string
	BusinessName string
	DateOfBirth  secret.Text // YYYY-MM-DD
	PersonalTax  secret.Text // digits
	BusinessTax  secret.Text // digits
	Address      *Address
	// Now is the moment of the judgement.
	Now time.Time
}

// Verdict is a provider's judgement.
type Verdict struct {
	Status   IdentityStatus // any but IdentityNone
	Reason   string
	Messages map[string]string
}
