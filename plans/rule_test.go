package plans_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/plans"
)

var created = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// merchantWith returns the built-in merchant's plan with rules.
func merchantWith(t *testing.T, rules ...plans.Rule) plans.Plan {
	t.Helper()
	list := plans.Defaults()
	at := slices.IndexFunc(list, func(p plans.Plan) bool { return p.Key == "merchant" })
	list[at].Requirements = rules
	checked, err := plans.NewCatalog(list)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := checked.Get("merchant")
	return p
}

// at returns the facts of a customer that has everything, at a time after its creation.
func at(after time.Duration) plans.Facts {
	f := complete()
	f.Created, f.Now = created, created.Add(after)
	return f
}

// one returns the state, deadline and code of the requirement at a path; empty for none.
func one(s plans.Status, path string) string {
	for _, r := range s.Requirements {
		if r.Path == path {
			return strings.TrimSpace(string(r.State) + " " + r.Deadline)
		}
	}
	return ""
}

// What is asked for later is not due before its moment, holds nothing back until its
// deadline, and switches exactly its features off from then on.
func TestARequirementIsEventuallyThenDueThenPastDue(t *testing.T) {
	t.Parallel()
	p := merchantWith(t, plans.Rule{
		Path: "merchant.supportEmail", After: plans.After{Days: 30}, Within: 14 * day, Features: []plans.Feature{plans.Withdraw},
	})
	rows := []struct {
		after            time.Duration
		state            string
		status           string
		withdraws, needs bool
		next             time.Duration
	}{
		{0, "eventually 2026-04-14T09:00:00.000Z", "verified", true, false, 30 * day},
		{30*day - time.Millisecond, "eventually 2026-04-14T09:00:00.000Z", "verified", true, false, 30 * day},
		{30 * day, "due 2026-04-14T09:00:00.000Z", "unverified", true, true, 44 * day},
		{44*day - time.Millisecond, "due 2026-04-14T09:00:00.000Z", "unverified", true, true, 44 * day},
		{44 * day, "pastDue 2026-04-14T09:00:00.000Z", "unverified", false, true, 0},
	}
	for _, row := range rows {
		t.Run(row.after.String(), func(t *testing.T) {
			f := at(row.after)
			f.Given = allBut("merchant.supportEmail")
			s := plans.Evaluate(p, f)
			if got := one(s, "merchant.supportEmail"); got != row.state {
				t.Errorf("it is %q, not %q", got, row.state)
			}
			if s.Status != row.status || s.Features["withdraw"] != row.withdraws || !s.Features["acceptPayments"] {
				t.Errorf("status %s, features %v", s.Status, s.Features)
			}
			if needs := slices.Contains(s.Needed, "merchant.supportEmail"); needs != row.needs {
				t.Errorf("needed is %v", s.Needed)
			}
			want := time.Time{}
			if row.next > 0 {
				want = created.Add(row.next)
			}
			if !s.NextChange.Equal(want) {
				t.Errorf("it changes at %s, not at %s", s.NextChange, want)
			}
		})
	}
}

// A threshold is asked about by itself, and its requirement is due from the moment it was
// passed; without one it has no deadline.
func TestAThresholdMakesARequirementDue(t *testing.T) {
	t.Parallel()
	limit := plans.Threshold{Volume: 1_000_000, Currency: "USD"}
	p := merchantWith(t, plans.Rule{Path: "defaultBank", After: plans.After{Threshold: limit}, Within: 7 * day})
	f := at(100 * day)
	f.Bank = plans.BankNone
	if got := one(plans.Evaluate(p, f), "defaultBank"); got != "eventually" {
		t.Errorf("before the threshold it is %q", got)
	}
	passed := f.Now.Add(-day)
	f.Passed = func(asked plans.Threshold) (time.Time, bool) { return passed, asked == limit }
	s := plans.Evaluate(p, f)
	if got := one(s, "defaultBank"); got != "due 2026-06-15T09:00:00.000Z" || s.NextDeadline != "2026-06-15T09:00:00.000Z" || !s.Features["withdraw"] {
		t.Errorf("past the threshold it is %q, next deadline %s, %v", got, s.NextDeadline, s.Features)
	}
	f.Now = passed.Add(7 * day)
	if s := plans.Evaluate(p, f); s.Features["withdraw"] || one(s, "defaultBank") != "pastDue 2026-06-15T09:00:00.000Z" {
		t.Errorf("past the deadline it is %+v", s)
	}
}

// Rules replace what the verification asks of their path: only of whom they mean, and what
// is not known yet counts as meant.
func TestRulesAskOnlyWhomTheyMean(t *testing.T) {
	t.Parallel()
	const path = "legalEntity.businessTaxId"
	p := merchantWith(t, plans.Rule{Path: path, When: plans.Condition{EntityTypes: []string{"LLC"}, Countries: []string{"USA"}}})
	for _, row := range []struct {
		entity, country string
		asked           bool
	}{
		{"LLC", "USA", true}, {"LLC", "CAN", false}, {"CORP", "USA", false}, {"LLC", "", true}, {"", "USA", true}, {"", "", true}, {"", "CAN", false},
	} {
		t.Run(row.entity+" in "+row.country, func(t *testing.T) {
			f := at(day)
			f.EntityType, f.Country, f.Given = row.entity, row.country, allBut(path)
			if got := one(plans.Evaluate(p, f), path); (got == "due") != row.asked {
				t.Errorf("it is %q", got)
			}
			if lacks := plans.Lacks(p, f); (lacks == path) != row.asked {
				t.Errorf("a review waits for %q", lacks)
			}
		})
	}
}

// A path that would do as well is named, and does.
func TestAnAlternativeWouldDo(t *testing.T) {
	t.Parallel()
	p := merchantWith(t, plans.Rule{Path: "legalEntity.businessTaxId", Code: "taxNumber.missing", Alternatives: []string{"legalEntity.personalTaxId"}})
	f := at(day)
	f.Given = allBut("legalEntity.businessTaxId", "legalEntity.personalTaxId")
	r := requirement(t, plans.Evaluate(p, f), "legalEntity.businessTaxId")
	if r.Code != "taxNumber.missing" || !slices.Equal(r.Alternatives, []string{"legalEntity.personalTaxId"}) {
		t.Errorf("it asks %+v", r)
	}
	f.Given = allBut("legalEntity.businessTaxId")
	if s := plans.Evaluate(p, f); s.Status != plans.Verified {
		t.Errorf("with the alternative it needs %v", s.Needed)
	}
}

// An earlier judgment stands while a newer review is running: nothing is switched off until
// its deadline, and then everything that the review holds back.
func TestAnEarlierJudgmentStandsUntilItsDeadline(t *testing.T) {
	t.Parallel()
	p := merchantWith(t)
	f := at(100 * day)
	f.Identity, f.StandsUntil = "pending", f.Now.Add(day)
	s := plans.Evaluate(p, f)
	if s.Status != plans.Verified || !s.Features["acceptPayments"] || one(s, "identity") != "pending 2026-06-10T09:00:00.000Z" {
		t.Errorf("while it stands: %+v", s)
	}
	f.Identity = "document"
	if s := plans.Evaluate(p, f); !s.Features["acceptPayments"] || !slices.Contains(s.Needed, "identityDocument") || one(s, "identity") != "due 2026-06-10T09:00:00.000Z" {
		t.Errorf("while it stands, with a document asked for: %+v", s)
	}
	f.Now = f.StandsUntil
	if s := plans.Evaluate(p, f); s.Features["acceptPayments"] || s.Status != plans.Unverified || !strings.HasPrefix(one(s, "identity"), "pastDue") {
		t.Errorf("at its deadline: %+v", s)
	}
	f.Identity, f.Now = "rejected", created.Add(100*day)
	if s := plans.Evaluate(p, f); s.Features["acceptPayments"] || one(s, "identity") != "failed" {
		t.Errorf("after a rejection: %+v", s)
	}
}

// Each state of identity and bank has a code of its own, and what failed says why.
func TestCodesFollowFromTheState(t *testing.T) {
	t.Parallel()
	p := merchantWith(t)
	rows := []struct {
		name, path, code string
		state            plans.State
		failed           bool
		change           func(*plans.Facts)
	}{
		{"waits", "identity", "identity.review.waiting", plans.Pending, false, func(f *plans.Facts) { f.Identity, f.Given = "none", none }},
		{"begins", "identity", "identity.review.unstarted", plans.Pending, false, func(f *plans.Facts) { f.Identity = "none" }},
		{"runs", "identity", "identity.review.running", plans.Pending, false, func(f *plans.Facts) { f.Identity = "pending" }},
		{"is looked at", "identity", "identity.review.manual", plans.Pending, false, func(f *plans.Facts) { f.Identity = "review" }},
		{"does not match", "identity", "identity.data.mismatch", plans.Due, true, func(f *plans.Facts) { f.Identity = "retry" }},
		{"asks a document", "identity", "identity.document.missing", plans.Due, false, func(f *plans.Facts) { f.Identity = "document" }},
		{"has a document", "identity", "identity.document.pending", plans.Pending, false, func(f *plans.Facts) { f.Identity, f.Evidence = "document", plans.EvidencePending }},
		{"refused a document", "identity", "identity.document.rejected", plans.Failed, true, func(f *plans.Facts) {
			f.Identity, f.Evidence, f.EvidenceReason = "document", plans.EvidenceRejected, "blurred"
		}},
		{"asks questions", "identity", "identity.questions.unanswered", plans.Due, false, func(f *plans.Facts) { f.Identity = "kba" }},
		{"rejects", "identity", "identity.rejected", plans.Failed, true, func(f *plans.Facts) { f.Identity = "rejected" }},
		{"no bank", "defaultBank", "bank.missing", plans.Due, false, func(f *plans.Facts) { f.Bank = plans.BankNone }},
		{"a failed bank", "defaultBank", "bank.drops.failed", plans.Failed, true, func(f *plans.Facts) { f.Bank, f.BankFailed = plans.BankNone, true }},
		{"a bank", "defaultBank", "bank.drops.unstarted", plans.Due, false, func(f *plans.Facts) { f.Bank = plans.BankAdded }},
		{"unsent deposits", "defaultBank", "bank.drops.unsent", plans.Pending, false, func(f *plans.Facts) { f.Bank = plans.BankUnsent }},
		{"sent deposits", "defaultBank", "bank.drops.unconfirmed", plans.Due, false, func(f *plans.Facts) { f.Bank = plans.BankDropped }},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f := at(day)
			row.change(&f)
			r := requirement(t, plans.Evaluate(p, f), row.path)
			if r.Code != row.code || r.State != row.state || (r.Error != nil) != row.failed {
				t.Errorf("it is %s, %s, %+v", r.Code, r.State, r.Error)
			}
			if r.Error != nil && (r.Error.Code == "" || r.Error.Message == "") {
				t.Errorf("the failure is %+v", r.Error)
			}
		})
	}
}

// A catalog refuses rules that make no sense, each by its place and in words that say how
// to mend it.
func TestSenselessRulesAreRefused(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		rule plans.Rule
		says string
	}{
		"an unknown path":       {plans.Rule{Path: "shoeSize"}, `no path "shoeSize"`},
		"a code of the bank":    {plans.Rule{Path: "defaultBank", Code: "x"}, "takes no code"},
		"a code with a blank":   {plans.Rule{Path: "address", Code: "a b"}, `the code "a b"`},
		"two moments":           {plans.Rule{Path: "address", After: plans.After{Days: 1, Threshold: plans.Threshold{Payments: 1}}}, "one of days"},
		"no currency":           {plans.Rule{Path: "address", After: plans.After{Threshold: plans.Threshold{Volume: 1}}}, "needs a currency"},
		"a currency alone":      {plans.Rule{Path: "address", After: plans.After{Threshold: plans.Threshold{Currency: "USD"}}}, "belongs to after.volume"},
		"a negative span":       {plans.Rule{Path: "address", Within: -day}, "within must be"},
		"an unheld feature":     {plans.Rule{Path: "address", Features: []plans.Feature{plans.CreateCustomers}}, `no feature "createCustomers"`},
		"an unknown entity":     {plans.Rule{Path: "address", When: plans.Condition{EntityTypes: []string{"GmbH"}}}, `no entity type "GmbH"`},
		"a country of 2":        {plans.Rule{Path: "address", When: plans.Condition{Countries: []string{"US"}}}, `no country "US"`},
		"an alternative itself": {plans.Rule{Path: "address", Alternatives: []string{"address"}}, "is not another field"},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			list := plans.Defaults()
			at := slices.IndexFunc(list, func(p plans.Plan) bool { return p.Key == "merchant" })
			list[at].Requirements = []plans.Rule{row.rule}
			_, err := plans.NewCatalog(list)
			if err == nil || !strings.Contains(err.Error(), row.says) || !strings.Contains(err.Error(), "requirements.0") {
				t.Errorf("it is refused as %v", err)
			}
		})
	}
}

// What a plan asks of anyone is what an empty customer of that kind lacks, with from when
// and for how long.
func TestWhatAPlanAsksOfAnyone(t *testing.T) {
	t.Parallel()
	p := merchantWith(t, plans.Rule{
		Path: "merchant.supportUrl", After: plans.After{Threshold: plans.Threshold{Volume: 1_000_050, Currency: "CAD"}}, Within: 36 * time.Hour,
	})
	paths := func(list []plans.Asked) (paths []string) {
		for _, a := range list {
			paths = append(paths, a.Path)
		}
		return paths
	}
	llc := plans.AskedOfAnyone(p, "USA", "LLC")
	want := []string{
		"legalEntity.businessName", "legalEntity.businessTaxId", "legalEntity.businessAddress", "legalEntity.personalContact.firstName",
		"legalEntity.personalContact.lastName", "legalEntity.personalContact.email", "legalEntity.personalContact.dateOfBirth",
		"identity", "merchant.supportUrl", "defaultBank",
	}
	if d := cmp.Diff(want, paths(llc)); d != "" {
		t.Errorf("of an LLC (-want +got):\n%s", d)
	}
	rule := llc[len(llc)-2]
	if rule.After == nil || rule.After.Volume != "10000.50" || rule.After.Currency != "CAD" || rule.WithinDays != 1.5 {
		t.Errorf("the rule is shown as %+v, %+v", rule, rule.After)
	}
	if anyone := plans.AskedOfAnyone(p, "", ""); !slices.Contains(paths(anyone), "legalEntity.entityType") || !slices.Contains(paths(anyone), "legalEntity.personalTaxId") {
		t.Errorf("of anyone it asks %v", paths(anyone))
	}
}
