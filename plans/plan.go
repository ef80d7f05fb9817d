package plans

import "slices"

// Feature is something a plan lets its customers do.
type Feature string

// The features, in the order in which they are listed for people.
const (
	CreateCustomers Feature = "createCustomers" // make customers beneath oneself; never gated
	AcceptPayments  Feature = "acceptPayments"  // gated by underwriting, if the plan underwrites
	SendPayments    Feature = "sendPayments"    // gated by underwriting, if the plan underwrites
	Withdraw        Feature = "withdraw"        // gated by everything the plan requires
	Unmask          Feature = "unmask"          // read sensitive fields in clear; never gated here
)

// allFeatures is what a configuration may name.
var allFeatures = []Feature{CreateCustomers, AcceptPayments, SendPayments, Withdraw, Unmask}

// Verification is something a plan requires to be verified.
type Verification string

// The verifications. A plan requires at most one of Standard and Professional.
const (
	Standard     Verification = "standard"     // underwriting of who the customer is
	Professional Verification = "professional" // the same, and of the business it runs
	Bank         Verification = "bank"         // a bank whose micro-deposits were confirmed
)

// allVerifications is what a configuration may name.
var allVerifications = []Verification{Standard, Professional, Bank}

// Plan is a named set of features and of the verifications they hang on.
type Plan struct {
	// Key names the plan in requests (`planKey`); unique in the catalog.
	Key string
	// Name is what people read (`planName`); unique in the catalog.
	Name string
	// Features are what the plan enables, subject to its verifications.
	Features []Feature
	// Requires are the verifications; empty means that nothing is asked for.
	Requires []Verification
	// AvailableTo are the keys of the plans whose holders may hand this one out.
	AvailableTo []string
}

// Has tells whether the plan enables f at all. Whether it is on for a customer
// at this moment is for Evaluate to say.
func (p Plan) Has(f Feature) bool { return slices.Contains(p.Features, f) }

// Underwriting gives the standard or professional verification that the plan
// requires, false when it underwrites nobody.
func (p Plan) Underwriting() (Verification, bool) {
	for _, v := range p.Requires {
		if v == Standard || v == Professional {
			return v, true
		}
	}
	return "", false
}

// clone gives a copy that shares no memory with p.
func (p Plan) clone() Plan {
	p.Features = slices.Clone(p.Features)
	p.Requires = slices.Clone(p.Requires)
	p.AvailableTo = slices.Clone(p.AvailableTo)
	return p
}
