package customers_test

import (
	"reflect"
	"testing"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// An unverified customer changes its names, address and business name; the empty
// text unsets what may be absent, and what is not sent stays.
func TestUnverifiedCustomersChange(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.enrol(unverified(func(in *customers.EnrolmentInput) { in.BusinessName = patch.Of("Jane Inc") })).id
	c := h.amends(id, func(in *customers.AmendInput) { in.FirstName = patch.Of("Zoë") })
	if c.Name != "Zoë Merchant" || c.Contact.LastName != "Merchant" || c.LegalEntity.BusinessName != "Jane Inc" || c.Stage() != customers.StageUnverified {
		t.Errorf("renamed to %+v", c)
	}
	if c := h.amends(id, func(in *customers.AmendInput) { in.BusinessName = patch.Of("") }); c.LegalEntity.BusinessName != "" {
		t.Errorf("the business is %q", c.LegalEntity.BusinessName)
	}
	if c := h.amends(id, func(in *customers.AmendInput) { in.Email = patch.Of("zoe@b.example") }); c.Email != "zoe@b.example" {
		t.Errorf("the address is %s", c.Email)
	}
	before := h.record(id)
	h.amends(id, func(*customers.AmendInput) {})
	h.amends(id, func(in *customers.AmendInput) { in.Type, in.FirstName = patch.Of("unverified"), patch.Of("Zoë") })
	if h.record(id) != before {
		t.Error("no change was written")
	}
	_, err := h.amend(h.cove, id, func(in *customers.AmendInput) { in.FirstName, in.Email = patch.Of(""), patch.Of("x") })
	faulty(t, err, map[string]fault.Detail{"contact.firstName": fault.Missing, "email": fault.BadFormat})
	_, err = h.amend(h.cove, id, func(in *customers.AmendInput) { in.Type = patch.Of("receiveOnly") })
	faulty(t, err, map[string]fault.Detail{"type": fault.NotAllowed})
}

// Of a customer that is verified only how to reach it changes; the rest is read-only,
// unless it is sent as it is.
func TestVerifiedCustomersKeepTheirIdentity(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.enrol(personal()).id
	review := h.record(id).Identity.ReviewID
	c := h.amends(id, func(in *customers.AmendInput) {
		in.EnrolmentInput = personal().EnrolmentInput // equal, but for these
		in.Phone, in.City, in.IPAddress = patch.Of("5550001111"), patch.Of("Boise"), hidden("10.0.0.1")
	})
	if c.Contact.Phone != "5550001111" || c.Address.City != "Boise" || c.Address.Street2 != "Fl 8" || c.Stage() != customers.StageVerified || c.Identity.ReviewID != review {
		t.Errorf("changed to %+v", c)
	}
	before := h.record(id)
	_, err := h.amend(h.cove, id, func(in *customers.AmendInput) {
		in.FirstName, in.SSN, in.DateOfBirth, in.Type, in.Phone = patch.Of("Zoë"), hidden("4321"), hidden("1971-07-11"), patch.Of("business"), patch.Of("5550002222")
	})
	faulty(t, err, map[string]fault.Detail{
		"contact.firstName": fault.Immutable, "legalEntity.personalTaxId": fault.Immutable, "contact.dateOfBirth": fault.Immutable, "type": fault.Immutable,
	})
	if h.record(id) != before {
		t.Error("something was written")
	}
	firm := h.enrol(company(mailed("firm@b.example"))).id
	c = h.amends(firm, func(in *customers.AmendInput) {
		in.EnrolmentInput = company(mailed("firm2@b.example")).EnrolmentInput
		in.DoingBusinessAs, in.Website = patch.Of("Joan's"), patch.Of("")
	})
	if c.Merchant.BusinessName != "Joan's" || c.Merchant.BusinessURL != "" || c.Email != "firm2@b.example" {
		t.Errorf("changed to %+v", c.Merchant)
	}
	_, err = h.amend(h.cove, firm, func(in *customers.AmendInput) {
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
	h := open(t)
	id := h.enrol(unverified()).id
	_, err := h.amend(h.cove, id, func(in *customers.AmendInput) { in.Type, in.City = patch.Of("personal"), patch.Of("Boise") })
	faulty(t, err, map[string]fault.Detail{
		"address.street1": fault.Missing, "address.state": fault.Missing, "address.postalCode": fault.Missing,
		"contact.dateOfBirth": fault.Missing, "legalEntity.personalTaxId": fault.Missing,
	})
	h.is(id, customers.StageUnverified)
	c := h.amends(id, func(in *customers.AmendInput) { in.EnrolmentInput = personal(called("document")).EnrolmentInput })
	if c.Type != customers.TypePersonal || c.Stage() != customers.StageDocument {
		t.Errorf("upgraded to %+v", c)
	}
	firm := h.enrol(unverified(mailed("firm@b.example"))).id
	h.amends(firm, func(in *customers.AmendInput) { in.EnrolmentInput = company(mailed("firm@b.example")).EnrolmentInput })
	h.is(firm, customers.StageVerified)
	// One of another face holds its address alone from then on.
	native := h.create(h.cove, `{"name":"Nat Ive","email":"native@b.example","planKey":"payer"}`).id
	h.is(native, customers.StageUnverified)
	h.amends(native, func(in *customers.AmendInput) {
		in.EnrolmentInput = personal(mailed("native@b.example")).EnrolmentInput
	})
	h.is(native, customers.StageVerified)
	_, err = h.svc.Enrol(t.Context(), h.as(h.cove), unverified(mailed("native@b.example")))
	refused(t, err, fault.Conflict, fault.CodeConflict)
}

// The status changes by itself only: switched off and on again with the review as it
// was, and held until the operator lifts it.
func TestStatusesChange(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.enrol(personal()).id
	to := func(word string) func(*customers.AmendInput) {
		return func(in *customers.AmendInput) { in.Status = patch.Of(word) }
	}
	fails := func(change func(*customers.AmendInput)) {
		t.Helper()
		before := h.record(id)
		_, err := h.amend(h.cove, id, change)
		inState(t, err)
		if h.record(id) != before {
			t.Error("something was written")
		}
	}
	renamed := func(in *customers.AmendInput) { in.Phone = patch.Of("5550001111") }
	fails(to("reactivated"))
	for word, detail := range map[string]fault.Detail{"verified": fault.BadValue, "": fault.BadValue} {
		_, err := h.amend(h.cove, id, to(word))
		faulty(t, err, map[string]fault.Detail{"status": detail})
	}
	_, err := h.amend(h.cove, id, func(in *customers.AmendInput) { to("deactivated")(in); renamed(in) })
	faulty(t, err, map[string]fault.Detail{"status": fault.BadValue})
	h.amends(id, to("deactivated"))
	h.is(id, customers.StageDeactivated)
	fails(to("deactivated"))
	fails(renamed)
	h.amends(id, to("reactivated"))
	h.is(id, customers.StageVerified)
	h.amends(id, to("suspended"))
	h.is(id, customers.StageSuspended)
	for _, word := range []string{"deactivated", "reactivated", "suspended"} {
		fails(to(word))
	}
	fails(renamed)
	if c, err := h.amend(h.operator, id, to("reactivated")); err != nil || c.Stage() != customers.StageVerified {
		t.Errorf("the operator lifts it: %v", err)
	}
	refusedBy := h.enrol(personal(called("suspended"), mailed("bad@b.example"))).id
	h.is(refusedBy, customers.StageSuspended)
	_, err = h.amend(h.cove, refusedBy, to("deactivated"))
	inState(t, err)
}

// The words of the sandbox lead to every stage.
func TestTheSandboxLeadsToEveryStage(t *testing.T) {
	t.Parallel()
	h := open(t)
	boss := func(first string) customers.EnrolInput {
		c := controller()
		c.FirstName = patch.Of(first)
		return company(func(in *customers.EnrolmentInput) { in.Controller = patch.Of(c) })
	}
	trade := func(name string) customers.EnrolInput {
		return company(func(in *customers.EnrolmentInput) { in.BusinessName = patch.Of(name) })
	}
	for i, row := range []struct {
		in    customers.EnrolInput
		stage customers.Stage
	}{
		{personal(called("verified")), customers.StageVerified}, {personal(called("retry")), customers.StageRetry}, {personal(called("KBA")), customers.StageKBA},
		{personal(called("document")), customers.StageDocument}, {personal(called("suspended")), customers.StageSuspended},
		{trade("retry"), customers.StageRetry}, {trade("document"), customers.StageDocument}, {company(called("retry")), customers.StageVerified},
		{boss("retry"), customers.StageRetry}, {boss("document"), customers.StageDocument}, {boss("suspended"), customers.StageSuspended},
		{boss("kba"), customers.StageVerified}, {unverified(called("retry")), customers.StageUnverified},
	} {
		row.in.Email = patch.Of(string(rune('a'+i)) + "@b.example")
		h.is(h.enrol(row.in).id, row.stage)
	}
}

// Two changes of one moment are told of apart: what was done, then what the review
// said of it.
func TestEnrolmentsTellWhatHappened(t *testing.T) {
	t.Parallel()
	h := open(t)
	types := func(id string) (list []string) {
		for _, event := range h.record(id).Outbox {
			list = append(list, event.Type)
		}
		return list
	}
	plain := h.enrol(unverified()).id
	id := h.enrol(personal(called("retry"), mailed("retry@b.example"))).id
	h.amends(plain, func(in *customers.AmendInput) { in.EnrolmentInput = personal().EnrolmentInput })
	h.amends(plain, func(in *customers.AmendInput) { in.Status = patch.Of("deactivated") })
	if got, want := types(plain), []string{"customer.created", "customer.updated", "identity.reviewed", "customer.status_changed"}; !reflect.DeepEqual(got, want) {
		t.Errorf("the events are %v", got)
	}
	events := h.record(id).Outbox
	if len(events) != 2 || events[0].Type != "customer.created" || events[1].Type != "identity.reviewed" || events[0].ID.String() >= events[1].ID.String() {
		t.Fatalf("the events are %+v", events)
	}
	for i, want := range []string{"none", "retry"} {
		shown := asMap(t, events[i].Resource)
		if got := shown["identity"].(map[string]any)["status"]; got != want || shown["type"] != "personal" || shown["status"] != "active" {
			t.Errorf("event %d shows %v", i, shown)
		}
	}
	if string(events[1].Changes) != `{"identity":{"status":"retry"}}` || string(events[1].Previous) != `{"identity":{"status":"none"}}` {
		t.Errorf("the second event changes %s to %s", events[1].Previous, events[1].Changes)
	}
}
