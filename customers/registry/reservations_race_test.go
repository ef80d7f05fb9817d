package registry_test

import (
	"testing"
	"time"

	"tenantry/customers/access"
	"tenantry/customers/lifecycle"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
)

// Two changes of one customer to the same value at the same moment: whichever
// loses, the value stays reserved for the customer that now holds it.
func TestLosingARaceForTheSameValueKeepsItsReservation(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		ifVersions []int64
		conflict   bool
	}{"run again": {}, "refused by version": {ifVersions: []int64{1}, conflict: true}} {
		t.Run(name, func(t *testing.T) {
			watch, watched := testkit.Spied()
			h := testkit.Open(t, watched)
			shop := h.Create(h.Cove, testkit.One(``))
			caller := h.As(shop)
			watch.Trap("Replace", func(call func() error) error {
				_, err := h.Update(shop, shop.ID, `{"merchantKey":"shop"}`)
				testkit.Must(t, err)
				return call()
			})
			in := testkit.Input[lifecycle.UpdateInput](t, `{"merchantKey":"shop"}`)
			in.IfVersions = row.ifVersions
			_, err := h.Svc.Lifecycle.Update(t.Context(), caller, in)
			if row.conflict {
				testkit.Refused(t, err, fault.PreconditionFailed, fault.CodePrecondition)
			} else {
				testkit.Must(t, err)
			}
			if key := h.Record(shop.ID).MerchantKey; key != "shop" {
				t.Fatalf("%s: the key is %q", name, key)
			}
			h.Taken("shop")
		})
	}
}

// A change that fails releases what it reserved, but not from under another one
// of the same customer that is about to write the value.
func TestAFailedChangeKeepsTheReservationOfAnother(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(h *testkit.Env, watch *testkit.Spy, shop testkit.Party, write func() error) error{
		"over another value": func(h *testkit.Env, _ *testkit.Spy, shop testkit.Party, write func() error) error {
			testkit.Duplicate(h.T, h.Attempt(h.As(shop), "", `{"vanityName":"shop","merchantKey":"taken"}`), "merchantKey")
			return write()
		},
		"over its version": func(h *testkit.Env, watch *testkit.Spy, shop testkit.Party, write func() error) error {
			in := testkit.Input[lifecycle.UpdateInput](h.T, `{"vanityName":"shop"}`)
			in.IfVersions = []int64{1}
			watch.Trap("Replace", func(call func() error) error {
				testkit.Must(h.T, write())
				return call()
			})
			_, err := h.Svc.Lifecycle.Update(h.T.Context(), h.As(shop), in)
			testkit.Refused(h.T, err, fault.PreconditionFailed, fault.CodePrecondition)
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			watch, watched := testkit.Spied()
			h := testkit.Open(t, watched)
			h.Create(h.Cove, testkit.One(`,"merchantKey":"taken"`))
			shop := h.Create(h.Cove, testkit.One(``))
			watch.Trap("Replace", func(call func() error) error { return fail(h, watch, shop, call) })
			_, err := h.Update(shop, shop.ID, `{"vanityName":"shop"}`)
			testkit.Must(t, err)
			if h.Record(shop.ID).VanityName != "shop" {
				t.Fatalf("%s: the name was not written", name)
			}
			_, err = h.TryCreate(h.Rival, testkit.One(`,"vanityName":"shop"`))
			testkit.Duplicate(t, err, "vanityName")
		})
	}
}

// A change away from a value and one back to it: the release of the first does not
// take what the second reserved.
func TestMovingAwayAndBackKeepsTheReservation(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	shop := h.Create(h.Cove, testkit.One(`,"merchantKey":"shop"`))
	watch.Trap("Replace", func(call func() error) error {
		testkit.Must(t, call())
		_, err := h.Update(shop, shop.ID, `{"merchantKey":"shop"}`)
		return err
	})
	_, err := h.Update(shop, shop.ID, `{"merchantKey":"away"}`)
	testkit.Must(t, err)
	if key := h.Record(shop.ID).MerchantKey; key != "shop" {
		t.Fatalf("the key is %q", key)
	}
	h.Taken("shop")
	h.Clock.Advance(time.Minute)
	h.Taken("shop")
	h.Create(h.Cove, testkit.One(`,"merchantKey":"away"`))
}

// Many changes of one customer to and fro, at the same moment: in the end it holds
// one value, that is reserved for it, and the others are free in a minute.
func TestManyMovesEndWithOneReservation(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.One(`,"merchantKey":"k0"`))
	names := []string{"k0", "k1", "k2"}
	for _, err := range testkit.Together(16, func(i int) error {
		return h.Attempt(h.As(shop), "", `{"merchantKey":"`+names[i%3]+`"}`)
	}) {
		testkit.Must(t, err)
	}
	h.Clock.Advance(time.Minute)
	held := h.Record(shop.ID).MerchantKey
	for _, name := range names {
		if name == held {
			h.Taken(name)
		} else {
			h.Create(h.Cove, testkit.One(`,"merchantKey":"`+name+`"`))
		}
	}
}

// A username that is added twice at the same moment is one user, who can sign in.
func TestAUsernameAddedTwiceAtOnceIsOneUser(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	shop := h.Create(h.Cove, testkit.One(``))
	add := func() error {
		_, err := h.Svc.Access.AddUser(t.Context(), h.As(shop), "", access.UserInput{
			Username: patch.Of("ada"), Password: patch.Of(secret.New("correct-horse")),
		})
		return err
	}
	watch.Trap("Replace", func(call func() error) error {
		testkit.Must(t, add())
		return call()
	})
	testkit.Duplicate(t, add(), "username")
	if users := h.Record(shop.ID).Users; len(users) != 1 {
		t.Errorf("there are %d users", len(users))
	}
	_, err := h.Login("ada", "correct-horse")
	testkit.Must(t, err)
	_, err = h.TryCreate(h.Cove, testkit.One(testkit.User("ada")))
	testkit.Duplicate(t, err, "username")
}

// A change whose answer was lost may have been written: its values stay reserved,
// and doing it again goes through.
func TestALostAnswerKeepsTheReservations(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	shop := h.Create(h.Cove, testkit.One(``))
	for name, happened := range map[string]func(func() error) error{"lost": testkit.Lost, "crashed": testkit.Crash} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			watch.Trap("Replace", happened)
			_, err := h.Update(shop, shop.ID, `{"merchantKey":"shop"}`)
			testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
			h.Taken("shop")
			_, err = h.Update(shop, shop.ID, `{"merchantKey":"shop"}`)
			testkit.Must(t, err)
			h.Taken("shop")
			_, err = h.Update(shop, shop.ID, `{"merchantKey":null}`)
			testkit.Must(t, err)
		})
	}
	h.Create(h.Cove, testkit.One(`,"merchantKey":"shop"`))
}
