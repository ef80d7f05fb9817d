package lifecycle_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// Plan, status and policies are set from above only. A customer is refused with
// whatever credential, also in the disguise of clearing, and nothing changes; its
// platform may, for itself and in the customer's name, and so may all above.
func TestOnlyFromAbove(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
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
		t.Run(row.body, func(t *testing.T) {
			h := h.In(t)
			name := string(rune('a' + i))
			shop := h.Create(h.Cove, `{"name":"Quay","email":"q@example.com","planKey":"merchant","username":"`+name+`","password":"correct-horse",
			"settings":{"events":{"enabled":true},"customers":{"uniqueEmail":true}}}`)
			admin, err := h.Login(name, "correct-horse")
			testkit.Must(t, err)
			writer, before := h.Mint(shop, 0, "customers:write", "customers:status"), h.Record(shop.ID)
			for bearer, caller := range map[string]tenancy.Caller{
				"key": h.As(shop), "token": h.As(h.Token(shop)), "admin": h.As(admin), "restricted key": h.As(writer),
			} {
				t.Run(bearer, func(t *testing.T) {
					h := h.In(t)
					refusal := testkit.Refused(t, h.Attempt(caller, shop.ID, row.body), fault.Forbidden, fault.CodeAccess)
					if changed := h.Record(shop.ID).Version - before.Version; changed > 1 {
						t.Errorf("%s by %s: refused with %v, but written", row.body, bearer, refusal)
					}
				})
			}
			if diff := cmp.Diff(before.Settings, h.Record(shop.ID).Settings); diff != "" {
				t.Errorf("%s changed the settings: %s", row.body, diff)
			}
			testkit.Refused(t, h.Attempt(h.As(h.Rival), shop.ID, row.body), fault.NotFound, fault.CodeNotFound)
			for _, above := range [][]string{{h.Cove.ID}, {h.Cove.ID, shop.ID}, {h.Operator.ID}, {h.Operator.ID, h.Cove.ID}, {h.Operator.ID, shop.ID}} {
				signer := map[string]testkit.Party{h.Cove.ID: h.Cove, h.Operator.ID: h.Operator}[above[0]]
				version := h.Record(shop.ID).Version
				testkit.Must(t, h.Attempt(h.As(signer, above[1:]...), shop.ID, row.body))
				if h.Record(shop.ID).Version != version+1 {
					t.Errorf("%s by %v changed nothing", row.body, above)
				}
				testkit.Must(t, h.Attempt(h.As(signer, above[1:]...), shop.ID, row.undo))
			}
		})
	}
}

// A policy cannot be taken back under a change of its own settings that was
// decided before the platform handed it down.
func TestClearingSettingsCannotRaceAPolicyAway(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	shop := h.Create(h.Cove, `{"name":"Q","email":"q@example.com","planKey":"merchant","settings":{"events":{"enabled":true}}}`)
	caller := h.As(shop)
	watch.Trap("Replace", func(call func() error) error {
		_, err := h.Update(h.Cove, shop.ID, `{"settings":{"customers":{"uniqueEmail":true}}}`)
		testkit.Must(t, err)
		return call()
	})
	testkit.Refused(t, h.Attempt(caller, shop.ID, `{"settings":null}`), fault.Forbidden, fault.CodeAccess)
	if !h.Record(shop.ID).Settings.DemandsUniqueEmail() {
		t.Error("the policy is gone")
	}
	testkit.Must(t, h.Attempt(caller, shop.ID, `{"settings":{"events":null}}`))
}

// Without policies of its own a customer may clear its settings.
func TestOwnSettingsCanBeCleared(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, `{"name":"Q","email":"q@example.com","planKey":"merchant","settings":{"events":{"enabled":true}}}`)
	testkit.Must(t, h.Attempt(h.As(shop), shop.ID, `{"settings":null}`))
	if h.Record(shop.ID).Settings != nil {
		t.Error("the settings are still there")
	}
}

// Nobody hands down a policy that it does not hold, by whichever road: at creation,
// later, in the child's name, or through defaults; the operator hands down any.
func TestPoliciesAreHandedDownOnlyByThoseWhoHoldThem(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"allowDataUnmask", "allowIdentitySkip"} {
		t.Run(policy, func(t *testing.T) {
			h := testkit.Open(t)
			given := `{"customers":{"` + policy + `":true}}`
			child := `{"name":"C","email":"c@example.com","planKey":"platform"`
			shop := h.Create(h.Cove, child+`}`)
			roads := map[string]func() error{
				"create":           func() error { return testkit.Second(h.TryCreate(h.Cove, child+`,"settings":`+given+`}`)) },
				"create, defaults": func() error { return testkit.Second(h.TryCreate(h.Cove, child+`,"defaultSettings":`+given+`}`)) },
				"update":           func() error { return h.Attempt(h.As(h.Cove), shop.ID, `{"settings":`+given+`}`) },
				"in its name":      func() error { return h.Attempt(h.As(h.Cove, shop.ID), "", `{"settings":`+given+`}`) },
				"its defaults":     func() error { return h.Attempt(h.As(h.Cove, shop.ID), "", `{"defaultSettings":`+given+`}`) },
				"own defaults":     func() error { return h.Attempt(h.As(h.Cove), "", `{"defaultSettings":`+given+`}`) },
			}
			for road, take := range roads {
				t.Run(road, func(t *testing.T) {
					found := testkit.Fields(testkit.Refused(t, take(), fault.Invalid, fault.CodeValidation))
					if found["settings.customers."+policy] != fault.BadValue && found["defaultSettings.customers."+policy] != fault.BadValue {
						t.Errorf("%s: faults are %v", road, found)
					}
				})
			}
			// The operator gives the policy to the child over the platform's head; the
			// platform may then change its other policies, but has not gained this one.
			testkit.Must(t, h.Attempt(h.As(h.Operator), shop.ID, `{"settings":`+given+`}`))
			testkit.Must(t, h.Attempt(h.As(h.Cove), shop.ID, `{"settings":{"customers":{"uniqueEmail":true,"`+policy+`":true}}}`))
			testkit.Refused(t, roads["own defaults"](), fault.Invalid, fault.CodeValidation)

			testkit.Must(t, h.Attempt(h.As(h.Operator), h.Cove.ID, `{"settings":`+given+`}`))
			for _, road := range []string{"create", "update", "in its name", "its defaults", "own defaults"} {
				if err := roads[road](); err != nil {
					t.Errorf("%s, holding the policy: %v", road, err)
				}
			}
			heir := h.Create(h.Cove, child+`}`)
			testkit.Must(t, h.Attempt(h.As(h.Operator), h.Cove.ID, `{"settings":{"customers":null}}`))
			orphan := h.Create(h.Cove, child+`}`)
			for id, want := range map[string]bool{heir.ID: true, orphan.ID: false} {
				t.Run(id, func(t *testing.T) {
					h := h.In(t)
					if got := testkit.At(h.View(h.Cove, id), "settings.customers."+policy); (got == any(true)) != want {
						t.Errorf("the inherited %s is %v, want %v", policy, got, want)
					}
				})
			}
		})
	}
}
