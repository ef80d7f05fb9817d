package plans

import "slices"

// Feature is something that a plan lets its customers do.
type Feature string

// The features, in the order in which they are listed for people.
const (
	CreateCustomers Feature = "createCustomers" // create customers below oneself; never gated
	AcceptPayments  Feature = "acceptPayments"  // gated by underwriting, if the plan underwrites
	SendPayments    Feature = "sendPayments"    // gated by underwriting, if the plan underwrites
	Withdraw        Feature = "withdraw"        // gated by everything the plan requires
	Unmask          Feature = "unmask"          // read sensitive fields in full; never gated here
)

// allFeatures is what a configuration may name.
var allFeatures = []Feature{CreateCustomers, AcceptPayments, SendPayments, Withdraw, Unmask}

// Verification is something that a plan requires to be verified.
type Verification string

// The verifications. A plan requires at most one of Standard and Professional.
const (
	Standard     Verification = "standard"     // underwriting of the identity of the customer
	Professional Verification = "professional" // the same, and of the business it runs
	Bank         Verification = "bank"         // a bank whose micro-deposits were confirmed
)

// allVerifications is what a configuration may name.
var allVerifications = []Verification{Standard, Professional, Bank}

// Plan is a named set of features and of the verifications they depend on.
type Plan struct {
	// Key identifies the plan in requests (`planKey`); unique in the catalog.
	Key string
	// Name is what people read (`planName`); unique in the catalog.
	Name string
	// Features are what the plan enables once its verifications are complete.
	Features []Feature
	// Requires are the verifications; an empty list asks for nothing.
	Requires []Verification
	// Requirements say what is asked of whom and when, beyond what the verifications ask
	// for at once; the order is that of planStatus.
	Requirements []Rule
	// AvailableTo are the keys of the plans whose holders may hand this one out.
	AvailableTo []string
	// Quotas bound what a customer of the plan may have.
	Quotas Quotas
}

// Has reports whether the plan enables f at all. Whether f is on for a customer at this
// moment is up to Evaluate.
func (p Plan) Has(f Feature) bool { return slices.Contains(p.Features, f) }

// Underwriting returns the standard or professional verification that the plan requires,
// and false if it requires neither.
func (p Plan) Underwriting() (Verification, bool) {
	for _, v := range p.Requires {
		if v == Standard || v == Professional {
			return v, true
		}
	}
	return "", false
}

// clone returns a copy that shares no memory with p.
func (p Plan) clone() Plan {
	p.Features = slices.Clone(p.Features)
	p.Requires = slices.Clone(p.Requires)
	p.AvailableTo = slices.Clone(p.AvailableTo)
	p.Requirements = slices.Clone(p.Requirements)
	for i := range p.Requirements {
		p.Requirements[i] = p.Requirements[i].clone()
	}
	return p
}
