package onboarding

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/links"
	"tenantry/customers/onboarding"
	"tenantry/internal/console/page"
	"tenantry/internal/fault"
	"tenantry/plans"
)

// anyOf returns one of a list.
func anyOf[T any](random *rand.Rand, list ...T) T { return list[random.IntN(len(list))] }

// drawn returns the planStatus of a customer drawn at random: of any plan with any rules,
// with some fields given, in some state of its review and of its bank, at some age.
func drawn(random *rand.Rand) plans.Status {
	const day = 24 * time.Hour
	plan := plans.Plan{Key: "any", Name: "Any", Features: []plans.Feature{plans.AcceptPayments, plans.Withdraw}}
	if level := anyOf(random, "", plans.Standard, plans.Professional); level != "" {
		plan.Requires = append(plan.Requires, level)
	}
	if random.IntN(2) == 0 {
		plan.Requires = append(plan.Requires, plans.Bank)
	}
	paths := append(slices.Sorted(maps.Keys(controls)), "ownership", "defaultBank")
	for range random.IntN(9) {
		rule := plans.Rule{Path: anyOf(random, paths...), Within: time.Duration(random.IntN(30)) * day}
		switch random.IntN(3) {
		case 1:
			rule.After.Days = 1 + random.IntN(60)
		case 2:
			rule.After.Threshold.Payments = 1 + random.Int64N(100)
		}
		if random.IntN(4) == 0 {
			rule.When.EntityTypes = []string{anyOf(random, "ISP", "LLC", "CORP")}
		}
		plan.Requirements = append(plan.Requirements, rule)
	}
	created := time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC)
	given, share, passed := map[string]bool{}, random.Float64(), random.IntN(2) == 0
	for _, path := range paths {
		given[path] = random.Float64() < share
	}
	facts := plans.Facts{
		Created: created, Now: created.Add(time.Duration(random.Int64N(int64(120 * day)))),
		CustomerStatus: anyOf(random, "active", "active", "disabled"), Country: anyOf(random, "", "USA", "MEX"),
		Identity:   anyOf(random, "none", "pending", "review", "retry", "document", "kba", "verified", "rejected"),
		EntityType: anyOf(random, "", "ISP", "LLC", "CORP"), Given: func(path string) bool { return given[path] },
		Bank:     anyOf(random, plans.BankNone, plans.BankAdded, plans.BankUnsent, plans.BankDropped, plans.BankVerified),
		Evidence: anyOf(random, plans.NoEvidence, plans.EvidencePending, plans.EvidenceRejected), Sandbox: random.IntN(2) == 0,
		Passed: func(plans.Threshold) (time.Time, bool) { return created, passed },
	}
	facts.BankFailed = facts.Bank == plans.BankNone && random.IntN(2) == 0
	return plans.Evaluate(plan, facts)
}

// others are the requirements that are up to somebody else, late or not.
var others = []string{
	"identity.review.waiting", "identity.review.unstarted", "identity.review.running", "identity.review.manual", "identity.rejected",
	"identity.document.pending", "bank.drops.unsent",
}

// The pages ask for exactly what is due: of 10,000 customers drawn at random, what the
// controls of all steps give is the set of requirements that the engine finds due, none
// more and none less, and each is asked for on one page. What nobody but the platform can
// do something about is told and not asked.
func TestPagesAskForExactlyWhatIsDue(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2)) // the same customers at every run
	some := map[string]int{}
	for n := range 10_000 {
		status, collect := drawn(random), anyOf(random, links.Due, links.Eventually)
		var want []string
		for _, r := range status.Requirements {
			due := r.State == plans.Due || r.State == plans.PastDue || r.State == plans.Failed || r.State == plans.Eventually && collect == links.Eventually
			if due && !slices.Contains(others, r.Code) {
				want = append(want, r.Path)
			}
		}
		steps, waiting := onboarding.Plan(status, collect, nil, func(string) bool { return false })
		v := &visitor{}
		v.session.Customer, v.session.Steps = &customers.Customer{LegalEntity: &customers.LegalEntity{EntityType: "LLC"}}, steps
		var asked []string
		for _, step := range steps {
			some[step.Key]++
			asked = append(asked, gives(t, v, step)...)
		}
		slices.Sort(want)
		slices.Sort(asked)
		if !slices.Equal(asked, want) {
			t.Fatalf("customer %d: the pages ask for %v, due are %v", n, asked, want)
		}
		for _, r := range waiting {
			if !slices.Contains(others, r.Code) {
				t.Fatalf("customer %d: %s is said to wait for others", n, r.Code)
			}
		}
	}
	if len(some) != 15 {
		t.Errorf("the customers met %d of 15 steps: %v", len(some), some)
	}
}

// gives returns the paths that the controls of a step's page give a value to.
func gives(t *testing.T, v *visitor, step onboarding.Step) (paths []string) {
	t.Helper()
	switch step.Key {
	case onboarding.StepOwners:
		return []string{"ownership"}
	case onboarding.StepCorrect, onboarding.StepDocument, onboarding.StepQuestions:
		return []string{"identity"}
	case onboarding.StepBank, onboarding.StepDeposits:
		return []string{"defaultBank"}
	}
	list := controlsOf(v, step)
	if len(list) == 0 {
		t.Fatalf("the step %s has no controls", step.Key)
	}
	for _, control := range list {
		path := control.name
		for _, asked := range step.Asked { // the members of an address give the address
			if strings.HasPrefix(path, asked.Path+".") {
				path = asked.Path
			}
		}
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// Everything that a plan may ask for has its controls, and each of these its words in every
// language; both languages have the same texts with the same gaps.
func TestEveryControlHasItsWords(t *testing.T) {
	t.Parallel()
	all, err := readWords()
	if err != nil {
		t.Fatal(err)
	}
	gaps := regexp.MustCompile(`\{\w+\}`)
	for key, text := range all["en"].texts {
		other, found := all["es"].texts[key]
		first, second := gaps.FindAllString(text, -1), gaps.FindAllString(other, -1)
		slices.Sort(first)
		slices.Sort(second)
		if !found || other == "" || !slices.Equal(first, second) {
			t.Errorf("%s is %q in Spanish, in English %q", key, other, text)
		}
	}
	if len(all["es"].texts) != len(all["en"].texts) {
		t.Errorf("there are %d texts in English and %d in Spanish", len(all["en"].texts), len(all["es"].texts))
	}
	lists := slices.Concat(slices.Collect(maps.Values(controls))...)
	lists = slices.Concat(lists, bankControls, depositControls, ownerControls, correctControls(corrected{business: true, enrolled: true}), managerControls)
	for _, w := range all {
		for _, control := range lists {
			for _, choice := range control.field(w, page.NewForm()).Choices {
				if choice.Text == "" || strings.HasPrefix(choice.Text, "choice.") {
					t.Errorf("%s: the choice %q of %s has no words", w.language, choice.Value, control.name)
				}
			}
			for _, text := range []string{w.text("label." + control.key()), w.plainly(control, fault.Missing), w.plainly(control, fault.BadValue), w.plainly(control, fault.TooLong)} {
				if strings.HasPrefix(text, "label.") || strings.ContainsAny(text, "{}") {
					t.Errorf("%s: %s reads %q", w.language, control.name, text)
				}
			}
		}
	}
}

// What is secret is not shown again by a refused form, and what is typed with signs that mean
// nothing is taken.
func TestTypedValues(t *testing.T) {
	t.Parallel()
	list := slices.Concat(controls["legalEntity.personalTaxId"], bankControls)
	for _, control := range list {
		values := typed(map[string][]string{control.name: {" 12-34 "}}, list)
		if kept := shown(values, list).Get(control.name); (kept == "") != control.secret {
			t.Errorf("%s is shown again as %q", control.name, kept)
		}
	}
	text, err := json.Marshal(nested(tidy(map[string][]string{
		"legalEntity.businessSalesVolume": {"$250,000.50"}, "legalEntity.personalContact.phone": {"+1 (207) 555-0142"},
		"merchant.businessUrl": {"www.quay.example"}, "merchant.supportUrl": {"http://quay.example/x"}, "address.street2": {""},
	})))
	const want = `{"legalEntity":{"businessSalesVolume":"250000.50","personalContact":{"phone":"+12075550142"}},"merchant":{"businessUrl":"https://www.quay.example","supportUrl":"http://quay.example/x"}}`
	if err != nil || string(text) != want {
		t.Errorf("it is taken as %s (%v)", text, err)
	}
	for typed, cents := range map[string]string{"32": "32", "0.32": "32", "$0.05": "5", ".45": "45", "5": "5", "05": "5", "abc": "abc"} {
		t.Run(typed, func(t *testing.T) {
			if got := whole(typed); got != cents {
				t.Errorf("%s is taken as %s", typed, got)
			}
		})
	}
}

// Whatever color a platform chooses, text on its buttons and its links can be read in both
// themes.
func TestEveryAccentCanBeRead(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4)) // the same colors at every run
	colors := []color{{}, white, {1, 1, 0}, {0.5, 0.5, 0.5}}
	for range 2_000 {
		colors = append(colors, color{random.Float64(), random.Float64(), random.Float64()})
	}
	for _, c := range colors {
		c = parseColor(c.String()[1:])
		if got := contrast(c, c.on()); got < leastContrast {
			t.Errorf("on %s text has a contrast of %.2f", c, got)
		}
		for _, ground := range []color{lightGround, white} {
			if got := contrast(c.readable(lightGround, color{}), ground); got < leastContrast {
				t.Errorf("a link of %s has a contrast of %.2f on %s", c, got, ground)
			}
		}
		if got := contrast(c.readable(darkGround, white), darkGround); got < leastContrast {
			t.Errorf("a link of %s has a contrast of %.2f in the dark", c, got)
		}
	}
}

// The script of the custom element stays small.
func TestTheElementIsSmall(t *testing.T) {
	t.Parallel()
	if len(element) > 3<<10 {
		t.Errorf("element.js has %d bytes", len(element))
	}
}
