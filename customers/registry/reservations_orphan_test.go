package registry_test

import (
	"testing"
	"time"

	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// all is a customer with every kind of unique value.
const all = `{"name":"N","email":"n@example.com","planKey":"payer","merchantKey":"shop","vanityName":"shop","username":"ada","password":"correct-horse"}`

// strict returns an installation whose platform demands unique e-mails, with a spy.
func strict(t *testing.T) (*testkit.Env, *testkit.Spy) {
	t.Helper()
	return strictOn(t, testkit.Open)
}

// strictOn is strict with an Env of open.
func strictOn(t *testing.T, open func(testing.TB, ...testkit.Tuning) *testkit.Env) (*testkit.Env, *testkit.Spy) {
	t.Helper()
	watch, watched := testkit.Spied()
	h := open(t, watched)
	_, err := h.Update(h.Operator, h.Cove.ID, `{"settings":{"customers":{"uniqueEmail":true}}}`)
	testkit.Must(t, err)
	return h, watch
}

// After a crash between reserving values and writing their customer, the values
// are blocked for a minute and not longer; then one of many takes them over.
func TestOrphansOfACreateBlockForAMinute(t *testing.T) {
	t.Parallel()
	h, watch := strict(t)
	watch.Trap("Insert", testkit.Crash)
	_, err := h.TryCreate(h.Cove, all)
	testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)

	h.Clock.Advance(testkit.Almost)
	for field, body := range map[string]string{
		"username": `,"username":"ADA","password":"correct-horse"`, "merchantKey": `,"merchantKey":"shop"`, "vanityName": `,"vanityName":"shop"`,
		"email": ``,
	} {
		t.Run(field, func(t *testing.T) {
			h := h.In(t)
			email := map[bool]string{true: "n", false: "other"}[field == "email"]
			_, err := h.TryCreate(h.Cove, `{"name":"N","email":"`+email+`@example.com","planKey":"payer"`+body+`}`)
			testkit.Duplicate(t, err, field)
		})
	}
	h.Clock.Advance(time.Millisecond)
	caller, in, won := h.As(h.Cove), testkit.Input[lifecycle.CreateInput](t, all), 0
	for _, err := range testkit.Together(16, func(int) error { return testkit.Second(h.Svc.Lifecycle.Create(t.Context(), caller, in)) }) {
		if err == nil {
			won++
		} else {
			testkit.Refused(t, err, fault.Conflict, fault.CodeConflict)
		}
	}
	if won != 1 || len(h.Children(h.Cove)) != 1 {
		t.Errorf("%d took the values over, %d customers exist", won, len(h.Children(h.Cove)))
	}
	h.Clock.Advance(time.Hour)
	_, err = h.TryCreate(h.Cove, all)
	testkit.Refused(t, err, fault.Conflict, fault.CodeConflict)
}

// A reservation for a customer that was never written is an orphan, whatever left it.
func TestAStrangeOrphanIsTakenOver(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	ghost, err := tenancy.ParseID(testkit.UnknownID)
	testkit.Must(t, err)
	_, _, err = h.Store.Reserve(t.Context(), rows.Reservation{
		Key: registry.UsernameKey("ada", h.Record(h.Cove.ID).Tenant), Customer: tenancy.Ref{Tenant: ghost, ID: ghost}, Taken: h.Clock.Now(),
	})
	testkit.Must(t, err)
	_, err = h.TryCreate(h.Cove, all)
	testkit.Duplicate(t, err, "username")
	h.Clock.Advance(time.Minute)
	h.Create(h.Cove, all)
}

// After a crash between erasing a customer, or moving it away from its values, and
// releasing these, they are free within a minute of when they were taken.
func TestOrphansOfADeleteOrAMoveBlockForAMinute(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(h *testkit.Env, shop testkit.Party) error{
		"delete": func(h *testkit.Env, shop testkit.Party) error {
			return h.Svc.Lifecycle.Delete(h.T.Context(), h.As(h.Cove), lifecycle.DeleteInput{CustomerID: shop.ID})
		},
		"move": func(h *testkit.Env, shop testkit.Party) error {
			return h.Attempt(h.As(shop), "", `{"email":"moved@example.com","merchantKey":"moved","vanityName":"moved"}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, method := range []string{"Holder", "Release"} {
				h, watch := strict(t)
				shop := h.Create(h.Cove, `{"name":"N","email":"n@example.com","planKey":"payer","merchantKey":"shop","vanityName":"shop"}`)
				h.Clock.Advance(testkit.Almost)
				watch.Block(method)
				testkit.Must(t, leave(h, shop))
				watch.Trap(method, nil)
				h.Clock.Advance(time.Millisecond)
				if _, err := h.TryCreate(h.Cove, `{"name":"N","email":"n@example.com","planKey":"payer","merchantKey":"shop","vanityName":"shop"}`); err != nil {
					t.Errorf("%s, crashed in %s: a minute later: %v", name, method, err)
				}
			}
		})
	}
}

// A value that its customer holds is never taken for an orphan, however old its
// reservation and however often it is asked for.
func TestHeldValuesAreNeverOrphans(t *testing.T) {
	t.Parallel()
	h, _ := strict(t)
	h.Create(h.Cove, all)
	for range 3 {
		h.Clock.Advance(400 * 24 * time.Hour)
		_, err := h.Svc.Registry.SweepReservations(t.Context())
		testkit.Must(t, err)
		_, err = h.TryCreate(h.Cove, `{"name":"N","email":"other@example.com","planKey":"payer","username":"ada","password":"correct-horse"}`)
		testkit.Duplicate(t, err, "username")
	}
	if _, err := h.Login("ada", "correct-horse"); err != nil {
		t.Errorf("the user cannot sign in: %v", err)
	}
}
