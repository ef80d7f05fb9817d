package plans_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tenantry/plans"
)

// sample is a plan and a customer drawn at random. The fields are a set, so that a law
// can add to it.
type sample struct {
	plan  plans.Plan
	facts plans.Facts
	given map[string]bool
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
		if d := cmp.Diff(verdictOf(first), verdictOf(plans.Evaluate(drawn.plan, f)), sortOn()); d != "" {
			t.Fatalf("sandbox mode changed the outcome (-want +got):\n%s", d)
		}
	})
}

// sortOn makes comparisons of verdicts ignore the order of the features that are on,
// which come out of a map.
func sortOn() cmp.Option {
	return cmp.Transformer("On", func(v verdict) any {
		on := slices.Sorted(slices.Values(v.On))
		return []any{v.Status, v.Verifications, v.Needed, on, v.Paths}
	})
}
