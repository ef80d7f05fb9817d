package plans

// BankState is how far the best usable bank of a customer has come. The states are
// ordered, so the best of several banks is the greatest.
type BankState int

// The states of a bank.
const (
	BankNone     BankState = iota // no usable bank
	BankAdded                     // a bank, no micro-deposits sent yet
	BankDropped                   // micro-deposits sent, their amounts not confirmed
	BankVerified                  // amounts confirmed
)

// Facts is all that planStatus may know of a customer.
type Facts struct {
	// CustomerStatus is created, active, disabled or locked. Anything else counts as
	// created: not ready, so nothing is on.
	CustomerStatus string
	// Identity is the canonical identity status: none, pending, review, retry,
	// document, verified or rejected. Anything else counts as review.
	Identity string
	// EntityType is ISP, LLC or CORP; anything else counts as not known yet.
	EntityType string
	// Given reports whether the effective field at a native path
	// (`legalEntity.personalContact.email`) has a value. Nil means that no field has one.
	Given func(path string) bool
	// Bank is the best state among the usable banks.
	Bank BankState
	// Sandbox words the remedies for sandbox mode; it changes no outcome.
	Sandbox bool
}
