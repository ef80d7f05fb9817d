package registry_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/lifecycle"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/keys"
)

// Of many changes of different members at the same moment all survive, each with
// one version and one event.
func TestConcurrentUpdatesAllSurvive(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Quay)
	bodies := []string{
		`{"name":"X"}`, `{"email":"x@example.com"}`, `{"description":null}`, `{"externalId":"x"}`, `{"merchantKey":"x"}`, `{"vanityName":"x"}`,
		`{"planKey":"merchant-professional"}`, `{"address":{"city":"Bangor"}}`, `{"address":{"street2":"Unit 9"}}`, `{"contact":{"lastName":"X"}}`,
		`{"legalEntity":{"yearsInBusiness":"9"}}`, `{"merchant":{"businessName":"X"}}`, `{"settings":{"events":{"enabled":false}}}`,
		`{"defaultSettings":{"events":{"enabled":true}}}`, `{"meta":{"new":1}}`, `{"meta":{"crm":8}}`,
	}
	want := map[string]any{
		"name": "X", "email": "x@example.com", "description": nil, "externalId": "x", "merchantKey": "x", "vanityName": "x",
		"planKey": "merchant-professional", "address.city": "Bangor", "address.street2": "Unit 9", "contact.lastName": "X",
		"legalEntity.yearsInBusiness": "9", "merchant.businessName": "X", "settings.events.enabled": false,
		"defaultSettings.events.enabled": true, "meta.new": 1.0, "meta.crm": 8.0,
	}
	for _, err := range testkit.Together(len(bodies), func(i int) error { return h.Attempt(h.As(h.Cove), shop.ID, bodies[i]) }) {
		testkit.Must(t, err)
	}
	view, record := h.View(h.Cove, shop.ID), h.Record(shop.ID)
	for path, value := range want {
		t.Run(path, func(t *testing.T) {
			if testkit.At(view, path) != value {
				t.Errorf("%s is %v: a change was lost", path, testkit.At(view, path))
			}
		})
	}
	// Its creation has two: the bank that came with it began its deposits.
	if events := len(h.Events(shop.ID)); record.Version != int64(len(bodies))+1 || events != len(bodies)+2 {
		t.Errorf("version %d with %d events", record.Version, events)
	}
}

// With If-Match, of many changes of one version exactly one is made.
func TestOneOfManyConditionalUpdatesWins(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.One(``))
	won := 0
	for _, err := range testkit.Together(16, func(i int) error {
		in := testkit.Input[lifecycle.UpdateInput](t, fmt.Sprintf(`{"name":"N%d"}`, i))
		in.IfVersions = []int64{1}
		return testkit.Second(h.Svc.Lifecycle.Update(t.Context(), h.As(shop), in))
	}) {
		if err == nil {
			won++
		} else {
			testkit.Refused(t, err, fault.PreconditionFailed, fault.CodePrecondition)
		}
	}
	if won != 1 || h.Record(shop.ID).Version != 2 {
		t.Errorf("%d changes won, the version is %d", won, h.Record(shop.ID).Version)
	}
}

// Rotations, mintings and changes at the same moment do not undo one another: each
// key that was shown works, none has the number of another, and old pairs end with
// their grace although changes were written after the rotation.
func TestConcurrentRotationsAndUpdates(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.One(``))
	var pairs [4]keys.Pair
	var minted [4]testkit.Party
	for _, err := range testkit.Together(12, func(i int) error {
		caller := h.As(h.Cove, shop.ID)
		switch i % 3 {
		case 0:
			rotated, err := h.Svc.Access.RotateKeys(t.Context(), caller, "", access.RotateInput{})
			pairs[i/3] = rotated.Pair
			return err
		case 1:
			made, err := h.Svc.Access.MintKey(t.Context(), caller, "", testkit.Input[access.RestrictedKeyInput](t, `{"name":"n","scopes":["read"]}`))
			minted[i/3] = testkit.Party{ID: shop.ID, Keys: testkit.PairOf(made.Secret)}
			return err
		default:
			return h.Attempt(caller, "", fmt.Sprintf(`{"meta":{"k%d":%d}}`, i, i))
		}
	}) {
		testkit.Must(t, err)
	}
	record, numbers := h.Record(shop.ID), map[int32]bool{}
	for _, entry := range record.Keys {
		numbers[entry.Number] = true
	}
	if len(record.Keys) != 9 || len(numbers) != 9 || record.KeyCount != 9 || strings.Count(string(record.Meta), "k") != 4 {
		t.Errorf("%d keys with %d numbers, meta %s", len(record.Keys), len(numbers), record.Meta)
	}
	alive := func() (n int) {
		for _, pair := range append(pairs[:], shop.Keys) {
			if h.Present(testkit.Party{ID: shop.ID, Keys: pair}) == nil {
				n++
			}
		}
		return n
	}
	if alive() != 5 {
		t.Errorf("%d of 5 pairs work within the grace", alive())
	}
	h.Clock.Advance(keys.DefaultGrace)
	if alive() != 1 {
		t.Errorf("%d pairs work after the grace, want the newest alone", alive())
	}
	for _, key := range minted {
		testkit.Must(t, h.Present(key))
	}
}

// A rotation cannot be undone by a change that was prepared before it.
func TestAnUpdateDoesNotReviveARotatedKey(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	shop := h.Create(h.Cove, testkit.One(``))
	var rotated access.RotatedKeys
	watch.Trap("Replace", func(call func() error) error {
		var err error
		rotated, err = h.Svc.Access.RotateKeys(t.Context(), h.As(h.Cove), shop.ID, testkit.Input[access.RotateInput](t, `{"graceSeconds":0}`))
		testkit.Must(t, err)
		return call()
	})
	_, err := h.Update(shop, "", `{"name":"X"}`)
	testkit.Must(t, err)
	testkit.Refused(t, h.Present(shop), fault.Unauthenticated, fault.CodeCredentials)
	testkit.Must(t, h.Present(testkit.Party{ID: shop.ID, Keys: rotated.Pair}))
	if h.Record(shop.ID).Name != "X" {
		t.Error("the change was lost")
	}
}

// A customer that is disabled or locked while its platform changes it stays so.
func TestAnUpdateDoesNotLiftALock(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	shop := h.Create(h.Cove, testkit.One(``))
	for _, body := range []string{`{"name":"X"}`, `{"status":"active","name":"Y"}`} {
		t.Run(body, func(t *testing.T) {
			h := h.In(t)
			caller := h.As(h.Cove)
			watch.Trap("Replace", func(call func() error) error {
				h.SetStatus(h.Operator, shop.ID, customers.StatusLocked)
				return call()
			})
			testkit.Refused(t, h.Attempt(caller, shop.ID, body), fault.Forbidden, fault.CodeCustomerLocked)
			if h.Record(shop.ID).Status != customers.StatusLocked {
				t.Errorf("%s lifted the lock", body)
			}
			h.SetStatus(h.Operator, shop.ID, customers.StatusActive)
		})
	}
}

// A child is made under a living parent, or not at all, and a parent with a child
// is not deleted: of a pair at the same moment exactly one happens.
func TestAChildAndTheEndOfItsParentExcludeEachOther(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	for range 8 {
		parent := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"platform"}`)
		acting, above := h.As(parent), h.As(h.Cove)
		failed := testkit.Together(2, func(i int) error {
			if i == 0 {
				return testkit.Second(h.Svc.Lifecycle.Create(t.Context(), acting, testkit.Input[lifecycle.CreateInput](t, testkit.One(``))))
			}
			return h.Svc.Lifecycle.Delete(t.Context(), above, lifecycle.DeleteInput{CustomerID: parent.ID})
		})
		if (failed[0] == nil) == (failed[1] == nil) {
			t.Errorf("create: %v, delete: %v", failed[0], failed[1])
		}
		for _, err := range failed {
			if err != nil && fault.KindOf(err) != fault.Conflict {
				t.Errorf("the loser gets %v", err)
			}
		}
	}
}

// The time that keys were used is noted beside changes: neither loses the other.
func TestNotesOfKeyUseDoNotDisturbChanges(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	shop := h.Create(h.Cove, testkit.One(``))
	caller := h.As(shop)
	h.Clock.Advance(time.Hour)
	watch.Trap("Replace", func(call func() error) error {
		testkit.Must(t, h.Present(shop))
		testkit.Must(t, h.Svc.Access.FlushKeyUse(t.Context()))
		return call()
	})
	_, err := h.TryUpdate(caller, "", `{"name":"X"}`)
	testkit.Must(t, err)
	if record := h.Record(shop.ID); record.Name != "X" || record.Version != 2 {
		t.Errorf("version %d is named %q", record.Version, record.Name)
	}
}
