package plans

import (
	"slices"
	"time"
)

// Evaluate returns the planStatus of a customer that holds p at the moment f.Now. The plan
// should come from a Catalog, which has checked it. Evaluate is a pure function: the same
// arguments give the same answer, no argument is changed, and the answer shares no memory
// with them or with other answers.
func Evaluate(p Plan, f Facts) Status {
	e := evaluation{plan: &p, facts: &f, status: Status{
		Plan:          p.Name,
		PlanKey:       p.Key,
		Verifications: make(map[string]string, len(p.Requires)),
		Needed:        []string{},
		Features:      make(map[string]bool, len(p.Features)),
		Requirements:  []Requirement{},
	}}
	open := false
	if level, underwrites := p.Underwriting(); underwrites {
		lacking := e.underwrite(level)
		e.status.Verifications[string(level)] = word(!lacking)
		open = lacking
	}
	open = e.askFurther() || open
	if asked, required := e.askBank(); asked {
		lacking := e.checkBank()
		open = open || lacking
		if required {
			e.status.Verifications[string(Bank)] = word(!lacking)
		}
	}
	e.status.Status = overall(f.CustomerStatus, !open)
	active := e.status.Status == Verified || e.status.Status == Unverified
	for _, feature := range p.Features {
		e.status.Features[string(feature)] = active && !slices.Contains(e.held, feature)
	}
	if !e.deadline.IsZero() {
		e.status.NextDeadline = e.deadline.UTC().Format(momentLayout)
	}
	return e.status
}

// evaluation is the work on one planStatus.
type evaluation struct {
	plan   *Plan
	facts  *Facts
	status Status
	// held are the features that something holds back.
	held []Feature
	// payments and withdrawals are what requirements hold back unless a rule says
	// otherwise, once they were asked for.
	payments, withdrawals []Feature
	// room is how many requirements there may be.
	room int
	// deadline is the first deadline to come.
	deadline time.Time
}

// underwrite reports whether the underwriting still lacks something, and adds what.
func (e *evaluation) underwrite(level Verification) (lacking bool) {
	missing, asked := false, fieldsFor(level, e.facts.EntityType)
	e.room = len(asked) + len(e.plan.Requirements) + 2 // identity and bank
	for _, f := range asked {
		rule, ruled := e.plan.ruleFor(f.path, e.facts)
		if ruled && rule == nil || !ruled && f.exempts(e.facts.Country) || e.given(f.path, rule) {
			continue
		}
		missing = missing || rule == nil || rule.After == After{}
		lacking = e.askField(f, rule, true) || lacking
	}
	if e.facts.Identity == identityVerified {
		return lacking
	}
	rule, ruled := e.plan.ruleFor(IdentityPath, e.facts)
	if ruled && rule == nil {
		return lacking
	}
	return e.askIdentity(rule, missing) || lacking
}

// askFurther adds the fields of rules that no verification of the plan asks for, and
// reports whether one of them is open.
func (e *evaluation) askFurther() (open bool) {
	level, _ := e.plan.Underwriting()
	for i := range e.plan.Requirements {
		rule := &e.plan.Requirements[i]
		if rule.Path == IdentityPath || rule.Path == bankPath || asksFor(level, rule.Path) {
			continue
		}
		if first, _ := e.plan.ruleFor(rule.Path, e.facts); first != rule || e.given(rule.Path, rule) {
			continue
		}
		f, _ := fieldAt(rule.Path)
		open = e.askField(f, rule, false) || open
	}
	return open
}

// given reports whether the field at a path has a value, or one that would do as well.
func (e *evaluation) given(path string, rule *Rule) bool {
	if e.facts.Given == nil {
		return false
	}
	return e.facts.Given(path) || rule != nil && slices.ContainsFunc(rule.Alternatives, e.facts.Given)
}

// askField adds a field that is missing and reports whether it is open.
func (e *evaluation) askField(f field, rule *Rule, underwriting bool) (open bool) {
	r := Requirement{Code: f.code, Path: f.path, Reason: f.reason, Remedy: f.remedy}
	t := timing{start: e.facts.Created}
	if rule != nil {
		t, r.Alternatives = rule.timing(e.facts), slices.Clone(rule.Alternatives)
		if rule.Code != "" {
			r.Code = rule.Code
		}
	}
	s := t.at(e.facts.Now, Due)
	if s.open {
		if underwriting && len(e.status.Needed) == 0 {
			e.status.Needed = append(make([]string, 0, e.room), underwritingWord)
		}
		e.status.Needed = append(e.status.Needed, f.path)
	}
	e.add(r, s, t, e.features(rule, &e.payments, AcceptPayments, SendPayments, Withdraw))
	return s.open
}

// underwritingWord heads the fields of underwriting among the needed words.
const underwritingWord = "underwritingData"

// askIdentity adds the review and reports whether it is open. missing reports that it
// waits for fields.
func (e *evaluation) askIdentity(rule *Rule, missing bool) (open bool) {
	f := e.facts
	r, state := identityRequirement(f, missing)
	t := timing{start: f.Created}
	if rule != nil {
		t = rule.timing(f)
	}
	switch {
	case f.Identity == identityRejected:
		t = timing{} // nothing makes a rejection wait
	case !f.StandsUntil.IsZero() && !t.unknown && !t.start.After(f.Now):
		t = timing{deadline: f.StandsUntil}
	}
	s := t.at(f.Now, state)
	if s.open && !missing {
		e.status.Needed = append(e.status.Needed, identityWord(f.Identity))
	}
	e.add(r, s, t, e.features(rule, &e.payments, AcceptPayments, SendPayments, Withdraw))
	return s.open
}

// askBank reports whether the plan asks for a bank, and whether as a verification.
func (e *evaluation) askBank() (asked, required bool) {
	required = slices.Contains(e.plan.Requires, Bank)
	rule, ruled := e.plan.ruleFor(bankPath, e.facts)
	if ruled {
		return rule != nil || required, required
	}
	return required, required
}

// checkBank reports whether the bank is open, and adds what it still needs.
func (e *evaluation) checkBank() (open bool) {
	f := e.facts
	rule, ruled := e.plan.ruleFor(bankPath, f)
	if f.Bank == BankVerified || ruled && rule == nil {
		return false
	}
	needed, r, state := bankNeed(f)
	t := timing{start: f.Created}
	if rule != nil {
		t = rule.timing(f)
	}
	s := t.at(f.Now, state)
	if s.open {
		e.status.Needed = append(e.status.Needed, needed)
	}
	e.add(r, s, t, e.features(rule, &e.withdrawals, Withdraw))
	return s.open
}

// features returns what a requirement holds back: those of the plan among what its rule
// names, or else among the usual ones, which are found once.
func (e *evaluation) features(rule *Rule, kept *[]Feature, usual ...Feature) []Feature {
	if rule != nil && len(rule.Features) > 0 {
		return common(e.plan.Features, rule.Features)
	}
	if *kept == nil {
		*kept = common(e.plan.Features, usual)
	}
	return *kept
}

func common(list, wanted []Feature) []Feature {
	found := make([]Feature, 0, len(wanted))
	for _, f := range list {
		if slices.Contains(wanted, f) {
			found = append(found, f)
		}
	}
	return found
}

// add adds a requirement in its state, and notes what it holds back and when that changes.
func (e *evaluation) add(r Requirement, s settled, t timing, features []Feature) {
	now := e.facts.Now
	r.State, r.Features = s.state, features
	if !s.deadline.IsZero() {
		r.Deadline = s.deadline.UTC().Format(momentLayout)
		if s.deadline.After(now) {
			e.deadline = earlier(e.deadline, s.deadline)
		}
	}
	if s.holds {
		for _, f := range features {
			if !slices.Contains(e.held, f) {
				e.held = append(e.held, f)
			}
		}
	}
	e.status.NextChange = earlier(e.status.NextChange, t.next(now))
	if cap(e.status.Requirements) == 0 {
		e.status.Requirements = make([]Requirement, 0, max(e.room, len(e.plan.Requirements)+1))
	}
	e.status.Requirements = append(e.status.Requirements, r)
}

// earlier returns the earlier of two moments, of which zero is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// overall returns the overall status. For a customer that is not active it is the
// customer's own status, because any other value means that nothing is on.
func overall(customerStatus string, verified bool) string {
	switch customerStatus {
	case "active":
		return word(verified)
	case "disabled", "locked":
		return customerStatus
	default:
		return "created"
	}
}

func word(verified bool) string {
	if verified {
		return Verified
	}
	return Unverified
}
