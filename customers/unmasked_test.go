package customers_test

import (
	"encoding/json"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// unmaskedValues are the values of harbor that only an unmasked answer shows.
var unmaskedValues = []string{"000123456789", "000765432", "000001234", "000005678"}

func (h *house) allowUnmask(by party, id string, allowed string) {
	h.t.Helper()
	_, err := h.update(by, id, `{"settings":{"customers":{"allowDataUnmask":`+allowed+`}}}`)
	must(h.t, err)
}

func (h *house) unmask(by tenancy.Caller, id, reason string) (customers.View, error) {
	h.t.Helper()
	return h.svc.Unmasked(h.t.Context(), by, customers.UnmaskInput{CustomerID: id, Reason: reason})
}

// Sensitive fields are shown in full once the policy was handed down, and only then.
func TestUnmaskingNeedsThePolicy(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.create(h.cove, harbor)
	_, err := h.unmask(h.as(h.cove), m.id, "tax forms")
	refused(t, err, fault.Forbidden, fault.CodePolicy)
	if got := h.last(m.id).Type; got != "customer.created" {
		t.Errorf("a refused reading left %s", got)
	}
	h.allowUnmask(h.operator, h.cove.id, "true")
	view, err := h.unmask(h.as(h.cove), m.id, "tax forms")
	must(t, err)
	shown, err := json.Marshal(view)
	must(t, err)
	for _, value := range unmaskedValues {
		if !strings.Contains(string(shown), value) {
			t.Errorf("%s is not shown", value)
		}
	}
	if view.LegalEntity.BusinessTaxID != "000765432" || view.LegalEntity.PersonalTaxID != "000001234" ||
		view.LegalEntity.AdditionalOwners[0].PersonalTaxID != "000005678" || view.DefaultBank.AccountNumber != "000123456789" {
		t.Errorf("the values stand elsewhere: %s", shown)
	}
	conceals(t, "the answer", shown, m.keys.Secret.Reveal(), "$2a$", "correct-horse")
	masked, err := json.Marshal(h.view(h.cove, m.id))
	must(t, err)
	conceals(t, "an ordinary answer", masked, unmaskedValues...)
	h.allowUnmask(h.operator, h.cove.id, "null")
	_, err = h.unmask(h.as(h.cove), m.id, "tax forms")
	refused(t, err, fault.Forbidden, fault.CodePolicy)
	_, err = h.unmask(h.as(h.operator), m.id, "tax forms")
	must(t, err)
}

// region is a platform below a platform, with data of its own.
const region = `{"name":"Region","email":"r@example.com","planKey":"platform","legalEntity":{"entityType":"LLC","businessTaxId":"000765432"}}`

// The policy counts when an account and everyone above it hold it: acting for a
// customer that holds it, or being above one, is not enough; taking it from a
// platform takes it from all below, also through keys minted there; and nobody
// gives it to itself.
func TestThePolicyIsLentToNobody(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.create(h.cove, region)
	h.allowUnmask(h.operator, m.id, "true")
	for _, caller := range []tenancy.Caller{h.as(m), h.as(h.cove), h.as(h.cove, m.id)} {
		_, err := h.unmask(caller, m.id, "curious")
		refused(t, err, fault.Forbidden, fault.CodePolicy)
	}
	h.allowUnmask(h.operator, h.cove.id, "true")
	for _, caller := range []tenancy.Caller{h.as(m), h.as(h.cove), h.as(h.cove, m.id)} {
		_, err := h.unmask(caller, m.id, "tax forms")
		must(t, err)
	}
	h.allowUnmask(h.operator, h.cove.id, "false")
	minted, err := h.svc.MintKey(t.Context(), h.as(h.cove), m.id, input[customers.RestrictedKeyInput](t, `{"name":"n","scopes":["read","unmask"]}`))
	must(t, err)
	_, err = h.unmask(h.as(party{id: m.id, keys: pairOf(minted.Secret)}), m.id, "curious")
	refused(t, err, fault.Forbidden, fault.CodePolicy)
	_, err = h.update(m, "", `{"settings":{"customers":{"allowDataUnmask":true}}}`)
	refused(t, err, fault.Forbidden, fault.CodeAccess)
	_, err = h.update(h.rival, "", `{"defaultSettings":{"customers":{"allowDataUnmask":true}}}`)
	refused(t, err, fault.Invalid, fault.CodeValidation)
}

// A plan without the feature reads nothing in full, whatever the policy says.
func TestUnmaskingNeedsThePlan(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.allowUnmask(h.operator, h.cove.id, "true")
	m := h.create(h.cove, harbor)
	h.allowUnmask(h.operator, m.id, "true")
	_, err := h.unmask(h.as(m), "", "my own data")
	refused(t, err, fault.Forbidden, fault.CodePlan)
	_, err = h.unmask(h.as(h.cove), m.id, "tax forms")
	must(t, err)
}

// Defaults that are older than the loss of a policy do not hand it down.
func TestALostPolicyIsNotInherited(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.allowUnmask(h.operator, h.cove.id, "true")
	_, err := h.update(h.cove, "", `{"defaultSettings":{"customers":{"allowDataUnmask":true,"uniqueEmail":false}}}`)
	must(t, err)
	heir := h.create(h.cove, region)
	_, err = h.unmask(h.as(heir), "", "my own data")
	must(t, err)
	h.allowUnmask(h.operator, h.cove.id, "false")
	late := h.create(h.cove, region)
	if got := at(h.view(late, ""), "settings.customers.allowDataUnmask"); got == true {
		t.Error("the lost policy was handed down")
	}
	if got := at(h.view(late, ""), "settings.customers.uniqueEmail"); got != false {
		t.Errorf("what the parent may still hand down became %v", got)
	}
}

// A reason of 3 to 256 characters is required.
func TestUnmaskingNeedsAReason(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.create(h.cove, harbor)
	version := h.record(m.id).Version
	for reason, detail := range map[string]fault.Detail{
		"": fault.Missing, "   \n": fault.Missing, " ab ": fault.TooShort, "äb": fault.TooShort,
		strings.Repeat("木", 257): fault.TooLong, "be\x00cause": fault.BadValue, "be\xffcause": fault.BadValue,
	} {
		_, err := h.unmask(h.as(h.operator), m.id, reason)
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["reason"] != detail {
			t.Errorf("%q: faults are %v", reason, got)
		}
	}
	if h.record(m.id).Version != version {
		t.Error("a refused reading is a change")
	}
	for _, reason := range []string{"äbc", strings.Repeat("木", 256)} {
		_, err := h.unmask(h.as(h.operator), m.id, reason)
		must(t, err)
	}
}

// Each reading is in the audit trail, with who and why and without what was read,
// before it is answered; when it cannot be written there, nothing is shown.
func TestUnmaskingIsRecordedFirst(t *testing.T) {
	t.Parallel()
	s, spying := spied()
	h := open(t, spying)
	m := h.create(h.cove, harbor)
	h.allowUnmask(h.operator, h.cove.id, "true")
	before := h.record(m.id)
	for range 2 {
		_, err := h.unmask(h.as(h.cove), m.id, "  tax forms 2026 ")
		must(t, err)
		event := h.last(m.id)
		if event.Type != "customer.unmasked" || event.Reason != "tax forms 2026" || event.Actor.String() != h.cove.id ||
			event.Credential != "key_1" || event.Changes != nil || event.At != h.clock.Now() {
			t.Errorf("the event is %+v", event)
		}
	}
	after := h.record(m.id)
	if len(after.Outbox) != len(before.Outbox)+2 || after.LastUpdated != before.LastUpdated {
		t.Errorf("%d events became %d", len(before.Outbox), len(after.Outbox))
	}
	conceals(t, "the store", h.atRest(m.id), unmaskedValues...)
	caller := h.as(h.cove)
	s.trap("Replace", crash)
	view, err := h.unmask(caller, m.id, "tax forms")
	refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	shown, err := json.Marshal(view)
	must(t, err)
	conceals(t, "an unrecorded reading", shown, append(unmaskedValues, m.id)...)
}

// The scope is needed beside the policy, and others' customers are hidden.
func TestUnmaskingOfOthersIsHidden(t *testing.T) {
	t.Parallel()
	h := open(t)
	victim, sibling := h.create(h.cove, harbor), h.merchantOf(h.cove)
	for _, p := range []party{h.rival, sibling, victim} {
		h.allowUnmask(h.operator, p.id, "true")
	}
	operations := []operation{{"unmasked", func(c tenancy.Caller, id string) error { return errorOf(h.unmask(c, id, "curious")) }}}
	h.hidden(victim, operations, h.rival, sibling)
	h.lacking(victim, "unmask", operations)
	h.setStatus(h.operator, victim.id, customers.StatusLocked)
	h.allowUnmask(h.operator, h.cove.id, "true")
	_, err := h.unmask(h.as(h.cove), victim.id, "while it is locked")
	refused(t, err, fault.Forbidden, fault.CodeCustomerLocked)
}
