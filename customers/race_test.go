package customers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/keys"
)

// Of many changes of different members at the same moment all survive, each with
// one version and one event.
func TestConcurrentUpdatesAllSurvive(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, quay)
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
	for _, err := range together(len(bodies), func(i int) error { return h.attempt(h.as(h.cove), shop.id, bodies[i]) }) {
		must(t, err)
	}
	view, record := h.view(h.cove, shop.id), h.record(shop.id)
	for path, value := range want {
		if at(view, path) != value {
			t.Errorf("%s is %v: a change was lost", path, at(view, path))
		}
	}
	if events := len(h.logOf(record)); record.Version != int64(len(bodies))+1 || events != len(bodies)+1 {
		t.Errorf("version %d with %d events", record.Version, events)
	}
}

// With If-Match, of many changes of one version exactly one is made.
func TestOneOfManyConditionalUpdatesWins(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, one(``))
	won := 0
	for _, err := range together(16, func(i int) error {
		in := input[customers.UpdateInput](t, fmt.Sprintf(`{"name":"N%d"}`, i))
		in.IfVersions = []int64{1}
		return second(h.svc.Update(t.Context(), h.as(shop), in))
	}) {
		if err == nil {
			won++
		} else {
			refused(t, err, fault.PreconditionFailed, fault.CodePrecondition)
		}
	}
	if won != 1 || h.record(shop.id).Version != 2 {
		t.Errorf("%d changes won, the version is %d", won, h.record(shop.id).Version)
	}
}

// Rotations, mintings and changes at the same moment do not undo one another: each
// key that was shown works, none has the number of another, and old pairs end with
// their grace although changes were written after the rotation.
func TestConcurrentRotationsAndUpdates(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, one(``))
	var pairs [4]keys.Pair
	var minted [4]party
	for _, err := range together(12, func(i int) error {
		caller := h.as(h.cove, shop.id)
		switch i % 3 {
		case 0:
			rotated, err := h.svc.RotateKeys(t.Context(), caller, "", customers.RotateInput{})
			pairs[i/3] = rotated.Pair
			return err
		case 1:
			made, err := h.svc.MintKey(t.Context(), caller, "", input[customers.RestrictedKeyInput](t, `{"name":"n","scopes":["read"]}`))
			minted[i/3] = party{shop.id, pairOf(made.Secret)}
			return err
		default:
			return h.attempt(caller, "", fmt.Sprintf(`{"meta":{"k%d":%d}}`, i, i))
		}
	}) {
		must(t, err)
	}
	record, numbers := h.record(shop.id), map[int32]bool{}
	for _, entry := range record.Keys {
		numbers[entry.Number] = true
	}
	if len(record.Keys) != 9 || len(numbers) != 9 || record.KeyCount != 9 || strings.Count(string(record.Meta), "k") != 4 {
		t.Errorf("%d keys with %d numbers, meta %s", len(record.Keys), len(numbers), record.Meta)
	}
	alive := func() (n int) {
		for _, pair := range append(pairs[:], shop.keys) {
			if h.present(party{shop.id, pair}) == nil {
				n++
			}
		}
		return n
	}
	if alive() != 5 {
		t.Errorf("%d of 5 pairs work within the grace", alive())
	}
	h.clock.Advance(keys.DefaultGrace)
	if alive() != 1 {
		t.Errorf("%d pairs work after the grace, want the newest alone", alive())
	}
	for _, key := range minted {
		must(t, h.present(key))
	}
}

// A rotation cannot be undone by a change that was prepared before it.
func TestAnUpdateDoesNotReviveARotatedKey(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	shop := h.create(h.cove, one(``))
	var rotated customers.RotatedKeys
	watch.trap("Replace", func(call func() error) error {
		var err error
		rotated, err = h.svc.RotateKeys(t.Context(), h.as(h.cove), shop.id, input[customers.RotateInput](t, `{"graceSeconds":0}`))
		must(t, err)
		return call()
	})
	_, err := h.update(shop, "", `{"name":"X"}`)
	must(t, err)
	refused(t, h.present(shop), fault.Unauthenticated, fault.CodeCredentials)
	must(t, h.present(party{shop.id, rotated.Pair}))
	if h.record(shop.id).Name != "X" {
		t.Error("the change was lost")
	}
}

// A customer that is disabled or locked while its platform changes it stays so.
func TestAnUpdateDoesNotLiftALock(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	shop := h.create(h.cove, one(``))
	for _, body := range []string{`{"name":"X"}`, `{"status":"active","name":"Y"}`} {
		caller := h.as(h.cove)
		watch.trap("Replace", func(call func() error) error {
			h.setStatus(h.operator, shop.id, customers.StatusLocked)
			return call()
		})
		refused(t, h.attempt(caller, shop.id, body), fault.Forbidden, fault.CodeCustomerLocked)
		if h.record(shop.id).Status != customers.StatusLocked {
			t.Errorf("%s lifted the lock", body)
		}
		h.setStatus(h.operator, shop.id, customers.StatusActive)
	}
}

// A child is made under a living parent, or not at all, and a parent with a child
// is not deleted: of a pair at the same moment exactly one happens.
func TestAChildAndTheEndOfItsParentExcludeEachOther(t *testing.T) {
	t.Parallel()
	h := open(t)
	for range 8 {
		parent := h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"platform"}`)
		acting, above := h.as(parent), h.as(h.cove)
		failed := together(2, func(i int) error {
			if i == 0 {
				return second(h.svc.Create(t.Context(), acting, input[customers.CreateInput](t, one(``))))
			}
			return h.svc.Delete(t.Context(), above, customers.DeleteInput{CustomerID: parent.id})
		})
		if (failed[0] == nil) == (failed[1] == nil) {
			t.Errorf("create: %v, delete: %v", failed[0], failed[1])
		}
		for _, err := range failed {
			if err != nil && fault.KindOf(err) != fault.Conflict {
				t.Errorf("the loser is told %v", err)
			}
		}
	}
}

// The time that keys were used is noted beside changes: neither loses the other.
func TestNotesOfKeyUseDoNotDisturbChanges(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	shop := h.create(h.cove, one(``))
	caller := h.as(shop)
	h.clock.Advance(time.Hour)
	watch.trap("Replace", func(call func() error) error {
		must(t, h.present(shop))
		must(t, h.svc.FlushKeyUse(t.Context()))
		return call()
	})
	_, err := h.tryUpdate(caller, "", `{"name":"X"}`)
	must(t, err)
	if record := h.record(shop.id); record.Name != "X" || record.Version != 2 {
		t.Errorf("version %d is named %q", record.Version, record.Name)
	}
}
