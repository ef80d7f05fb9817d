package rules_test

import (
	"reflect"
	"testing"

	"tenantry/customers"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/dialect/dwolla/status"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// An unverified customer changes its names, address and business name; the empty
// text unsets what may be absent, and what is not sent stays.
func TestUnverifiedCustomersChange(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	id := enroll(h, unverified(func(in *rules.CustomerInput) { in.BusinessName = patch.Of("Jane Inc") })).ID
	c := amends(h, id, func(in *rules.UpdateInput) { in.FirstName = patch.Of("Zoë") })
	if c.Name != "Zoë Merchant" || c.Contact.LastName != "Merchant" || c.LegalEntity.BusinessName != "Jane Inc" || status.Of(c) != status.Unverified {
		t.Errorf("renamed to %+v", c)
	}
	if c := amends(h, id, func(in *rules.UpdateInput) { in.BusinessName = patch.Of("") }); c.LegalEntity.BusinessName != "" {
		t.Errorf("the business is %q", c.LegalEntity.BusinessName)
	}
	if c := amends(h, id, func(in *rules.UpdateInput) { in.Email = patch.Of("zoe@b.example") }); c.Email != "zoe@b.example" {
		t.Errorf("the address is %s", c.Email)
	}
	before := h.Record(id)
	amends(h, id, func(*rules.UpdateInput) {})
	amends(h, id, func(in *rules.UpdateInput) { in.Type, in.FirstName = patch.Of("unverified"), patch.Of("Zoë") })
	if !h.Stands(before) {
		t.Error("no change was written")
	}
	_, err := amend(h, h.Cove, id, func(in *rules.UpdateInput) { in.FirstName, in.Email = patch.Of(""), patch.Of("x") })
	faulty(t, err, map[string]fault.Detail{"contact.firstName": fault.Missing, "email": fault.BadFormat})
	_, err = amend(h, h.Cove, id, func(in *rules.UpdateInput) { in.Type = patch.Of("receiveOnly") })
	faulty(t, err, map[string]fault.Detail{"type": fault.NotAllowed})
}

// Of a customer that is verified only how to reach it changes; the rest is read-only,
// unless it is sent as it is.
func TestVerifiedCustomersKeepTheirIdentity(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	id := enroll(h, personal()).ID
	review := h.Record(id).Identity.ReviewID
	c := amends(h, id, func(in *rules.UpdateInput) {
		in.CustomerInput = personal().CustomerInput // equal, but for these
		in.Phone, in.City, in.IPAddress = patch.Of("5550001111"), patch.Of("Boise"), hidden("10.0.0.1")
	})
	if c.Contact.Phone != "5550001111" || c.Address.City != "Boise" || c.Address.Street2 != "Fl 8" || status.Of(c) != status.Verified || c.Identity.ReviewID != review {
		t.Errorf("changed to %+v", c)
	}
	before := h.Record(id)
	_, err := amend(h, h.Cove, id, func(in *rules.UpdateInput) {
		in.FirstName, in.SSN, in.DateOfBirth, in.Type, in.Phone = patch.Of("Zoë"), hidden("4321"), hidden("1971-07-11"), patch.Of("business"), patch.Of("5550002222")
	})
	faulty(t, err, map[string]fault.Detail{
		"contact.firstName": fault.Immutable, "legalEntity.personalTaxId": fault.Immutable, "contact.dateOfBirth": fault.Immutable, "type": fault.Immutable,
	})
	if !h.Stands(before) {
		t.Error("something was written")
	}
	firm := enroll(h, company(mailed("firm@b.example"))).ID
	c = amends(h, firm, func(in *rules.UpdateInput) {
		in.CustomerInput = company(mailed("firm2@b.example")).CustomerInput
		in.DoingBusinessAs, in.Website = patch.Of("Joan's"), patch.Of("")
	})
	if c.Merchant.BusinessName != "Joan's" || c.Merchant.BusinessURL != "" || c.Email != "firm2@b.example" {
		t.Errorf("changed to %+v", c.Merchant)
	}
	_, err = amend(h, h.Cove, firm, func(in *rules.UpdateInput) {
		other := controller()
		other.Title = patch.Of("CFO")
		in.Controller, in.BusinessName = patch.Of(other), patch.Of("Else")
	})
	faulty(t, err, map[string]fault.Detail{"controller": fault.Immutable, "legalEntity.businessName": fault.Immutable})
}

// An unverified customer becomes a person or a business with all that is required,
// and is reviewed then.
func TestUnverifiedCustomersAreUpgraded(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	id := enroll(h, unverified()).ID
	_, err := amend(h, h.Cove, id, func(in *rules.UpdateInput) { in.Type, in.City = patch.Of("personal"), patch.Of("Boise") })
	faulty(t, err, map[string]fault.Detail{
		"address.street1": fault.Missing, "address.state": fault.Missing, "address.postalCode": fault.Missing,
		"contact.dateOfBirth": fault.Missing, "legalEntity.personalTaxId": fault.Missing,
	})
	hasStatus(h, id, status.Unverified)
	c := amends(h, id, func(in *rules.UpdateInput) {
		in.CustomerInput = personal(called("document")).CustomerInput
	})
	if c.EnrollmentType != customers.EnrollmentPersonal || status.Of(c) != status.Document {
		t.Errorf("upgraded to %+v", c)
	}
	firm := enroll(h, unverified(mailed("firm@b.example"))).ID
	amends(h, firm, func(in *rules.UpdateInput) {
		in.CustomerInput = company(mailed("firm@b.example")).CustomerInput
	})
	hasStatus(h, firm, status.Verified)
	// One of another dialect holds its address alone from then on.
	native := h.Create(h.Cove, `{"name":"Nat Ive","email":"native@b.example","planKey":"payer"}`).ID
	hasStatus(h, native, status.Unverified)
	amends(h, native, func(in *rules.UpdateInput) {
		in.CustomerInput = personal(mailed("native@b.example")).CustomerInput
	})
	hasStatus(h, native, status.Verified)
	_, err = h.Svc.Dwolla.Create(t.Context(), h.As(h.Cove), unverified(mailed("native@b.example")))
	testkit.Refused(t, err, fault.Conflict, fault.CodeConflict)
}

// The status changes by itself only: switched off and on again with the review as it
// was, and held until the operator lifts it.
func TestStatusesChange(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	id := enroll(h, personal()).ID
	to := func(word string) func(*rules.UpdateInput) {
		return func(in *rules.UpdateInput) { in.Status = patch.Of(word) }
	}
	fails := func(change func(*rules.UpdateInput)) {
		t.Helper()
		before := h.Record(id)
		_, err := amend(h, h.Cove, id, change)
		inState(t, err)
		if !h.Stands(before) {
			t.Error("something was written")
		}
	}
	renamed := func(in *rules.UpdateInput) { in.Phone = patch.Of("5550001111") }
	fails(to("reactivated"))
	for word, detail := range map[string]fault.Detail{"verified": fault.BadValue, "": fault.BadValue} {
		t.Run(word, func(t *testing.T) {
			h := h.In(t)
			_, err := amend(h, h.Cove, id, to(word))
			faulty(t, err, map[string]fault.Detail{"status": detail})
		})
	}
	_, err := amend(h, h.Cove, id, func(in *rules.UpdateInput) { to("deactivated")(in); renamed(in) })
	faulty(t, err, map[string]fault.Detail{"status": fault.BadValue})
	amends(h, id, to("deactivated"))
	hasStatus(h, id, status.Deactivated)
	fails(to("deactivated"))
	fails(renamed)
	amends(h, id, to("reactivated"))
	hasStatus(h, id, status.Verified)
	amends(h, id, to("suspended"))
	hasStatus(h, id, status.Suspended)
	for _, word := range []string{"deactivated", "reactivated", "suspended"} {
		fails(to(word))
	}
	fails(renamed)
	if c, err := amend(h, h.Operator, id, to("reactivated")); err != nil || status.Of(c) != status.Verified {
		t.Errorf("the operator lifts it: %v", err)
	}
	refusedBy := enroll(h, personal(called("suspended"), mailed("bad@b.example"))).ID
	hasStatus(h, refusedBy, status.Suspended)
	_, err = amend(h, h.Cove, refusedBy, to("deactivated"))
	inState(t, err)
}

// The words of the sandbox lead to every status.
func TestTheSandboxLeadsToEveryStatus(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	boss := func(first string) rules.CreateInput {
		c := controller()
		c.FirstName = patch.Of(first)
		return company(func(in *rules.CustomerInput) { in.Controller = patch.Of(c) })
	}
	trade := func(name string) rules.CreateInput {
		return company(func(in *rules.CustomerInput) { in.BusinessName = patch.Of(name) })
	}
	for i, row := range []struct {
		in   rules.CreateInput
		want status.Status
	}{
		{personal(called("verified")), status.Verified}, {personal(called("retry")), status.Retry}, {personal(called("KBA")), status.KBA},
		{personal(called("document")), status.Document}, {personal(called("suspended")), status.Suspended},
		{trade("retry"), status.Retry}, {trade("document"), status.Document}, {company(called("retry")), status.Verified},
		{boss("retry"), status.Retry}, {boss("document"), status.Document}, {boss("suspended"), status.Suspended},
		{boss("kba"), status.Verified}, {unverified(called("retry")), status.Unverified},
	} {
		row.in.Email = patch.Of(string(rune('a'+i)) + "@b.example")
		hasStatus(h, enroll(h, row.in).ID, row.want)
	}
}

// Two changes of one moment are told of apart: what was done, then what the review
// said of it.
func TestEnrollmentsTellWhatHappened(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	types := func(id string) (list []string) {
		for _, event := range h.Record(id).Outbox {
			list = append(list, event.Type)
		}
		return list
	}
	plain := enroll(h, unverified()).ID
	id := enroll(h, personal(called("retry"), mailed("retry@b.example"))).ID
	amends(h, plain, func(in *rules.UpdateInput) { in.CustomerInput = personal().CustomerInput })
	amends(h, plain, func(in *rules.UpdateInput) { in.Status = patch.Of("deactivated") })
	if got, want := types(plain), []string{"customer.created", "customer.updated", "identity.reviewed", "customer.status_changed", "customer.plan_status_changed"}; !reflect.DeepEqual(got, want) {
		t.Errorf("the events are %v", got)
	}
	events := h.Record(id).Outbox
	if len(events) != 2 || events[0].Type != "customer.created" || events[1].Type != "identity.reviewed" || events[0].ID.String() >= events[1].ID.String() {
		t.Fatalf("the events are %+v", events)
	}
	for i, want := range []string{"none", "retry"} {
		t.Run(want, func(t *testing.T) {
			shown := testkit.AsMap(t, events[i].Resource)
			if got := shown["identity"].(map[string]any)["status"]; got != want || shown["type"] != "personal" || shown["status"] != "active" {
				t.Errorf("event %d shows %v", i, shown)
			}
		})
	}
	if string(events[1].Changes) != `{"identity":{"status":"retry"}}` || string(events[1].Previous) != `{"identity":{"status":"none"}}` {
		t.Errorf("the second event changes %s to %s", events[1].Previous, events[1].Changes)
	}
}
