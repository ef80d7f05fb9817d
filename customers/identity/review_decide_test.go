package identity_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// A review that waits for a person is decided from above, once; the record keeps
// who, when and why.
func TestAReviewIsDecidedFromAbove(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, manual)
	for i, status := range []string{"verified", "rejected"} {
		t.Run(status, func(t *testing.T) {
			h := h.In(t)
			m, sibling := h.Create(h.Cove, testkit.Llc("Mira")), h.MerchantOf(h.Cove)
			if got := h.Identity(m, ""); got.Status != "review" || got.Decisions[0].Provider != "manual" {
				t.Fatalf("the manual provider: %+v", got)
			}
			review := h.Identity(m, "").ReviewID
			_, err := h.Decide(m, "", status, "I am who I am")
			testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
			_, err = h.Decide(m, m.ID, status, "I am who I am")
			testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
			for _, stranger := range []testkit.Party{sibling, h.Rival} {
				_, err = h.Decide(stranger, m.ID, status, "because")
				testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
			}
			_, err = h.Decide(h.Mint(h.Cove, 0, "read", "customers:write", "banks:write", "keys:write", "unmask"), m.ID, status, "because")
			testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
			h.Clock.Advance(time.Hour)
			by := []testkit.Party{h.Cove, h.Operator}[i]
			got, err := h.Decide(by, m.ID, status, "papers seen")
			testkit.Must(t, err)
			last := got.Decisions[len(got.Decisions)-1]
			if string(got.Status) != status || got.ReviewID != review || got.Reason != "papers seen" || len(got.Decisions) != 2 ||
				last.ActorID != by.ID || last.Reason != "papers seen" || string(last.Status) != status || last.Provider != "" ||
				time.Time(last.At) != h.Clock.Now() || last.ReviewID != review {
				t.Errorf("decided as %+v", got)
			}
			event := h.Last(m.ID)
			if event.Type != "identity.decided" || event.Actor.String() != by.ID || event.Reason != "papers seen" || event.Credential != h.KeyID(by.ID, 1) {
				t.Errorf("the event is %+v", event)
			}
			before := h.Record(m.ID)
			for _, again := range []string{"verified", "rejected"} {
				_, err = h.Decide(h.Cove, m.ID, again, "changed my mind")
				testkit.Refused(t, err, fault.Conflict, fault.CodeIdentityNotDecidable)
			}
			if !h.Stands(before) {
				t.Error("a refused decision changed something")
			}
		})
	}
}

// Only what the provider left open is decidable, and only as verified or rejected.
func TestOnlyOpenReviewsAreDecidable(t *testing.T) {
	t.Parallel()
	j, judging := testkit.Scripted()
	h := testkit.Open(t, judging)
	for status, open := range map[reviews.IdentityStatus]bool{
		reviews.IdentityReview: true, reviews.IdentityRetry: true, reviews.IdentityDocument: true,
		reviews.IdentityPending: false, reviews.IdentityVerified: false, reviews.IdentityRejected: false,
	} {
		t.Run(string(status), func(t *testing.T) {
			h := h.In(t)
			j.Always(status)
			m := h.Create(h.Cove, testkit.Llc("Mira"))
			_, err := h.Decide(h.Cove, m.ID, "rejected", "because")
			if open {
				testkit.Must(t, err)
				return
			}
			testkit.Refused(t, err, fault.Conflict, fault.CodeIdentityNotDecidable)
		})
	}
	none := h.MerchantOf(h.Cove)
	_, err := h.Decide(h.Cove, none.ID, "verified", "because")
	testkit.Refused(t, err, fault.Conflict, fault.CodeIdentityNotDecidable)
	j.Always(reviews.IdentityReview)
	m := h.Create(h.Cove, testkit.Llc("Mira"))
	for _, row := range []struct {
		body, field string
		detail      fault.Detail
	}{
		{`{}`, "status", fault.Missing}, {`{"status":null}`, "status", fault.Missing}, {`{"status":"review"}`, "status", fault.BadValue},
		{`{"status":"none"}`, "status", fault.BadValue}, {`{"status":"verified","reason":""}`, "reason", fault.TooShort},
		{`{"status":"verified","reason":"` + strings.Repeat("木", 513) + `"}`, "reason", fault.TooLong},
	} {
		t.Run(row.body, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Identity.DecideIdentity(t.Context(), h.As(h.Cove), m.ID, testkit.Input[identity.DecisionInput](t, row.body))
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] != row.detail {
				t.Errorf("%s: faults are %v", row.body, got)
			}
		})
	}
	_, err = h.Decide(h.Cove, m.ID, "verified", strings.Repeat("木", 512))
	testkit.Must(t, err)
}

// Running a review again is the platform's, and gives it a new id.
func TestRefreshRunsANewReview(t *testing.T) {
	t.Parallel()
	j, judging := testkit.Scripted()
	h := testkit.Open(t, judging)
	m := h.Create(h.Cove, testkit.Llc("Mira"))
	first := h.Identity(m, "")
	_, err := h.Svc.Identity.RefreshIdentity(t.Context(), h.As(m), "")
	testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
	_, err = h.Svc.Identity.RefreshIdentity(t.Context(), h.As(h.Rival), m.ID)
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	h.Clock.Advance(time.Hour)
	j.Always(reviews.IdentityVerified)
	again, err := h.Svc.Identity.RefreshIdentity(t.Context(), h.As(h.Cove), m.ID)
	testkit.Must(t, err)
	if again.ReviewID == first.ReviewID || again.Status != "verified" || time.Time(*again.Started) != h.Clock.Now() || len(again.Decisions) != 2 ||
		!strings.HasPrefix(again.Decisions[1].Reason, "refresh") {
		t.Errorf("refreshed to %+v", again)
	}
	h.SetStatus(h.Cove, m.ID, customers.StatusDisabled)
	_, err = h.Svc.Identity.RefreshIdentity(t.Context(), h.As(h.Cove), m.ID)
	testkit.Refused(t, err, fault.Forbidden, fault.CodeCustomerDisabled)
}

// A rejected customer does not lift its rejection: not by changing its data, not
// by taking it away and giving it back. Somebody above does.
func TestARejectionIsLiftedFromAbove(t *testing.T) {
	t.Parallel()
	j, judging := testkit.Scripted()
	h := testkit.Open(t, judging)
	m := h.Create(h.Cove, testkit.Llc("Mira"))
	_, err := h.Decide(h.Cove, m.ID, "rejected", "forged papers")
	testkit.Must(t, err)
	j.Always(reviews.IdentityVerified)
	for _, body := range []string{`{"name":"Renamed"}`, `{"legalEntity":null}`, llcEntity("Ada")} {
		t.Run(body, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Update(m, "", body)
			testkit.Must(t, err)
			if got := h.Identity(m, ""); got.Status != "rejected" || got.Reason != "forged papers" {
				t.Errorf("after %s it is %s", body, got.Status)
			}
		})
	}
	_, err = h.Update(h.Cove, m.ID, `{"legalEntity":{"businessName":"Corrected by the platform LLC"}}`)
	testkit.Must(t, err)
	if got := h.Identity(m, ""); got.Status != "verified" {
		t.Errorf("after a correction from above it is %s", got.Status)
	}
	j.Always(reviews.IdentityRejected)
	_, err = h.Svc.Identity.RefreshIdentity(t.Context(), h.As(h.Cove), m.ID)
	testkit.Must(t, err)
	j.Always(reviews.IdentityVerified)
	again, err := h.Svc.Identity.RefreshIdentity(t.Context(), h.As(h.Operator), m.ID)
	testkit.Must(t, err)
	if again.Status != "verified" {
		t.Errorf("after a review from above it is %s", again.Status)
	}
}

// The record keeps the newest 20 judgments.
func TestDecisionsAreBounded(t *testing.T) {
	t.Parallel()
	j, judging := testkit.Scripted()
	h := testkit.Open(t, judging)
	m := h.Create(h.Cove, testkit.Llc("Mira"))
	for i := range 30 {
		j.Say(func(identity.Subject) (identity.Result, error) {
			return identity.Result{Status: reviews.IdentityReview, Reason: fmt.Sprint("number ", i)}, nil
		})
		_, err := h.Svc.Identity.RefreshIdentity(t.Context(), h.As(h.Cove), m.ID)
		testkit.Must(t, err)
	}
	got := h.Identity(m, "").Decisions
	if len(got) != 20 || got[19].Reason != "refresh: number 29" || got[0].Reason != "refresh: number 10" {
		t.Errorf("%d judgments, from %q to %q", len(got), got[0].Reason, got[len(got)-1].Reason)
	}
}

// Reviews of others are hidden.
func TestReviewsOfOthersAreHidden(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, manual)
	victim, sibling := h.Create(h.Cove, testkit.Llc("Mira")), h.MerchantOf(h.Cove)
	h.Hidden(victim, []testkit.Operation{
		{Name: "read", Try: func(c tenancy.Caller, id string) error {
			return testkit.ErrorOf(h.Svc.Identity.Identity(t.Context(), c, id))
		}},
		{Name: "decide", Try: func(c tenancy.Caller, id string) error {
			return testkit.ErrorOf(h.Svc.Identity.DecideIdentity(t.Context(), c, id, identity.DecisionInput{Status: patch.Of("verified")}))
		}},
		{Name: "refresh", Try: func(c tenancy.Caller, id string) error {
			return testkit.ErrorOf(h.Svc.Identity.RefreshIdentity(t.Context(), c, id))
		}},
	}, h.Rival, sibling, h.MerchantOf(h.Rival))
}

// In live mode the operator decides, and an account once the operator lets it, naming a
// person and a reason; no account lets itself or another one that has no say, and a user
// who signed in is the person.
func TestWhoDecidesIdentity(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, testkit.Live)
	shop := h.Create(h.Cove, testkit.Llc("Mira"))
	decide := func(by testkit.Party, body string) (view.IdentityView, error) {
		return h.Svc.Identity.DecideIdentity(t.Context(), h.As(by), shop.ID, testkit.Input[identity.DecisionInput](t, body))
	}
	const whole = `{"status":"verified","reason":"passport seen","decidedBy":"Ada Quay"}`
	_, err := decide(h.Cove, whole)
	testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
	_, err = h.Update(h.Cove, shop.ID, `{"settings":{"customers":{"identityDecidedBy":"platform"}}}`)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	_, err = h.Update(h.Operator, h.Cove.ID, `{"settings":{"customers":{"identityDecidedBy":"nobody"}}}`)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	_, err = h.Update(h.Operator, h.Cove.ID, `{"settings":{"customers":{"identityDecidedBy":"platform"}}}`)
	testkit.Must(t, err)

	_, err = decide(h.Cove, `{"status":"verified"}`)
	if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["reason"] != fault.Missing || got["decidedBy"] != fault.Missing {
		t.Errorf("the faults are %v", got)
	}
	shown, err := decide(h.Cove, whole)
	testkit.Must(t, err)
	if last := shown.Decisions[len(shown.Decisions)-1]; last.DecidedBy != "Ada Quay" || last.Reason != "passport seen" {
		t.Errorf("the decision is %+v", last)
	}
	shop = h.Create(h.Cove, testkit.Llc("Mira"))
	_, err = h.AddUser(h.Cove, h.Cove.ID, `{"username":"ben","password":"correct-horse"}`)
	testkit.Must(t, err)
	ben, err := h.Login("ben", "correct-horse")
	testkit.Must(t, err)
	ben.ID = h.Cove.ID
	shown, err = decide(ben, `{"status":"rejected","reason":"forged"}`)
	testkit.Must(t, err)
	if last := shown.Decisions[len(shown.Decisions)-1]; last.DecidedBy != "ben" {
		t.Errorf("the decision is %+v", last)
	}
}
