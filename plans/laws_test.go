package plans_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tenantry/plans"
)

// sample is a plan and a customer drawn at random. The fields are a set, so that a law
// can add to it.
type sample struct {
	plan     plans.Plan
	facts    plans.Facts
	given    map[string]bool
	business int64
	// country is where the business is, once an address says so; empty is where the facts
	// say.
	country string
}

// ruled returns the sample with rules drawn at random, of a customer of some age.
func ruled(t *rapid.T) sample {
	s := drawSample(t)
	paths := append(plans.RequiredFields(plans.Professional, ""), "address", "ownership", "merchant.supportEmail", "defaultBank")
	if _, underwrites := s.plan.Underwriting(); underwrites {
		paths = append(paths, "identity")
	}
	paths = rapid.SliceOfN(rapid.SampledFrom(paths), 1, 4).Draw(t, "paths") // few, so that several rules meet
	for range rapid.IntRange(0, 6).Draw(t, "rules") {
		r := plans.Rule{Path: rapid.SampledFrom(paths).Draw(t, "path")}
		if r.Path != "identity" && r.Path != "defaultBank" && rapid.Bool().Draw(t, "spared") {
			r.Alternatives = []string{rapid.SampledFrom([]string{"contact.phone", "address", "legalEntity.businessTaxId"}).Draw(t, "alternative")}
		}
		switch rapid.IntRange(0, 3).Draw(t, "after") {
		case 1:
			r.After.Days = rapid.IntRange(1, 60).Draw(t, "days")
		case 2:
			r.After.Threshold.Payments = rapid.Int64Range(1, 100).Draw(t, "threshold")
		}
		r.Within = time.Duration(rapid.IntRange(0, 30).Draw(t, "within")) * day
		if rapid.Bool().Draw(t, "some") {
			r.When.EntityTypes = []string{entityTypes().Draw(t, "of")}
		}
		if rapid.Bool().Draw(t, "somewhere") {
			r.When.Countries = []string{rapid.SampledFrom([]string{"USA", "CAN"}).Draw(t, "in")}
		}
		s.plan.Requirements = append(s.plan.Requirements, r)
	}
	s.country = rapid.SampledFrom([]string{"USA", "CAN", "MEX"}).Draw(t, "country")
	s.facts.Created = created
	s.facts.Now = created.Add(time.Duration(rapid.Int64Range(0, int64(120*day)).Draw(t, "age")))
	s.facts.Passed = func(limit plans.Threshold) (time.Time, bool) {
		return created.Add(time.Duration(limit.Payments) * day), s.business >= limit.Payments
	}
	if rapid.Bool().Draw(t, "standing") {
		s.facts.StandsUntil = created.Add(time.Duration(rapid.Int64Range(0, int64(120*day)).Draw(t, "until")))
	}
	return s
}

// due returns the paths of requirements that are due or past due.
func due(s plans.Status) (found []string) {
	for _, r := range s.Requirements {
		if r.State == plans.Due || r.State == plans.PastDue {
			found = append(found, r.Path)
		}
	}
	return found
}

// Under whatever rules and at whatever moment, giving a field makes nothing due that was
// not, also when it tells of what kind or country the business is. (An address that
// contradicts an earlier one moves the business, which is another matter.)
func TestLawGivingAFieldMakesNoOtherDue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drawn, entity := ruled(t), entityTypes().Draw(t, "entity")
		before := plans.Evaluate(drawn.plan, drawn.settle(entity))
		for _, r := range before.Requirements {
			if r.Path == "identity" || r.Path == "defaultBank" {
				continue
			}
			richer := drawn
			richer.given = maps.Clone(drawn.given)
			richer.given[r.Path] = true
			after := plans.Evaluate(drawn.plan, richer.settle(entity))
			for _, p := range due(after) {
				if !slices.Contains(due(before), p) {
					t.Fatalf("giving %s made %s due", r.Path, p)
				}
			}
		}
	})
}

// Nothing but what is listed as the next change happens with time: planStatus is the same
// at every moment before it.
func TestLawTimeChangesNothingBeforeTheNextChange(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drawn := ruled(t)
		f := drawn.settle(entityTypes().Draw(t, "entity"))
		now := plans.Evaluate(drawn.plan, f)
		horizon := now.NextChange
		if horizon.IsZero() {
			horizon = f.Now.Add(1000 * day)
		}
		if !horizon.After(f.Now) {
			t.Fatalf("the next change, %s, is not after %s", horizon, f.Now)
		}
		later := f
		later.Now = f.Now.Add(time.Duration(rapid.Int64Range(0, int64(horizon.Sub(f.Now))-1).Draw(t, "later")))
		if d := cmp.Diff(now, plans.Evaluate(drawn.plan, later)); d != "" {
			t.Fatalf("it changed by itself at %s, before %s (-before +after):\n%s", later.Now, horizon, d)
		}
	})
}

// An active customer is verified exactly when every feature that waits for something is on
// and nothing is needed; and a feature is off only where a requirement that names it says
// so.
func TestLawFeaturesAreHeldByWhatNamesThem(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drawn := ruled(t)
		f := drawn.settle(entityTypes().Draw(t, "entity"))
		f.CustomerStatus = "active"
		s := plans.Evaluate(drawn.plan, f)
		if (s.Status == plans.Verified) != (len(s.Needed) == 0) {
			t.Fatalf("%s, and needed is %v", s.Status, s.Needed)
		}
		for _, feature := range drawn.plan.Features {
			held := slices.ContainsFunc(s.Requirements, func(r plans.Requirement) bool {
				return r.State != plans.Eventually && slices.Contains(r.Features, feature)
			})
			if !s.Features[string(feature)] && !held {
				t.Fatalf("%s is off, and nothing holds it back: %+v", feature, s.Requirements)
			}
		}
		for _, r := range s.Requirements {
			for _, feature := range r.Features {
				if r.State == plans.PastDue && s.Features[string(feature)] {
					t.Fatalf("%s is past due and %s is on", r.Path, feature)
				}
			}
		}
	})
}

// settle returns facts that read the set of fields; the entity type is known exactly when
// its field has a value.
func (s sample) settle(entityType string) plans.Facts {
	f := s.facts
	f.Given = func(path string) bool { return s.given[path] }
	f.EntityType = ""
	if s.given["legalEntity.entityType"] {
		f.EntityType = entityType
	}
	if s.given["legalEntity.businessAddress"] || s.given["address"] {
		f.Country = s.country
	}
	return f
}

func entityTypes() *rapid.Generator[string] { return rapid.SampledFrom([]string{"ISP", "LLC", "CORP"}) }

func drawSample(t *rapid.T) sample {
	underwriting := rapid.SampledFrom([][]plans.Verification{nil, {plans.Standard}, {plans.Professional}}).Draw(t, "underwriting")
	bank := rapid.SampledFrom([][]plans.Verification{nil, {plans.Bank}}).Draw(t, "bank")
	features := []plans.Feature{
		plans.CreateCustomers, plans.AcceptPayments, plans.SendPayments, plans.Withdraw, plans.Unmask,
	}
	drawn := sample{
		plan: plans.Plan{
			Key: "k", Name: "K",
			Requires: slices.Concat(bank, underwriting),
			Features: rapid.SliceOfDistinct(rapid.SampledFrom(features), rapid.ID[plans.Feature]).Draw(t, "features"),
		},
		business: rapid.Int64Range(0, 100).Draw(t, "payments"),
		facts: plans.Facts{
			CustomerStatus: rapid.SampledFrom([]string{"created", "active", "active", "active", "disabled", "locked", "", "verified"}).Draw(t, "status"),
			Identity:       rapid.SampledFrom([]string{"none", "pending", "review", "retry", "document", "verified", "verified", "verified", "rejected", ""}).Draw(t, "identity"),
			Bank:           plans.BankState(rapid.IntRange(int(plans.BankNone), int(plans.BankVerified)).Draw(t, "bankState")),
			Sandbox:        rapid.Bool().Draw(t, "sandbox"),
		},
		given: map[string]bool{},
	}
	// A share of fields is drawn first: full and nearly full records would be
	// too rare if each field were a coin of its own.
	kept := rapid.IntRange(0, 100).Draw(t, "share")
	for _, path := range plans.RequiredFields(plans.Professional, "") {
		drawn.given[path] = rapid.IntRange(1, 100).Draw(t, path) <= kept
	}
	return drawn
}

func paths(s plans.Status) []string {
	var found []string
	for _, r := range s.Requirements {
		found = append(found, r.Path)
	}
	return found
}

// A customer that gives a missing field sees the list of requirements shrink or stay,
// never grow, whatever its entity type turns out to be.
func TestLawGivingAFieldNeverAddsARequirement(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drawn, entity := drawSample(t), entityTypes().Draw(t, "entity")
		before := plans.Evaluate(drawn.plan, drawn.settle(entity))
		for _, path := range paths(before) {
			richer := drawn
			richer.given = maps.Clone(drawn.given)
			richer.given[path] = true
			after := plans.Evaluate(drawn.plan, richer.settle(entity))
			for _, p := range paths(after) {
				if !slices.Contains(paths(before), p) {
					t.Fatalf("giving %s added %s", path, p)
				}
			}
			if slices.Contains(paths(after), path) && path != "identity" && path != "defaultBank" {
				t.Fatalf("%s was given and is still asked for", path)
			}
		}
	})
}

// An active customer is verified exactly when every required verification is, exactly
// when nothing is needed, and exactly when no requirement is left; its verifications are
// the required ones.
func TestLawVerifiedExactlyWhenNothingIsMissing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drawn := drawSample(t)
		f := drawn.settle(entityTypes().Draw(t, "entity"))
		s := plans.Evaluate(drawn.plan, f)
		every := true
		for _, v := range drawn.plan.Requires {
			state, found := s.Verifications[string(v)]
			if !found {
				t.Fatalf("%s is required and not reported", v)
			}
			every = every && state == plans.Verified
		}
		if len(s.Verifications) != len(drawn.plan.Requires) {
			t.Fatalf("verifications %v are not those of %v", s.Verifications, drawn.plan.Requires)
		}
		if every != (len(s.Needed) == 0) || every != (len(s.Requirements) == 0) {
			t.Fatalf("verifications %v, but needed %v and requirements %v", s.Verifications, s.Needed, paths(s))
		}
		if f.CustomerStatus == "active" && every != (s.Status == plans.Verified) {
			t.Fatalf("verifications %v, but status %q", s.Verifications, s.Status)
		}
	})
}

// A status other than verified and unverified turns everything off, and verified turns
// everything on; the keys are the plan's features.
func TestLawStatusDecidesOverFeatures(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drawn := drawSample(t)
		s := plans.Evaluate(drawn.plan, drawn.settle(entityTypes().Draw(t, "entity")))
		if (s.Status == plans.Verified || s.Status == plans.Unverified) != (drawn.facts.CustomerStatus == "active") {
			t.Fatalf("customer status %q gave status %q", drawn.facts.CustomerStatus, s.Status)
		}
		if len(s.Features) != len(drawn.plan.Features) {
			t.Fatalf("features %v are not those of %v", s.Features, drawn.plan.Features)
		}
		for _, feature := range drawn.plan.Features {
			on, found := s.Features[string(feature)]
			if !found {
				t.Fatalf("%s is not reported", feature)
			}
			if on && s.Status != plans.Verified && s.Status != plans.Unverified {
				t.Fatalf("%s is on under status %q", feature, s.Status)
			}
			if !on && s.Status == plans.Verified {
				t.Fatalf("%s is off under status verified", feature)
			}
		}
	})
}

// The same arguments give the same answer, neither plan nor facts are changed, answers
// share no memory, and sandbox mode changes words only.
func TestLawEvaluateIsPure(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drawn := drawSample(t)
		f := drawn.settle(entityTypes().Draw(t, "entity"))
		kept := plans.Plan{
			Key: drawn.plan.Key, Name: drawn.plan.Name,
			Features: slices.Clone(drawn.plan.Features), Requires: slices.Clone(drawn.plan.Requires),
		}
		first, spoiled := plans.Evaluate(drawn.plan, f), plans.Evaluate(drawn.plan, f)
		for i := range spoiled.Requirements {
			spoiled.Requirements[i] = plans.Requirement{Path: "spoiled"}
		}
		for i := range spoiled.Needed {
			spoiled.Needed[i] = "spoiled"
		}
		clear(spoiled.Features)
		clear(spoiled.Verifications)
		if d := cmp.Diff(first, plans.Evaluate(drawn.plan, f)); d != "" {
			t.Fatalf("a second answer differs (-first +second):\n%s", d)
		}
		if d := cmp.Diff(kept, drawn.plan); d != "" {
			t.Fatalf("the plan was changed (-before +after):\n%s", d)
		}
		f.Sandbox = !f.Sandbox
		if d := cmp.Diff(resultOf(first), resultOf(plans.Evaluate(drawn.plan, f)), sortOn()); d != "" {
			t.Fatalf("sandbox mode changed the outcome (-want +got):\n%s", d)
		}
	})
}

// sortOn makes comparisons of verdicts ignore the order of the features that are on,
// which come out of a map.
func sortOn() cmp.Option {
	return cmp.Transformer("On", func(v result) any {
		on := slices.Sorted(slices.Values(v.On))
		return []any{v.Status, v.Verifications, v.Needed, on, v.Paths}
	})
}
