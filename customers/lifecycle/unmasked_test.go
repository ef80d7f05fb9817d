package lifecycle_test

import (
	"encoding/json"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// Sensitive fields are shown in full once the policy was handed down, and only then.
func TestUnmaskingNeedsThePolicy(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, testkit.Harbor)
	_, err := h.Unmask(h.As(h.Cove), m.ID, "tax forms")
	testkit.Refused(t, err, fault.Forbidden, fault.CodePolicy)
	if got := h.Last(m.ID).Type; got != "bank.drops_started" {
		t.Errorf("a refused reading left %s", got)
	}
	h.AllowUnmask(h.Operator, h.Cove.ID, "true")
	view, err := h.Unmask(h.As(h.Cove), m.ID, "tax forms")
	testkit.Must(t, err)
	shown, err := json.Marshal(view)
	testkit.Must(t, err)
	for _, value := range testkit.UnmaskedValues {
		if !strings.Contains(string(shown), value) {
			t.Errorf("%s is not shown", value)
		}
	}
	if view.LegalEntity.BusinessTaxID != "000765432" || view.LegalEntity.PersonalTaxID != "000001234" ||
		view.LegalEntity.AdditionalOwners[0].PersonalTaxID != "000005678" || view.DefaultBank.AccountNumber != "000123456789" {
		t.Errorf("the values stand elsewhere: %s", shown)
	}
	testkit.Conceals(t, "the answer", shown, m.Keys.Secret.Reveal(), "$2a$", "correct-horse")
	masked, err := json.Marshal(h.View(h.Cove, m.ID))
	testkit.Must(t, err)
	testkit.Conceals(t, "an ordinary answer", masked, testkit.UnmaskedValues...)
	h.AllowUnmask(h.Operator, h.Cove.ID, "null")
	_, err = h.Unmask(h.As(h.Cove), m.ID, "tax forms")
	testkit.Refused(t, err, fault.Forbidden, fault.CodePolicy)
	_, err = h.Unmask(h.As(h.Operator), m.ID, "tax forms")
	testkit.Must(t, err)
}

// region is a platform below a platform, with data of its own.
const region = `{"name":"Region","email":"r@example.com","planKey":"platform","legalEntity":{"entityType":"LLC","businessTaxId":"000765432"}}`

// The policy counts when an account and everyone above it hold it: acting for a
// customer that holds it, or being above one, is not enough; taking it from a
// platform takes it from all below, also through keys minted there; and nobody
// gives it to itself.
func TestThePolicyIsLentToNobody(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, region)
	h.AllowUnmask(h.Operator, m.ID, "true")
	for _, caller := range []tenancy.Caller{h.As(m), h.As(h.Cove), h.As(h.Cove, m.ID)} {
		_, err := h.Unmask(caller, m.ID, "curious")
		testkit.Refused(t, err, fault.Forbidden, fault.CodePolicy)
	}
	h.AllowUnmask(h.Operator, h.Cove.ID, "true")
	for _, caller := range []tenancy.Caller{h.As(m), h.As(h.Cove), h.As(h.Cove, m.ID)} {
		_, err := h.Unmask(caller, m.ID, "tax forms")
		testkit.Must(t, err)
	}
	h.AllowUnmask(h.Operator, h.Cove.ID, "false")
	minted, err := h.Svc.Access.MintKey(t.Context(), h.As(h.Cove), m.ID, testkit.Input[access.RestrictedKeyInput](t, `{"name":"n","scopes":["read","unmask"]}`))
	testkit.Must(t, err)
	_, err = h.Unmask(h.As(testkit.Party{ID: m.ID, Keys: testkit.PairOf(minted.Secret)}), m.ID, "curious")
	testkit.Refused(t, err, fault.Forbidden, fault.CodePolicy)
	h.AllowUnmask(h.Operator, m.ID, "false")
	_, err = h.Update(m, "", `{"settings":{"customers":{"allowDataUnmask":true}}}`)
	testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
	_, err = h.Update(h.Rival, "", `{"defaultSettings":{"customers":{"allowDataUnmask":true}}}`)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
}

// A plan without the feature reads nothing in full, whatever the policy says.
func TestUnmaskingNeedsThePlan(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	h.AllowUnmask(h.Operator, h.Cove.ID, "true")
	m := h.Create(h.Cove, testkit.Harbor)
	h.AllowUnmask(h.Operator, m.ID, "true")
	_, err := h.Unmask(h.As(m), "", "my own data")
	testkit.Refused(t, err, fault.Forbidden, fault.CodePlan)
	_, err = h.Unmask(h.As(h.Cove), m.ID, "tax forms")
	testkit.Must(t, err)
}

// Defaults that are older than the loss of a policy do not hand it down.
func TestALostPolicyIsNotInherited(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	h.AllowUnmask(h.Operator, h.Cove.ID, "true")
	_, err := h.Update(h.Cove, "", `{"defaultSettings":{"customers":{"allowDataUnmask":true,"uniqueEmail":false}}}`)
	testkit.Must(t, err)
	heir := h.Create(h.Cove, region)
	_, err = h.Unmask(h.As(heir), "", "my own data")
	testkit.Must(t, err)
	h.AllowUnmask(h.Operator, h.Cove.ID, "false")
	late := h.Create(h.Cove, region)
	if got := testkit.At(h.View(late, ""), "settings.customers.allowDataUnmask"); got == any(true) {
		t.Error("the lost policy was handed down")
	}
	if got := testkit.At(h.View(late, ""), "settings.customers.uniqueEmail"); got != any(false) {
		t.Errorf("what the parent may still hand down became %v", got)
	}
}

// A reason of 3 to 256 characters is required.
func TestUnmaskingNeedsAReason(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, testkit.Harbor)
	version := h.Record(m.ID).Version
	for reason, detail := range map[string]fault.Detail{
		"": fault.Missing, "   \n": fault.Missing, " ab ": fault.TooShort, "äb": fault.TooShort,
		strings.Repeat("木", 257): fault.TooLong, "be\x00cause": fault.BadValue, "be\xffcause": fault.BadValue,
	} {
		t.Run(reason, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Unmask(h.As(h.Operator), m.ID, reason)
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["reason"] != detail {
				t.Errorf("%q: faults are %v", reason, got)
			}
		})
	}
	if h.Record(m.ID).Version != version {
		t.Error("a refused reading is a change")
	}
	for _, reason := range []string{"äbc", strings.Repeat("木", 256)} {
		t.Run(reason, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Unmask(h.As(h.Operator), m.ID, reason)
			testkit.Must(t, err)
		})
	}
}

// Each reading is in the audit trail, with who and why and without what was read,
// before it is answered; when it cannot be written there, nothing is shown.
func TestUnmaskingIsRecordedFirst(t *testing.T) {
	t.Parallel()
	s, spying := testkit.Spied()
	h := testkit.Open(t, spying)
	m := h.Create(h.Cove, testkit.Harbor)
	h.AllowUnmask(h.Operator, h.Cove.ID, "true")
	before := h.Record(m.ID)
	for range 2 {
		_, err := h.Unmask(h.As(h.Cove), m.ID, "  tax forms 2026 ")
		testkit.Must(t, err)
		event := h.Last(m.ID)
		if event.Type != "customer.unmasked" || event.Reason != "tax forms 2026" || event.Actor.String() != h.Cove.ID ||
			event.Credential != h.KeyID(event.Actor.String(), 1) || event.Changes != nil || event.At != h.Clock.Now() {
			t.Errorf("the event is %+v", event)
		}
	}
	after := h.Record(m.ID)
	if len(after.Outbox) != len(before.Outbox)+2 || after.LastUpdated != before.LastUpdated {
		t.Errorf("%d events became %d", len(before.Outbox), len(after.Outbox))
	}
	testkit.Conceals(t, "the store", h.AtRest(m.ID), testkit.UnmaskedValues...)
	caller := h.As(h.Cove)
	s.Trap("Replace", testkit.Crash)
	view, err := h.Unmask(caller, m.ID, "tax forms")
	testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	shown, err := json.Marshal(view)
	testkit.Must(t, err)
	testkit.Conceals(t, "an unrecorded reading", shown, append(testkit.UnmaskedValues, m.ID)...)
}

// The scope is needed beside the policy, and others' customers are hidden.
func TestUnmaskingOfOthersIsHidden(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	victim, sibling := h.Create(h.Cove, testkit.Harbor), h.MerchantOf(h.Cove)
	for _, p := range []testkit.Party{h.Rival, sibling, victim} {
		h.AllowUnmask(h.Operator, p.ID, "true")
	}
	operations := []testkit.Operation{{Name: "unmasked", Try: func(c tenancy.Caller, id string) error { return testkit.ErrorOf(h.Unmask(c, id, "curious")) }}}
	h.Hidden(victim, operations, h.Rival, sibling)
	h.Lacking(victim, "unmask", operations)
	h.SetStatus(h.Operator, victim.ID, customers.StatusLocked)
	h.AllowUnmask(h.Operator, h.Cove.ID, "true")
	_, err := h.Unmask(h.As(h.Cove), victim.ID, "while it is locked")
	testkit.Refused(t, err, fault.Forbidden, fault.CodeCustomerLocked)
}
