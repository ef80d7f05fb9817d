package plans

import "time"

// BankState is how far the best usable bank of a customer has come. The states are
// ordered, so the best of several banks is the greatest.
type BankState int

// The states of a bank.
const (
	BankNone     BankState = iota // no usable bank
	BankAdded                     // a bank, no micro-deposits started yet
	BankUnsent                    // micro-deposits started, and not sent by the operator yet
	BankDropped                   // micro-deposits sent, their amounts not confirmed
	BankVerified                  // amounts confirmed
)

// Facts is all that planStatus may know of a customer.
type Facts struct {
	// Now is the moment that the question is asked of, Created that of the customer's
	// creation.
	Now, Created time.Time
	// CustomerStatus is created, active, disabled or locked. Anything else counts as
	// created: not ready, so nothing is on.
	CustomerStatus string
	// Identity is the canonical identity status: none, pending, review, retry,
	// document, kba, verified or rejected. Anything else counts as review.
	Identity string
	// IdentityReason says in a sentence why the identity is what it is.
	IdentityReason string
	// StandsUntil is how long an earlier judgment stands that found the customer verified,
	// while a newer review goes on; zero for none.
	StandsUntil time.Time
	// Evidence is the state of the newest document that was sent for the review, and
	// EvidenceReason why it was refused.
	Evidence       Evidence
	EvidenceReason string
	// EntityType is ISP, LLC or CORP; anything else counts as not known yet.
	EntityType string
	// Country is the ISO 3166-1 alpha-3 code of where the business is, or else the
	// customer; empty when it is not known yet.
	Country string
	// Given reports whether the effective field at a native path
	// (`legalEntity.personalContact.email`) has a value. Nil means that no field has one.
	Given func(path string) bool
	// Passed returns when the customer's business passed a threshold, and false if it has
	// not. Nil means that it passed none.
	Passed func(Threshold) (time.Time, bool)
	// Bank is the best state among the usable banks; BankFailed reports that wrong amounts
	// made one inactive, and none is usable since.
	Bank       BankState
	BankFailed bool
	// Sandbox words the remedies for sandbox mode; it changes no outcome.
	Sandbox bool
}

// Evidence is the state of a document that was sent for a review.
type Evidence string

// The states of evidence.
const (
	NoEvidence       Evidence = ""
	EvidencePending  Evidence = "pending"
	EvidenceRejected Evidence = "rejected"
)
