package customers_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Plan, status and policies are set from above only. A customer is refused with
// whatever credential, also in the disguise of clearing, and nothing changes; its
// platform may, for itself and in the customer's name, and so may all above.
func TestOnlyFromAbove(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i, row := range []struct{ body, undo string }{
		{`{"planKey":"payer"}`, `{"planKey":"merchant"}`},
		{`{"planName":"Payer"}`, `{"planName":"merchant"}`},
		{`{"name":"Quay II","planKey":"merchant-professional"}`, `{"name":"Quay","planKey":"merchant"}`},
		{`{"status":"disabled"}`, `{"status":"active"}`},
		{`{"settings":{"customers":{"uniqueEmail":false}}}`, `{"settings":{"customers":{"uniqueEmail":true}}}`},
		{`{"settings":{"customers":{"allowDuplicateEmail":true}}}`, `{"settings":{"customers":{"allowDuplicateEmail":null}}}`},
		{`{"settings":{"customers":null}}`, `{"settings":{"customers":{"uniqueEmail":true}}}`},
		{`{"settings":null}`, `{"settings":{"events":{"enabled":true},"customers":{"uniqueEmail":true}}}`},
	} {
		name := string(rune('a' + i))
		shop := h.create(h.cove, `{"name":"Quay","email":"q@example.com","planKey":"merchant","username":"`+name+`","password":"correct-horse",
			"settings":{"events":{"enabled":true},"customers":{"uniqueEmail":true}}}`)
		admin, err := h.login(name, "correct-horse")
		must(t, err)
		writer, before := h.mint(shop, 0, "customers:write"), h.record(shop.id)
		for bearer, caller := range map[string]tenancy.Caller{
			"key": h.as(shop), "token": h.as(h.token(shop)), "admin": h.as(admin), "restricted key": h.as(writer),
		} {
			refusal := refused(t, h.attempt(caller, shop.id, row.body), fault.Forbidden, fault.CodeAccess)
			if changed := h.record(shop.id).Version - before.Version; changed > 1 {
				t.Errorf("%s by %s: refused with %v, but written", row.body, bearer, refusal)
			}
		}
		if diff := cmp.Diff(before.Settings, h.record(shop.id).Settings); diff != "" {
			t.Errorf("%s changed the settings: %s", row.body, diff)
		}
		refused(t, h.attempt(h.as(h.rival), shop.id, row.body), fault.NotFound, fault.CodeNotFound)
		for _, above := range [][]string{{h.cove.id}, {h.cove.id, shop.id}, {h.operator.id}, {h.operator.id, h.cove.id}, {h.operator.id, shop.id}} {
			signer := map[string]party{h.cove.id: h.cove, h.operator.id: h.operator}[above[0]]
			version := h.record(shop.id).Version
			must(t, h.attempt(h.as(signer, above[1:]...), shop.id, row.body))
			if h.record(shop.id).Version != version+1 {
				t.Errorf("%s by %v changed nothing", row.body, above)
			}
			must(t, h.attempt(h.as(signer, above[1:]...), shop.id, row.undo))
		}
	}
}

// A policy cannot be taken back under a change of its own settings that was
// decided before the platform handed it down.
func TestClearingSettingsCannotRaceAPolicyAway(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	shop := h.create(h.cove, `{"name":"Q","email":"q@example.com","planKey":"merchant","settings":{"events":{"enabled":true}}}`)
	caller := h.as(shop)
	watch.trap("Replace", func(call func() error) error {
		_, err := h.update(h.cove, shop.id, `{"settings":{"customers":{"uniqueEmail":true}}}`)
		must(t, err)
		return call()
	})
	refused(t, h.attempt(caller, shop.id, `{"settings":null}`), fault.Forbidden, fault.CodeAccess)
	if !h.record(shop.id).Settings.DemandsUniqueEmail() {
		t.Error("the policy is gone")
	}
	must(t, h.attempt(caller, shop.id, `{"settings":{"events":null}}`))
}

// Without policies of its own a customer may clear its settings.
func TestOwnSettingsCanBeCleared(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, `{"name":"Q","email":"q@example.com","planKey":"merchant","settings":{"events":{"enabled":true}}}`)
	must(t, h.attempt(h.as(shop), shop.id, `{"settings":null}`))
	if h.record(shop.id).Settings != nil {
		t.Error("the settings are still there")
	}
}

// Nobody hands down a policy that it does not hold, by whichever road: at creation,
// later, in the child's name, or through defaults; the operator hands down any.
func TestPoliciesAreHandedDownOnlyByThoseWhoHoldThem(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"allowDataUnmask", "allowIdentitySkip"} {
		h := open(t)
		given := `{"customers":{"` + policy + `":true}}`
		child := `{"name":"C","email":"c@example.com","planKey":"platform"`
		shop := h.create(h.cove, child+`}`)
		roads := map[string]func() error{
			"create":           func() error { return second(h.tryCreate(h.cove, child+`,"settings":`+given+`}`)) },
			"create, defaults": func() error { return second(h.tryCreate(h.cove, child+`,"defaultSettings":`+given+`}`)) },
			"update":           func() error { return h.attempt(h.as(h.cove), shop.id, `{"settings":`+given+`}`) },
			"in its name":      func() error { return h.attempt(h.as(h.cove, shop.id), "", `{"settings":`+given+`}`) },
			"its defaults":     func() error { return h.attempt(h.as(h.cove, shop.id), "", `{"defaultSettings":`+given+`}`) },
			"own defaults":     func() error { return h.attempt(h.as(h.cove), "", `{"defaultSettings":`+given+`}`) },
		}
		for road, take := range roads {
			found := fields(refused(t, take(), fault.Invalid, fault.CodeValidation))
			if found["settings.customers."+policy] != fault.BadValue && found["defaultSettings.customers."+policy] != fault.BadValue {
				t.Errorf("%s: faults are %v", road, found)
			}
		}
		// The operator gives the policy to the child over the platform's head; the
		// platform may then change its other policies, but has not gained this one.
		must(t, h.attempt(h.as(h.operator), shop.id, `{"settings":`+given+`}`))
		must(t, h.attempt(h.as(h.cove), shop.id, `{"settings":{"customers":{"uniqueEmail":true,"`+policy+`":true}}}`))
		refused(t, roads["own defaults"](), fault.Invalid, fault.CodeValidation)

		must(t, h.attempt(h.as(h.operator), h.cove.id, `{"settings":`+given+`}`))
		for _, road := range []string{"create", "update", "in its name", "its defaults", "own defaults"} {
			if err := roads[road](); err != nil {
				t.Errorf("%s, holding the policy: %v", road, err)
			}
		}
		heir := h.create(h.cove, child+`}`)
		must(t, h.attempt(h.as(h.operator), h.cove.id, `{"settings":{"customers":null}}`))
		orphan := h.create(h.cove, child+`}`)
		for id, want := range map[string]bool{heir.id: true, orphan.id: false} {
			if got := at(h.view(h.cove, id), "settings.customers."+policy); (got == true) != want {
				t.Errorf("the inherited %s is %v, want %v", policy, got, want)
			}
		}
	}
}
