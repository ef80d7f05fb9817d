package customers_test

import (
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// all is a customer with every kind of unique value.
const all = `{"name":"N","email":"n@example.com","planKey":"payer","merchantKey":"shop","vanityName":"shop","username":"ada","password":"correct-horse"}`

// strict gives a house whose platform demands unique e-mails, with a spy.
func strict(t *testing.T) (*house, *spy) {
	t.Helper()
	watch, watched := spied()
	h := open(t, watched)
	_, err := h.update(h.operator, h.cove.id, `{"settings":{"customers":{"uniqueEmail":true}}}`)
	must(t, err)
	return h, watch
}

// After a crash between reserving values and writing their customer, the values
// are blocked for a minute and not longer; then one of many takes them over.
func TestOrphansOfACreateBlockForAMinute(t *testing.T) {
	t.Parallel()
	h, watch := strict(t)
	watch.trap("Insert", crash)
	_, err := h.tryCreate(h.cove, all)
	refused(t, err, fault.Unavailable, fault.CodeUnavailable)

	h.clock.Advance(almost)
	for field, body := range map[string]string{
		"username": `,"username":"ADA","password":"correct-horse"`, "merchantKey": `,"merchantKey":"shop"`, "vanityName": `,"vanityName":"shop"`,
		"email": ``,
	} {
		email := map[bool]string{true: "n", false: "other"}[field == "email"]
		_, err := h.tryCreate(h.cove, `{"name":"N","email":"`+email+`@example.com","planKey":"payer"`+body+`}`)
		duplicate(t, err, field)
	}
	h.clock.Advance(time.Millisecond)
	caller, in, won := h.as(h.cove), input[customers.CreateInput](t, all), 0
	for _, err := range together(16, func(int) error { return second(h.svc.Create(t.Context(), caller, in)) }) {
		if err == nil {
			won++
		} else {
			refused(t, err, fault.Conflict, fault.CodeConflict)
		}
	}
	if won != 1 || len(h.children(h.cove)) != 1 {
		t.Errorf("%d took the values over, %d customers exist", won, len(h.children(h.cove)))
	}
	h.clock.Advance(time.Hour)
	_, err = h.tryCreate(h.cove, all)
	refused(t, err, fault.Conflict, fault.CodeConflict)
}

// A claim for a customer that never was, whoever left it, is no more than that.
func TestAStrangeOrphanIsTakenOver(t *testing.T) {
	t.Parallel()
	h := open(t)
	ghost, err := tenancy.ParseID(unknownID)
	must(t, err)
	_, _, err = h.store.Reserve(t.Context(), customers.Claim{
		Key: "username:ada", Customer: tenancy.Ref{Tenant: ghost, ID: ghost}, Taken: h.clock.Now(),
	})
	must(t, err)
	_, err = h.tryCreate(h.cove, all)
	duplicate(t, err, "username")
	h.clock.Advance(time.Minute)
	h.create(h.cove, all)
}

// After a crash between erasing a customer, or moving it away from its values, and
// releasing these, they are free within a minute of when they were taken.
func TestOrphansOfADeleteOrAMoveBlockForAMinute(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(h *house, shop party) error{
		"delete": func(h *house, shop party) error {
			return h.svc.Delete(h.t.Context(), h.as(h.cove), customers.DeleteInput{CustomerID: shop.id})
		},
		"move": func(h *house, shop party) error {
			return h.attempt(h.as(shop), "", `{"email":"moved@example.com","merchantKey":"moved","vanityName":"moved"}`)
		},
	} {
		for _, method := range []string{"Holder", "Release"} {
			h, watch := strict(t)
			shop := h.create(h.cove, `{"name":"N","email":"n@example.com","planKey":"payer","merchantKey":"shop","vanityName":"shop"}`)
			h.clock.Advance(almost)
			watch.block(method)
			must(t, leave(h, shop))
			watch.trap(method, nil)
			h.clock.Advance(time.Millisecond)
			if _, err := h.tryCreate(h.cove, `{"name":"N","email":"n@example.com","planKey":"payer","merchantKey":"shop","vanityName":"shop"}`); err != nil {
				t.Errorf("%s, crashed in %s: a minute later: %v", name, method, err)
			}
		}
	}
}

// block makes every call of a method crash, until another trap is set.
func (s *spy) block(method string) {
	s.trap(method, func(call func() error) error {
		s.block(method)
		return crash(call)
	})
}

// A value that its customer holds is never taken for an orphan, however old its
// claim and however often somebody asks.
func TestHeldValuesAreNeverOrphans(t *testing.T) {
	t.Parallel()
	h, _ := strict(t)
	h.create(h.cove, all)
	for range 3 {
		h.clock.Advance(400 * 24 * time.Hour)
		_, err := h.svc.SweepClaims(t.Context())
		must(t, err)
		_, err = h.tryCreate(h.cove, `{"name":"N","email":"other@example.com","planKey":"payer","username":"ada","password":"correct-horse"}`)
		duplicate(t, err, "username")
	}
	if _, err := h.login("ada", "correct-horse"); err != nil {
		t.Errorf("the user cannot sign in: %v", err)
	}
}
