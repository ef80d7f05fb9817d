package customers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// A review that waits for a person is decided from above, once; the record keeps
// who, when and why.
func TestAReviewIsDecidedFromAbove(t *testing.T) {
	t.Parallel()
	h := open(t, manual)
	for i, status := range []string{"verified", "rejected"} {
		m, sibling := h.create(h.cove, llc("Mira")), h.merchantOf(h.cove)
		if got := h.identity(m, ""); got.Status != "review" || got.Decisions[0].Provider != "manual" {
			t.Fatalf("the manual provider: %+v", got)
		}
		review := h.identity(m, "").ReviewID
		_, err := h.decide(m, "", status, "I am who I am")
		refused(t, err, fault.Forbidden, fault.CodeAccess)
		_, err = h.decide(m, m.id, status, "I am who I am")
		refused(t, err, fault.Forbidden, fault.CodeAccess)
		for _, stranger := range []party{sibling, h.rival} {
			_, err = h.decide(stranger, m.id, status, "because")
			refused(t, err, fault.NotFound, fault.CodeNotFound)
		}
		_, err = h.decide(h.mint(h.cove, 0, "read", "customers:write", "banks:write", "keys:write", "unmask"), m.id, status, "because")
		refused(t, err, fault.Forbidden, fault.CodeScope)
		h.clock.Advance(time.Hour)
		by := []party{h.cove, h.operator}[i]
		got, err := h.decide(by, m.id, status, "papers seen")
		must(t, err)
		last := got.Decisions[len(got.Decisions)-1]
		if string(got.Status) != status || got.ReviewID != review || got.Reason != "papers seen" || len(got.Decisions) != 2 ||
			last.ActorID != by.id || last.Reason != "papers seen" || string(last.Status) != status || last.Provider != "" ||
			time.Time(last.At) != h.clock.Now() || last.ReviewID != review {
			t.Errorf("decided as %+v", got)
		}
		event := h.last(m.id)
		if event.Type != "identity.decided" || event.Actor.String() != by.id || event.Reason != "papers seen" || event.Credential != "key_1" {
			t.Errorf("the event is %+v", event)
		}
		before := h.record(m.id)
		for _, again := range []string{"verified", "rejected"} {
			_, err = h.decide(h.cove, m.id, again, "changed my mind")
			refused(t, err, fault.Conflict, fault.CodeIdentityNotDecidable)
		}
		if h.record(m.id) != before {
			t.Error("a refused decision changed something")
		}
	}
}

// Only what the provider left open is decidable, and only as verified or rejected.
func TestOnlyOpenReviewsAreDecidable(t *testing.T) {
	t.Parallel()
	j, judging := judged()
	h := open(t, judging)
	for status, open := range map[customers.IdentityStatus]bool{
		customers.IdentityReview: true, customers.IdentityRetry: true, customers.IdentityDocument: true,
		customers.IdentityPending: false, customers.IdentityVerified: false, customers.IdentityRejected: false,
	} {
		j.always(status)
		m := h.create(h.cove, llc("Mira"))
		_, err := h.decide(h.cove, m.id, "rejected", "because")
		if open {
			must(t, err)
			continue
		}
		refused(t, err, fault.Conflict, fault.CodeIdentityNotDecidable)
	}
	none := h.merchantOf(h.cove)
	_, err := h.decide(h.cove, none.id, "verified", "because")
	refused(t, err, fault.Conflict, fault.CodeIdentityNotDecidable)
	j.always(customers.IdentityReview)
	m := h.create(h.cove, llc("Mira"))
	for _, row := range []struct {
		body, field string
		detail      fault.Detail
	}{
		{`{}`, "status", fault.Missing}, {`{"status":null}`, "status", fault.Missing}, {`{"status":"review"}`, "status", fault.BadValue},
		{`{"status":"none"}`, "status", fault.BadValue}, {`{"status":"verified","reason":""}`, "reason", fault.TooShort},
		{`{"status":"verified","reason":"` + strings.Repeat("木", 513) + `"}`, "reason", fault.TooLong},
	} {
		_, err := h.svc.DecideIdentity(t.Context(), h.as(h.cove), m.id, input[customers.DecisionInput](t, row.body))
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] != row.detail {
			t.Errorf("%s: faults are %v", row.body, got)
		}
	}
	_, err = h.decide(h.cove, m.id, "verified", strings.Repeat("木", 512))
	must(t, err)
}

// Running a review again is the platform's, and gives it a new id.
func TestRefreshRunsANewReview(t *testing.T) {
	t.Parallel()
	j, judging := judged()
	h := open(t, judging)
	m := h.create(h.cove, llc("Mira"))
	first := h.identity(m, "")
	_, err := h.svc.RefreshIdentity(t.Context(), h.as(m), "")
	refused(t, err, fault.Forbidden, fault.CodeAccess)
	_, err = h.svc.RefreshIdentity(t.Context(), h.as(h.rival), m.id)
	refused(t, err, fault.NotFound, fault.CodeNotFound)
	h.clock.Advance(time.Hour)
	j.always(customers.IdentityVerified)
	again, err := h.svc.RefreshIdentity(t.Context(), h.as(h.cove), m.id)
	must(t, err)
	if again.ReviewID == first.ReviewID || again.Status != "verified" || time.Time(*again.Started) != h.clock.Now() || len(again.Decisions) != 2 ||
		!strings.HasPrefix(again.Decisions[1].Reason, "refresh") {
		t.Errorf("refreshed to %+v", again)
	}
	h.setStatus(h.cove, m.id, customers.StatusDisabled)
	_, err = h.svc.RefreshIdentity(t.Context(), h.as(h.cove), m.id)
	refused(t, err, fault.Forbidden, fault.CodeCustomerDisabled)
}

// A rejected customer does not lift its rejection: not by changing its data, not
// by taking it away and giving it back. Somebody above does.
func TestARejectionIsLiftedFromAbove(t *testing.T) {
	t.Parallel()
	j, judging := judged()
	h := open(t, judging)
	m := h.create(h.cove, llc("Mira"))
	_, err := h.decide(h.cove, m.id, "rejected", "forged papers")
	must(t, err)
	j.always(customers.IdentityVerified)
	for _, body := range []string{`{"name":"Renamed"}`, `{"legalEntity":null}`, llcEntity("Ada")} {
		_, err := h.update(m, "", body)
		must(t, err)
		if got := h.identity(m, ""); got.Status != "rejected" || got.Reason != "forged papers" {
			t.Errorf("after %s it is %s", body, got.Status)
		}
	}
	_, err = h.update(h.cove, m.id, `{"name":"Corrected by the platform"}`)
	must(t, err)
	if got := h.identity(m, ""); got.Status != "verified" {
		t.Errorf("after a correction from above it is %s", got.Status)
	}
	j.always(customers.IdentityRejected)
	_, err = h.svc.RefreshIdentity(t.Context(), h.as(h.cove), m.id)
	must(t, err)
	j.always(customers.IdentityVerified)
	again, err := h.svc.RefreshIdentity(t.Context(), h.as(h.operator), m.id)
	must(t, err)
	if again.Status != "verified" {
		t.Errorf("after a review from above it is %s", again.Status)
	}
}

// The record keeps the newest 20 judgements.
func TestDecisionsAreBounded(t *testing.T) {
	t.Parallel()
	j, judging := judged()
	h := open(t, judging)
	m := h.create(h.cove, llc("Mira"))
	for i := range 30 {
		j.say(func(customers.IdentitySubject) (customers.Verdict, error) {
			return customers.Verdict{Status: customers.IdentityReview, Reason: fmt.Sprint("number ", i)}, nil
		})
		_, err := h.svc.RefreshIdentity(t.Context(), h.as(h.cove), m.id)
		must(t, err)
	}
	got := h.identity(m, "").Decisions
	if len(got) != 20 || got[19].Reason != "refresh: number 29" || got[0].Reason != "refresh: number 10" {
		t.Errorf("%d judgements, from %q to %q", len(got), got[0].Reason, got[len(got)-1].Reason)
	}
}

// Reviews of others are hidden.
func TestReviewsOfOthersAreHidden(t *testing.T) {
	t.Parallel()
	h := open(t, manual)
	victim, sibling := h.create(h.cove, llc("Mira")), h.merchantOf(h.cove)
	h.hidden(victim, []operation{
		{"read", func(c tenancy.Caller, id string) error { return errorOf(h.svc.Identity(t.Context(), c, id)) }},
		{"decide", func(c tenancy.Caller, id string) error {
			return errorOf(h.svc.DecideIdentity(t.Context(), c, id, customers.DecisionInput{Status: patch.Of("verified")}))
		}},
		{"refresh", func(c tenancy.Caller, id string) error { return errorOf(h.svc.RefreshIdentity(t.Context(), c, id)) }},
	}, h.rival, sibling, h.merchantOf(h.rival))
}
