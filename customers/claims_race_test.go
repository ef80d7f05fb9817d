package customers_test

import (
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// taken demands that a merchant key is held under the platform.
func (h *house) taken(key string) {
	h.t.Helper()
	_, err := h.tryCreate(h.cove, one(`,"merchantKey":"`+key+`"`))
	duplicate(h.t, err, "merchantKey")
}

// Two changes of one customer to the same value at the same moment: whichever
// loses, the value stays reserved for the customer that now holds it.
func TestLosingARaceForTheSameValueKeepsItsClaim(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		ifVersions []int64
		conflict   bool
	}{"run again": {}, "refused by version": {ifVersions: []int64{1}, conflict: true}} {
		watch, watched := spied()
		h := open(t, watched)
		shop := h.create(h.cove, one(``))
		caller := h.as(shop)
		watch.trap("Replace", func(call func() error) error {
			_, err := h.update(shop, shop.id, `{"merchantKey":"shop"}`)
			must(t, err)
			return call()
		})
		in := input[customers.UpdateInput](t, `{"merchantKey":"shop"}`)
		in.IfVersions = row.ifVersions
		_, err := h.svc.Update(t.Context(), caller, in)
		if row.conflict {
			refused(t, err, fault.PreconditionFailed, fault.CodePrecondition)
		} else {
			must(t, err)
		}
		if key := h.record(shop.id).MerchantKey; key != "shop" {
			t.Fatalf("%s: the key is %q", name, key)
		}
		h.taken("shop")
	}
}

// A change that fails gives back what it reserved, but not from under another one
// of the same customer that is about to write the value.
func TestAFailedChangeKeepsTheClaimOfAnother(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(h *house, watch *spy, shop party, write func() error) error{
		"over another value": func(h *house, _ *spy, shop party, write func() error) error {
			duplicate(h.t, h.attempt(h.as(shop), "", `{"vanityName":"shop","merchantKey":"taken"}`), "merchantKey")
			return write()
		},
		"over its version": func(h *house, watch *spy, shop party, write func() error) error {
			in := input[customers.UpdateInput](h.t, `{"vanityName":"shop"}`)
			in.IfVersions = []int64{1}
			watch.trap("Replace", func(call func() error) error {
				must(h.t, write())
				return call()
			})
			_, err := h.svc.Update(h.t.Context(), h.as(shop), in)
			refused(h.t, err, fault.PreconditionFailed, fault.CodePrecondition)
			return nil
		},
	} {
		watch, watched := spied()
		h := open(t, watched)
		h.create(h.cove, one(`,"merchantKey":"taken"`))
		shop := h.create(h.cove, one(``))
		watch.trap("Replace", func(call func() error) error { return fail(h, watch, shop, call) })
		_, err := h.update(shop, shop.id, `{"vanityName":"shop"}`)
		must(t, err)
		if h.record(shop.id).VanityName != "shop" {
			t.Fatalf("%s: the name was not written", name)
		}
		_, err = h.tryCreate(h.rival, one(`,"vanityName":"shop"`))
		duplicate(t, err, "vanityName")
	}
}

// A change away from a value and one back to it: the release of the first does not
// take what the second reserved.
func TestMovingAwayAndBackKeepsTheClaim(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	shop := h.create(h.cove, one(`,"merchantKey":"shop"`))
	watch.trap("Replace", func(call func() error) error {
		must(t, call())
		_, err := h.update(shop, shop.id, `{"merchantKey":"shop"}`)
		return err
	})
	_, err := h.update(shop, shop.id, `{"merchantKey":"away"}`)
	must(t, err)
	if key := h.record(shop.id).MerchantKey; key != "shop" {
		t.Fatalf("the key is %q", key)
	}
	h.taken("shop")
	h.clock.Advance(time.Minute)
	h.taken("shop")
	h.create(h.cove, one(`,"merchantKey":"away"`))
}

// Many changes of one customer to and fro, at the same moment: in the end it holds
// one value, that is reserved for it, and the others are free in a minute.
func TestManyMovesEndWithOneClaim(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, one(`,"merchantKey":"k0"`))
	names := []string{"k0", "k1", "k2"}
	for _, err := range together(16, func(i int) error {
		return h.attempt(h.as(shop), "", `{"merchantKey":"`+names[i%3]+`"}`)
	}) {
		must(t, err)
	}
	h.clock.Advance(time.Minute)
	held := h.record(shop.id).MerchantKey
	for _, name := range names {
		if name == held {
			h.taken(name)
		} else {
			h.create(h.cove, one(`,"merchantKey":"`+name+`"`))
		}
	}
}

// A username that is added twice at the same moment is one user, who can sign in.
func TestAUsernameAddedTwiceAtOnceIsOneUser(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	shop := h.create(h.cove, one(``))
	add := func() error {
		_, err := h.svc.AddUser(t.Context(), h.as(shop), "", customers.UserInput{
			Username: patch.Of("ada"), Password: patch.Of(secret.New("correct-horse")),
		})
		return err
	}
	watch.trap("Replace", func(call func() error) error {
		must(t, add())
		return call()
	})
	duplicate(t, add(), "username")
	if users := h.record(shop.id).Users; len(users) != 1 {
		t.Errorf("there are %d users", len(users))
	}
	_, err := h.login("ada", "correct-horse")
	must(t, err)
	_, err = h.tryCreate(h.rival, one(user("ada")))
	duplicate(t, err, "username")
}

// A change whose answer was lost may have been written: its values stay reserved,
// and doing it again goes through.
func TestALostAnswerKeepsTheClaims(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	shop := h.create(h.cove, one(``))
	for _, happened := range []func(func() error) error{lost, crash} {
		watch.trap("Replace", happened)
		_, err := h.update(shop, shop.id, `{"merchantKey":"shop"}`)
		refused(t, err, fault.Unavailable, fault.CodeUnavailable)
		h.taken("shop")
		_, err = h.update(shop, shop.id, `{"merchantKey":"shop"}`)
		must(t, err)
		h.taken("shop")
		_, err = h.update(shop, shop.id, `{"merchantKey":null}`)
		must(t, err)
	}
	h.create(h.cove, one(`,"merchantKey":"shop"`))
}
