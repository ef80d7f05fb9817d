package plans

import (
	"slices"
	"time"
)

// Rule asks the customers of a plan for something, from a moment on: an entry of
// `plans[].requirements`. The rules for a path replace what the plan's verifications ask
// of it; where none of them applies, it is not asked for.
type Rule struct {
	// Path is what is asked for: the native path of a field, `ownership`, `identity` or
	// `defaultBank`.
	Path string
	// Code is what programs match on; empty is the path with `.missing`. The codes of
	// identity and bank follow from their state.
	Code string
	// When says whom it is asked of.
	When Condition
	// After is the moment from which it is due; the zero value is the creation of the
	// customer.
	After After
	// Within is how long it may be due before it is past due. Until then it holds nothing
	// back; with zero it holds its features back as soon as it is due.
	Within time.Duration
	// Features are those that it holds back. Empty are those that move money; for the
	// bank, withdraw alone.
	Features []Feature
	// Alternatives are paths that would do as well.
	Alternatives []string
}

// Condition is whom a rule applies to. What is not known of a customer yet counts as
// met, so that learning it can only shorten the list.
type Condition struct {
	// EntityTypes are ISP, LLC and CORP; empty is any.
	EntityTypes []string
	// Countries are ISO 3166-1 alpha-3 codes of the business's address, or else of the
	// customer's; empty is any.
	Countries []string
}

// met reports whether a customer of these facts is meant.
func (c Condition) met(f *Facts) bool {
	return among(f.EntityType, c.EntityTypes) && among(f.Country, c.Countries)
}

// certain reports whether what is to be learned of the customer cannot end that it is
// meant.
func (c Condition) certain(f *Facts) bool {
	return (f.EntityType != "" || len(c.EntityTypes) == 0) && (f.Country != "" || len(c.Countries) == 0)
}

func among(value string, list []string) bool {
	return value == "" || len(list) == 0 || slices.Contains(list, value)
}

// After is the moment from which a rule's path is due: one of its members at most is
// set.
type After struct {
	// Days counts from the creation of the customer.
	Days int
	// Threshold is passed by what the platform's ledger reports of the customer.
	Threshold Threshold
}

// Threshold is an amount of business, as activities report it. The zero value is none.
type Threshold struct {
	// Volume is the sum of credits and debits of the last twelve months, in the smallest
	// unit of Currency.
	Volume   int64
	Currency string
	// Payments is the number of credits and debits ever reported.
	Payments int64
}

// day is what Days count in.
const day = 24 * time.Hour

// timing is when something is due and past due.
type timing struct {
	// start is the moment from which it is due; unknown reports that it has none yet.
	start   time.Time
	unknown bool
	// deadline is the moment from which it is past due; zero for never.
	deadline time.Time
}

// timing returns when the rule's path is due of a customer.
func (r *Rule) timing(f *Facts) timing {
	t := timing{start: f.Created}
	switch {
	case r.After.Days > 0:
		t.start = f.Created.Add(time.Duration(r.After.Days) * day)
	case r.After.Threshold != Threshold{}:
		passed, known := time.Time{}, false
		if f.Passed != nil {
			passed, known = f.Passed(r.After.Threshold)
		}
		t.start, t.unknown = passed, !known
	}
	if r.Within > 0 && !t.unknown {
		t.deadline = t.start.Add(r.Within)
	}
	return t
}

// before reports whether t asks sooner than another.
func (t timing) before(other timing) bool {
	if t.unknown || other.unknown {
		return !t.unknown
	}
	return t.start.Before(other.start)
}

// ruleFor returns the rule for a path that applies to a customer, and whether the plan has
// rules for that path at all. While it is not known which of several applies, it is the one
// that asks soonest, so that learning it makes nothing due.
func (p *Plan) ruleFor(path string, f *Facts) (applying *Rule, ruled bool) {
	for i := range p.Requirements {
		rule := &p.Requirements[i]
		if rule.Path != path {
			continue
		}
		ruled = true
		if !rule.When.met(f) {
			continue
		}
		if applying == nil || f.offers(applying) || !f.offers(rule) && rule.timing(f).before(applying.timing(f)) {
			applying = rule
		}
		if rule.When.certain(f) {
			break
		}
	}
	return applying, ruled
}

// offers reports whether the customer has given something that would do as well as the
// rule's path.
func (f *Facts) offers(r *Rule) bool {
	return f.Given != nil && slices.ContainsFunc(r.Alternatives, f.Given)
}

// clone returns a copy that shares no memory with r.
func (r Rule) clone() Rule {
	r.When.EntityTypes, r.When.Countries = slices.Clone(r.When.EntityTypes), slices.Clone(r.When.Countries)
	r.Features, r.Alternatives = slices.Clone(r.Features), slices.Clone(r.Alternatives)
	return r
}
