package requirements_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/customers/activities"
	"tenantry/customers/identity"
	"tenantry/customers/lifecycle"
	"tenantry/customers/requirements"
	"tenantry/customers/turnover"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/plans"
)

const day = 24 * time.Hour

// ruled is a Tuning that adds rules to the plans of merchants.
func ruled(t testing.TB, rules ...plans.Rule) testkit.Tuning {
	t.Helper()
	list := plans.Defaults()
	list[slices.IndexFunc(list, func(p plans.Plan) bool { return p.Key == "merchant" })].Requirements = rules
	catalog, err := plans.NewCatalog(list)
	testkit.Must(t, err)
	return func(o *app.Options) { o.Plans = catalog }
}

// supportLater asks merchants for a support address after a month, within two weeks.
var supportLater = plans.Rule{Path: "merchant.supportEmail", After: plans.After{Days: 30}, Within: 14 * day}

// told are the events of a customer that tell of a changed planStatus, oldest first, as the
// state of a path before and after.
func told(t *testing.T, h *testkit.Env, id, path string) (list []string) {
	t.Helper()
	for _, e := range h.EveryEvent(id) {
		if e.Type != "customer.plan_status_changed" {
			continue
		}
		list = append(list, stateIn(t, e.Previous, path)+" > "+stateIn(t, e.Changes, path))
	}
	return list
}

func stateIn(t *testing.T, text []byte, path string) string {
	t.Helper()
	var holds struct{ PlanStatus plans.Status }
	testkit.Must(t, json.Unmarshal(text, &holds))
	for _, r := range holds.PlanStatus.Requirements {
		if r.Path == path {
			return string(r.State)
		}
	}
	return "-"
}

// due lets the background work run until nothing is due.
func due(t *testing.T, h *testkit.Env) {
	t.Helper()
	for n := 1; n > 0; {
		var err error
		n, err = h.Svc.Requirements.RunDue(t.Context())
		testkit.Must(t, err)
	}
}

// Time alone changes planStatus, and each change has exactly one event, with both values;
// nothing is written in between.
func TestTimeAloneChangesPlanStatusAndIsTold(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, ruled(t, supportLater))
	shop := h.Create(h.Cove, testkit.Quay)
	stranger := h.Create(h.Rival, testkit.Quay)
	begun := len(told(t, h, shop.ID, supportLater.Path))
	version := h.Record(shop.ID).Version
	h.Clock.Advance(30*day - time.Minute)
	due(t, h)
	if now := h.Record(shop.ID).Version; now != version {
		t.Errorf("it was written before anything was due: version %d, then %d", version, now)
	}
	h.Clock.Advance(time.Minute)
	due(t, h)
	due(t, h)
	h.Clock.Advance(14 * day)
	due(t, h)
	want := []string{"eventually > due", "due > pastDue"}
	for _, id := range []string{shop.ID, stranger.ID} {
		if d := cmp.Diff(want, told(t, h, id, supportLater.Path)[begun:]); d != "" {
			t.Errorf("the events (-want +got):\n%s", d)
		}
	}
	if h.PlanStatus(shop.ID).Features["withdraw"] {
		t.Error("past due, it may still withdraw")
	}
	_, err := h.Update(h.Cove, shop.ID, `{"merchant":{"supportEmail":"help@quay.example"}}`)
	testkit.Must(t, err)
	if got := told(t, h, shop.ID, supportLater.Path); got[len(got)-1] != "pastDue > -" {
		t.Errorf("once it was given, the events are %q", got)
	}
	if due := h.Record(shop.ID).PlanDue; due != nil {
		t.Errorf("nothing is to come, and it is due at %s", due)
	}
}

// A change that meets what time changed meanwhile tells of both once, also when the
// background work comes late.
func TestAChangeTellsWhatTimeChangedBeforeIt(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, ruled(t, supportLater))
	shop := h.Create(h.Cove, testkit.Quay)
	begun := len(told(t, h, shop.ID, supportLater.Path))
	h.Clock.Advance(31 * day)
	_, err := h.Update(h.Cove, shop.ID, `{"description":"moved"}`)
	testkit.Must(t, err)
	due(t, h)
	if d := cmp.Diff([]string{"eventually > due"}, told(t, h, shop.ID, supportLater.Path)[begun:]); d != "" {
		t.Errorf("the events (-want +got):\n%s", d)
	}
}

// What the ledger reports passes thresholds, from the report on that reaches them; a newer
// configuration counts what was reported before it.
func TestActivitiesPassThresholds(t *testing.T) {
	t.Parallel()
	volume := plans.Rule{Path: "merchant.supportEmail", After: plans.After{Threshold: plans.Threshold{Volume: 100_00, Currency: "USD"}}, Within: day}
	h := testkit.Open(t, ruled(t, volume))
	shop := h.Create(h.Cove, testkit.Quay)
	report := func(kind, amount, reference string) {
		t.Helper()
		in := testkit.Input[activities.ActivityInput](t, fmt.Sprintf(`{"type":%q,"amount":%q,"reference":%q}`, kind, amount, reference))
		_, _, err := h.Svc.Activities.RecordActivity(t.Context(), h.As(h.Cove), shop.ID, in)
		testkit.Must(t, err)
	}
	report("credit", "60.00", "1")
	report("hold", "90.00", "2")
	report("refund", "90.00", "3")
	state := func(s plans.Status) string {
		for _, r := range s.Requirements {
			if r.Path == volume.Path {
				return string(r.State)
			}
		}
		return ""
	}
	if got := state(h.PlanStatus(shop.ID)); got != "eventually" {
		t.Errorf("below the threshold it is %q", got)
	}
	report("debit", "40.00", "4")
	report("debit", "40.00", "4")
	if got := state(h.PlanStatus(shop.ID)); got != "due" {
		t.Errorf("at the threshold it is %q", got)
	}
	h.Clock.Advance(day)
	due(t, h)
	if s := h.PlanStatus(shop.ID); state(s) != "pastDue" || s.Features["withdraw"] {
		t.Errorf("past its deadline it is %q: %v", state(s), s.Features)
	}
	payments := plans.Rule{Path: "merchant.supportEmail", After: plans.After{Threshold: plans.Threshold{Payments: 2}}}
	other := h.Service(h.Ring, ruled(t, payments))
	if got := state(other.View.PlanStatus(h.Record(shop.ID))); got != "due" {
		t.Errorf("under a threshold that is new it is %q", got)
	}
}

// Volume counts for twelve months, and a threshold that was passed stays passed.
func TestVolumeCountsForAYear(t *testing.T) {
	t.Parallel()
	limits := []turnover.Threshold{{Volume: 100, Currency: "USD"}}
	start := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	with := func(l *turnover.Ledger, at time.Time, amount int64) *turnover.Ledger {
		return l.With(turnover.Payment{Amount: amount, Currency: "USD", Occurred: at}, limits, at)
	}
	l := with(&turnover.Ledger{}, start, 60)
	late := with(l, start.AddDate(1, 0, 0), 60)
	if len(late.Passed) != 0 || len(late.Months) != 1 {
		t.Errorf("a payment of a year ago still counts: %+v", late)
	}
	soon := with(l, start.AddDate(0, 11, 0), 60)
	if len(soon.Passed) != 1 || len(l.Months) != 1 || l.Payments != 1 {
		t.Errorf("within a year it is %+v, and the ledger before became %+v", soon, l)
	}
	if again := with(soon, start.AddDate(5, 0, 0), 1); len(again.Passed) != 1 {
		t.Errorf("what was passed is %+v", again.Passed)
	}
}

// A configuration with new moments is adopted by every record, once, and then its changes
// are told; the configuration before and after are both remembered.
func TestANewConfigurationIsAdopted(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Quay)
	_, err := h.Svc.Requirements.Adopt(t.Context())
	testkit.Must(t, err)
	begun := len(told(t, h, shop.ID, supportLater.Path))
	later := h.Service(h.Ring, ruled(t, supportLater))
	n, err := later.Requirements.Adopt(t.Context())
	if testkit.Must(t, err); n == 0 || h.Record(shop.ID).PlanDue == nil {
		t.Errorf("%d records adopted it; the shop's is due at %v", n, h.Record(shop.ID).PlanDue)
	}
	if again, err := later.Requirements.Adopt(t.Context()); again != 0 || err != nil {
		t.Errorf("adopting it again wrote %d: %v", again, err)
	}
	h.Clock.Advance(30 * day)
	_, err = later.Requirements.RunDue(t.Context())
	testkit.Must(t, err)
	if d := cmp.Diff([]string{"eventually > due"}, told(t, h, shop.ID, supportLater.Path)[begun:]); d != "" {
		t.Errorf("the events (-want +got):\n%s", d)
	}
	back := h.Service(h.Ring)
	if n, err := back.Requirements.Adopt(t.Context()); n == 0 || err != nil || h.Record(shop.ID).PlanDue != nil {
		t.Errorf("going back wrote %d: %v; due at %v", n, err, h.Record(shop.ID).PlanDue)
	}
}

// The event is there exactly when the value differs: over random histories of changes,
// reviews and time, the events of planStatus are a chain from each value to the next, and
// the last one is the value now. The bar is 100,000 histories, by -rapid.checks=100000;
// fewer are enough for every day.
func TestLawEventsOfPlanStatusAreAChain(t *testing.T) {
	t.Parallel()
	bank := plans.Rule{Path: "defaultBank", After: plans.After{Threshold: plans.Threshold{Payments: 2}}, Within: 3 * day}
	tuning := ruled(t, supportLater, bank)
	rapid.Check(t, func(r *rapid.T) {
		h := testkit.OpenInMemory(t, tuning)
		shop := h.Create(h.Cove, testkit.Quay)
		value := func(at time.Time) string {
			s := h.Svc.View.PlanStatusAt(h.Record(shop.ID), at).WithoutProse()
			text, err := json.Marshal(s)
			testkit.Must(t, err)
			return string(text)
		}
		last, seen := value(h.Clock.Now()), len(h.EveryEvent(shop.ID))
		for i := range rapid.IntRange(1, 8).Draw(r, "steps") {
			switch rapid.IntRange(0, 5).Draw(r, "step") {
			case 0:
				h.Clock.Advance(time.Duration(rapid.Int64Range(1, int64(20*day)).Draw(r, "wait")).Truncate(time.Millisecond))
				due(t, h)
			case 1:
				_, _ = h.Update(h.Cove, shop.ID, `{"merchant":{"supportEmail":"help@quay.example"}}`)
			case 2:
				_, _ = h.Update(h.Cove, shop.ID, `{"merchant":{"supportEmail":null}}`)
			case 3:
				in := testkit.Input[activities.ActivityInput](t, fmt.Sprintf(`{"type":"credit","amount":"1.00","reference":"%d"}`, i))
				_, _, _ = h.Svc.Activities.RecordActivity(t.Context(), h.As(h.Cove), shop.ID, in)
			case 4:
				name := rapid.SampledFrom([]string{"Quay LLC", "Harbor LLC", "Lane LLC"}).Draw(r, "name")
				_, _ = h.Update(h.Cove, shop.ID, fmt.Sprintf(`{"legalEntity":{"businessName":%q}}`, name))
			case 5:
				status := rapid.SampledFrom([]customers.Status{customers.StatusActive, customers.StatusDisabled}).Draw(r, "status")
				h.SetStatus(h.Cove, shop.ID, status)
			}
			events := h.EveryEvent(shop.ID)
			for _, e := range events[seen:] {
				if e.Type != "customer.plan_status_changed" {
					continue
				}
				was, is := statusIn(t, e.Previous), statusIn(t, e.Changes)
				if was != last {
					r.Fatalf("an event goes on from\n%s, but the last value was\n%s", was, last)
				}
				if was == is {
					r.Fatalf("an event tells of no difference: %s", is)
				}
				last = is
			}
			seen = len(events)
			if now := value(h.Clock.Now()); now != last {
				r.Fatalf("it is\n%s and was told as\n%s", now, last)
			}
		}
	})
}

func statusIn(t *testing.T, text []byte) string {
	t.Helper()
	var holds struct{ PlanStatus json.RawMessage }
	testkit.Must(t, json.Unmarshal(text, &holds))
	return string(holds.PlanStatus)
}

// A correction does not stop a shop: while a newer review waits for a person, the earlier
// judgment stands until its deadline; what is no legal datum starts none.
func TestACorrectionDoesNotStopAShop(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, testkit.Live)
	shop := h.Create(h.Cove, testkit.Quay)
	decide := func(status string) {
		t.Helper()
		in := testkit.Input[identity.DecisionInput](t, fmt.Sprintf(`{"status":%q,"reason":"seen","decidedBy":"Ada Reviewer"}`, status))
		_, err := h.Svc.Identity.DecideIdentity(t.Context(), h.As(h.Operator), shop.ID, in)
		testkit.Must(t, err)
	}
	decide("verified")
	review := h.Record(shop.ID).Identity.ReviewID
	_, err := h.Update(h.Cove, shop.ID, `{"name":"Quay Bikes","email":"new@quay.example","contact":{"phone":"2075550199"}}`)
	testkit.Must(t, err)
	if h.Record(shop.ID).Identity.ReviewID != review {
		t.Error("a new name to be called by, e-mail and phone started a review")
	}
	_, err = h.Update(h.Cove, shop.ID, `{"legalEntity":{"businessName":"Quay Bikes LLC"}}`)
	testkit.Must(t, err)
	s := h.PlanStatus(shop.ID)
	if h.Record(shop.ID).Identity.ReviewID == review || !s.Features["acceptPayments"] {
		t.Errorf("after a new legal name: %+v", s)
	}
	h.Clock.Advance(30 * day)
	due(t, h)
	if s := h.PlanStatus(shop.ID); s.Features["acceptPayments"] {
		t.Errorf("past the deadline of the review: %+v", s)
	}
	decide("verified")
	if s := h.PlanStatus(shop.ID); !s.Features["acceptPayments"] || h.Record(shop.ID).Identity.StandsUntil != nil {
		t.Errorf("once decided: %+v", s)
	}
	_, err = h.Update(h.Cove, shop.ID, `{"legalEntity":{"businessName":"Quay Two LLC"}}`)
	testkit.Must(t, err)
	decide("rejected")
	if s := h.PlanStatus(shop.ID); s.Features["acceptPayments"] {
		t.Errorf("after a rejection: %+v", s)
	}
}

// planStatus can be asked for under another plan and at a later moment, and what is foreign
// or cannot be is refused by its name.
func TestLookingAhead(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, ruled(t, supportLater))
	shop := h.Create(h.Cove, testkit.Quay)
	ask := func(by testkit.Party, in requirements.AheadInput) (plans.Status, error) {
		return h.Svc.Requirements.Status(t.Context(), h.As(by), shop.ID, in)
	}
	later := h.Clock.Now().Add(45 * day).Format(time.RFC3339)
	s, err := ask(h.Cove, requirements.AheadInput{At: later})
	if testkit.Must(t, err); s.Features["withdraw"] || !slices.Contains(s.Needed, supportLater.Path) {
		t.Errorf("in 45 days: %+v", s)
	}
	other, err := ask(h.Cove, requirements.AheadInput{Plan: "merchant-professional"})
	testkit.Must(t, err)
	_, err = h.Update(h.Cove, shop.ID, `{"planKey":"merchant-professional"}`)
	testkit.Must(t, err)
	if d := cmp.Diff(h.PlanStatus(shop.ID).Needed, other.Needed); d != "" {
		t.Errorf("what was foreseen of the other plan (-found +foreseen):\n%s", d)
	}
	_, err = ask(h.Cove, requirements.AheadInput{Plan: "gold", At: "2020-01-01T00:00:00Z"})
	fields := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation))
	if len(fields) != 2 || fields["plan"] == "" || fields["at"] == "" {
		t.Errorf("refused for %v", fields)
	}
	_, err = ask(h.Rival, requirements.AheadInput{})
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
}

// A preview is what is found once the customer is created, and makes nothing.
func TestAPreviewIsWhatIsFoundAfterwards(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, ruled(t, supportLater))
	for name, body := range map[string]string{
		"complete": testkit.Quay,
		"bare":     `{"name":"Bare","email":"bare@example.com","planKey":"merchant"}`,
		"payer":    `{"name":"Payer","email":"payer@example.com","planKey":"payer"}`,
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			everybody := h.Everybody()
			seen, err := h.Svc.Lifecycle.Preview(t.Context(), h.As(h.Cove), testkit.Input[lifecycle.CreateInput](t, body))
			if testkit.Must(t, err); h.Everybody() != everybody {
				t.Error("the preview made a customer")
			}
			if d := cmp.Diff(h.PlanStatus(h.Create(h.Cove, body).ID), seen); d != "" {
				t.Errorf("what was found differs (-found +preview):\n%s", d)
			}
		})
	}
	_, err := h.Svc.Lifecycle.Preview(t.Context(), h.As(h.Cove), testkit.Input[lifecycle.CreateInput](t, `{"name":"","planKey":"gold"}`))
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	_, err = h.Svc.Lifecycle.Preview(t.Context(), h.As(h.Mint(h.Cove, 0, "customers:write")), testkit.Input[lifecycle.CreateInput](t, testkit.Quay))
	testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
}

// Requirements of a plan are for whoever may read; one that is not there is not found.
func TestRequirementsOfAPlan(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, ruled(t, supportLater))
	asked, err := h.Svc.Requirements.OfPlan(h.As(h.Cove), "merchant", "us", "LLC")
	testkit.Must(t, err)
	at := slices.IndexFunc(asked.Requirements, func(a plans.Asked) bool { return a.Path == supportLater.Path })
	if at < 0 || asked.Requirements[at].After == nil || asked.Requirements[at].After.Days != 30 || asked.Requirements[at].WithinDays != 14 {
		t.Errorf("it asks %+v", asked.Requirements)
	}
	if strings.Contains(fmt.Sprint(asked), "personalTaxId") {
		t.Errorf("it asks an LLC for %+v", asked.Requirements)
	}
	_, err = h.Svc.Requirements.OfPlan(h.As(h.Cove), "gold", "", "")
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	_, err = h.Svc.Requirements.OfPlan(h.As(h.Cove), "merchant", "Atlantis", "GmbH")
	if fields := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); len(fields) != 2 {
		t.Errorf("refused for %v", fields)
	}
	_, err = h.Svc.Requirements.OfPlan(h.As(h.Mint(h.Cove, 0, "unmask")), "merchant", "", "")
	testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
}

// A change can be looked at before it is made: what it would switch off and on and whether
// it starts a review is what is found once it is made, and looking makes nothing.
func TestAPreviewOfAChangeIsWhatIsFoundAfterwards(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		change  string
		reviews bool
		off, on []string
	}{
		"no legal datum":      {`{"name":"Quay Bikes","email":"new@quay.example"}`, false, []string{}, []string{}},
		"a legal name":        {`{"legalEntity":{"businessName":"Quay Bikes LLC"}}`, true, []string{}, []string{}},
		"a datum taken away":  {`{"legalEntity":{"businessName":null}}`, false, []string{"acceptPayments", "sendPayments"}, []string{}},
		"a disabled customer": {`{"status":"disabled"}`, false, []string{"acceptPayments", "sendPayments"}, []string{}},
		"another plan":        {`{"planKey":"payer"}`, false, []string{"acceptPayments"}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := testkit.Open(t, testkit.Live)
			shop := h.Create(h.Cove, testkit.Quay)
			in := testkit.Input[identity.DecisionInput](t, `{"status":"verified","reason":"seen","decidedBy":"Ada Reviewer"}`)
			_, err := h.Svc.Identity.DecideIdentity(t.Context(), h.As(h.Operator), shop.ID, in)
			testkit.Must(t, err)
			change := testkit.Input[lifecycle.UpdateInput](t, row.change)
			change.CustomerID = shop.ID
			version := h.Record(shop.ID).Version
			seen, err := h.Svc.Lifecycle.PreviewUpdate(t.Context(), h.As(h.Cove), change)
			testkit.Must(t, err)
			if h.Record(shop.ID).Version != version {
				t.Error("the preview wrote the customer")
			}
			if d := cmp.Diff(h.PlanStatus(shop.ID), seen.Current); d != "" {
				t.Errorf("what is now differs (-found +preview):\n%s", d)
			}
			if d := cmp.Diff([][]string{row.off, row.on}, [][]string{seen.SwitchedOff, seen.SwitchedOn}); d != "" || seen.ReviewStarts != row.reviews {
				t.Errorf("a review starts: %t; off and on (-want +got):\n%s", seen.ReviewStarts, d)
			}
			_, err = h.Update(h.Cove, shop.ID, row.change)
			testkit.Must(t, err)
			if d := cmp.Diff(h.PlanStatus(shop.ID), seen.PlanStatus); d != "" {
				t.Errorf("what was found differs (-found +preview):\n%s", d)
			}
		})
	}
}

// A preview of a change is refused as the change would be.
func TestAPreviewOfAChangeIsRefusedAsTheChange(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Quay)
	preview := func(by testkit.Party, change string) error {
		in := testkit.Input[lifecycle.UpdateInput](t, change)
		in.CustomerID = shop.ID
		return testkit.Second(h.Svc.Lifecycle.PreviewUpdate(t.Context(), h.As(by), in))
	}
	testkit.Refused(t, preview(h.Cove, `{"email":"none"}`), fault.Invalid, fault.CodeValidation)
	testkit.Refused(t, preview(shop, `{"planKey":"payer"}`), fault.Forbidden, fault.CodeAccess)
	testkit.Refused(t, preview(h.Mint(h.Cove, 0, "read"), `{"name":"N"}`), fault.Forbidden, fault.CodeScope)
	testkit.Refused(t, preview(h.Mint(h.Cove, 0, "customers:write"), `{"name":"N"}`), fault.Forbidden, fault.CodeScope)
	testkit.Refused(t, preview(h.Rival, `{"name":"N"}`), fault.NotFound, fault.CodeNotFound)
}
