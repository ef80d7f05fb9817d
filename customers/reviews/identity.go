package reviews

import (
	"time"

	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// IdentityStatus is the state of a customer's identity review; each dialect shows it in
// its vendor's words.
type IdentityStatus string

// The states.
const (
	IdentityNone     IdentityStatus = "none"     // never reviewed, or what was reviewed is no longer all there
	IdentityPending  IdentityStatus = "pending"  // the provider has not answered yet
	IdentityReview   IdentityStatus = "review"   // a person must decide
	IdentityRetry    IdentityStatus = "retry"    // the customer must correct its data
	IdentityDocument IdentityStatus = "document" // the customer must send a document
	IdentityKBA      IdentityStatus = "kba"      // the customer must answer questions
	IdentityVerified IdentityStatus = "verified"
	IdentityRejected IdentityStatus = "rejected"
)

// IdentityStatuses returns all states, in the order in which a review may pass them.
func IdentityStatuses() []IdentityStatus {
	return []IdentityStatus{
		IdentityNone, IdentityPending, IdentityReview, IdentityRetry, IdentityDocument, IdentityKBA, IdentityVerified, IdentityRejected,
	}
}

// Identity is the identity review of a customer and its history.
type Identity struct {
	Status IdentityStatus `bson:"status"`
	// Basic reports that the customer is reviewed on name, date of birth and postal code
	// alone, as customers of a flat dialect are.
	Basic bool `bson:"basic,omitempty"`
	// ReviewID is the id of the latest review; zero before the first.
	ReviewID tenancy.ID `bson:"reviewId,omitempty"`
	Provider string     `bson:"provider,omitempty"`
	Trigger  Trigger    `bson:"trigger,omitempty"` // of the latest review
	Started  *time.Time `bson:"started,omitempty"`
	Updated  *time.Time `bson:"updated,omitempty"`
	// Reason says in a sentence why the state is what it is.
	Reason string `bson:"reason,omitempty"`
	// Messages explains each code of the provider's judgment.
	Messages map[string]string `bson:"messages,omitempty"`
	// Findings is the Report of the latest judgment as JSON; empty for none.
	Findings patch.Raw `bson:"findings,omitempty"`
	// Processing is how the customer's reviews run: inline when empty.
	Processing Processing `bson:"processing,omitempty"`
	// Outcome is the outcome that was asked of the sandbox; empty or standard is by its rules.
	Outcome string `bson:"outcome,omitempty"`
	// Due is when the provider is to be asked about a pending review; nil when its
	// answer is awaited. Attempts counts how often it was asked in vain.
	Due      *time.Time `bson:"due,omitempty"`
	Attempts int32      `bson:"attempts,omitempty"`
	// StandsUntil is how long the judgment before stands, which found the customer
	// verified, while a newer review goes on; nil for none.
	StandsUntil *time.Time `bson:"standsUntil,omitempty"`
	// Questions are what a customer in kba is asked; nil before and afterwards.
	Questions *Questionnaire `bson:"questions,omitempty"`
	// Decisions are the newest 20 judgments of people and providers, oldest first.
	Decisions []Decision `bson:"decisions,omitempty"`
}

// Trigger says why a review runs.
type Trigger string

// The triggers.
const (
	TriggerCreate  Trigger = "create"
	TriggerUpdate  Trigger = "update"
	TriggerRefresh Trigger = "refresh"
	TriggerRetry   Trigger = "retry" // everything was sent anew, which can be done once
)

// Processing says when reviews of a customer are judged.
type Processing string

// The ways of processing.
const (
	// ProcessInline judges within the request, as far as the provider answers in time.
	ProcessInline Processing = "inline"
	// ProcessBackground judges soon after the request.
	ProcessBackground Processing = "background"
	// ProcessSkip does without a review; only where the account's policy allows it.
	ProcessSkip Processing = "skip"
)

// Decision is one judgment of a review, by a person or a provider.
type Decision struct {
	ReviewID   tenancy.ID     `bson:"reviewId"`
	Status     IdentityStatus `bson:"status"`
	At         time.Time      `bson:"at"`
	Provider   string         `bson:"provider,omitempty"`
	Actor      tenancy.ID     `bson:"actor,omitempty"`
	Credential string         `bson:"credential,omitempty"`
	// Person is who decided, by the name of the user or as the caller named the person.
	Person string `bson:"person,omitempty"`
	Reason string `bson:"reason,omitempty"`
}

// The outcomes that can be asked of a provider that judges as told: the sandbox.
const (
	OutcomeStandard = "standard"
	OutcomeVerified = "verified"
	OutcomeReview   = "review"
	OutcomeRejected = "rejected"
)
