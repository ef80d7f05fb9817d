package identity_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/internal/app"
	"tenantry/internal/kyc"
	"tenantry/internal/testkit"
)

func manual(o *app.Options) { o.Provider = kyc.Manual{} }

// The sandbox verifies data that is complete, at creation or whenever it becomes
// so, and nothing before.
func TestTheSandboxVerifiesCompleteData(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	if got := h.Identity(h.Cove, h.Create(h.Cove, testkit.Llc("Mira")).ID); got.Status != "verified" || got.Provider != "sandbox" || got.ReviewID == "" || got.Started == nil {
		t.Errorf("complete at creation: %+v", got)
	}
	late := h.Create(h.Cove, strings.Replace(testkit.Llc("Mira"), `,"dateOfBirth":"1984-02-17"`, "", 1))
	if got := h.Identity(h.Cove, late.ID); got.Status != "none" || got.ReviewID != "" || len(got.Decisions) != 0 {
		t.Errorf("incomplete: %+v", got)
	}
	_, err := h.Update(late, late.ID, `{"description":"still incomplete"}`)
	testkit.Must(t, err)
	if got := h.Identity(h.Cove, late.ID); got.Status != "none" {
		t.Errorf("still incomplete: %+v", got)
	}
	_, err = h.Update(late, late.ID, `{"legalEntity":{"personalContact":{"firstName":"Mira","lastName":"Okafor","email":"o@example.com","dateOfBirth":"1984-02-17"}}}`)
	testkit.Must(t, err)
	if got := h.Identity(late, ""); got.Status != "verified" || len(got.Decisions) != 1 || !strings.HasPrefix(got.Decisions[0].Reason, "update") {
		t.Errorf("completed: %+v", got)
	}
	payer := h.Create(h.Cove, strings.Replace(testkit.Llc("Mira"), `"merchant"`, `"payer"`, 1))
	if got := h.Identity(payer, ""); got.Status != "none" {
		t.Errorf("a plan that asks for no review: %+v", got)
	}
}

// The magic names of the sandbox reach every state that integrations have to handle.
func TestTheSandboxKnowsMagicNames(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	for name, want := range map[string]reviews.IdentityStatus{
		"retry": "retry", "Review": "review", "DOCUMENT": "document", "suspended": "rejected", "rejected": "rejected", "verified": "verified",
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			m := h.Create(h.Cove, testkit.Llc(name))
			view := h.View(m, "")
			if got := h.Identity(m, "").Status; got != want || testkit.At(view, "identity.status") != string(want) {
				t.Errorf("%s is judged %s, shown %v", name, got, testkit.At(view, "identity.status"))
			}
			verified := want == "verified"
			if got := testkit.At(view, "planStatus.verifications.standard") == "verified"; got != verified {
				t.Errorf("%s: the plan status says verified %v", name, got)
			}
			if got := testkit.At(view, "planStatus.features.acceptPayments"); got != verified {
				t.Errorf("%s: payments are %v", name, got)
			}
		})
	}
}

// Changing what was judged starts a new review, under a new id; changing anything
// else, or sending the same again, does not.
func TestChangedIdentityDataIsReviewedAgain(t *testing.T) {
	t.Parallel()
	j, judging := testkit.Scripted()
	h := testkit.Open(t, judging)
	j.Always(reviews.IdentityVerified)
	m := h.Create(h.Cove, testkit.Llc("Mira"))
	for _, row := range []struct {
		body  string
		again bool
	}{
		{`{"description":"new"}`, false}, {`{"meta":{"a":1}}`, false}, {`{"externalId":"x"}`, false},
		{`{"merchant":{"businessName":"Trading"}}`, false}, {`{"legalEntity":{"yearsInBusiness":"9"}}`, false},
		{`{"name":"Reviewed","email":"r@example.com"}`, false},
		{`{"legalEntity":{"businessTaxId":"00-0765432","personalContact":{"firstName":"Mira","lastName":"Okafor","email":"o@example.com","dateOfBirth":"1984-02-17"}}}`, false},
		{`{"name":"Renamed"}`, false}, {`{"email":"new@example.com"}`, false}, {`{"legalEntity":{"businessName":"Other LLC"}}`, true},
		{`{"legalEntity":{"businessTaxId":"000765433"}}`, true}, {`{"legalEntity":{"personalTaxId":"000001234"}}`, true},
		{`{"legalEntity":{"entityType":"CORP"}}`, false},
		{`{"legalEntity":{"personalContact":{"firstName":"Mira","lastName":"Okafor","email":"o@example.com","dateOfBirth":"1984-02-18"}}}`, true},
		{`{"legalEntity":{"businessAddress":{"street1":"2 Side St","city":"Portland","country":"USA"}}}`, true},
	} {
		t.Run(row.body, func(t *testing.T) {
			h := h.In(t)
			before := h.Identity(m, "")
			_, err := h.Update(m, "", row.body)
			testkit.Must(t, err)
			if after := h.Identity(m, ""); (after.ReviewID != before.ReviewID) != row.again || after.Status != "verified" {
				t.Errorf("%s: reviewed again %v, now %s", row.body, after.ReviewID != before.ReviewID, after.Status)
			}
		})
	}
	j.Always(reviews.IdentityReview)
	_, err := h.Update(m, "", `{"legalEntity":{"businessName":"Somebody Else LLC"}}`)
	testkit.Must(t, err)
	if got := h.Identity(m, ""); got.Status != "review" || testkit.At(h.View(m, ""), "planStatus.features.acceptPayments") != any(true) {
		t.Errorf("a verified customer that becomes another is %s, and its shop stands still", got.Status)
	}
}

// Taking required data away ends a judgment; giving it back starts a new review.
func TestRemovedDataEndsTheReview(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, testkit.Llc("Mira"))
	first := h.Identity(m, "")
	_, err := h.Update(m, "", `{"legalEntity":{"businessTaxId":null}}`)
	testkit.Must(t, err)
	if got := h.Identity(m, ""); got.Status != "none" || got.Reason == first.Reason || len(got.Decisions) != 1 {
		t.Errorf("without its tax id: %+v", got)
	}
	_, err = h.Update(m, "", `{"legalEntity":{"businessTaxId":"000765432"}}`)
	testkit.Must(t, err)
	if got := h.Identity(m, ""); got.Status != "verified" || got.ReviewID == first.ReviewID {
		t.Errorf("with its tax id again: %+v", got)
	}
	_, err = h.Update(m, "", `{"legalEntity":null}`)
	testkit.Must(t, err)
	if got := h.Identity(m, ""); got.Status != "none" {
		t.Errorf("without a legal entity: %+v", got)
	}
}

// llcEntity is the legal entity of llc as a change.
func llcEntity(firstName string) string {
	whole := testkit.Llc(firstName)
	_, entity, _ := strings.Cut(whole, `"legalEntity"`)
	return `{"legalEntity"` + entity
}

// A provider that fails, or answers what is no result, leaves the review pending
// with a reason, and never fails the request; another review settles it.
func TestABrokenProviderLeavesTheReviewPending(t *testing.T) {
	t.Parallel()
	j, judging := testkit.Scripted()
	h := testkit.Open(t, judging)
	secretCause := errors.New("provider credentials are hunter2")
	answers := map[string]func(identity.Subject) (identity.Result, error){
		"an error": func(identity.Subject) (identity.Result, error) { return identity.Result{}, secretCause },
		"an error with a result": func(identity.Subject) (identity.Result, error) {
			return identity.Result{Status: reviews.IdentityVerified}, secretCause
		},
		"nothing": func(identity.Subject) (identity.Result, error) { return identity.Result{}, nil },
		"none": func(identity.Subject) (identity.Result, error) {
			return identity.Result{Status: reviews.IdentityNone}, nil
		},
		"a word of its own": func(identity.Subject) (identity.Result, error) {
			return identity.Result{Status: "approved"}, nil
		},
		"verified in another case": func(identity.Subject) (identity.Result, error) {
			return identity.Result{Status: "VERIFIED"}, nil
		},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			j.Say(answer)
			m := h.Create(h.Cove, testkit.Llc("Mira"))
			got := h.Identity(m, "")
			if got.Status != "pending" || got.Reason == "" || strings.Contains(got.Reason, "hunter2") || got.ReviewID == "" {
				t.Errorf("%s at creation: %+v", name, got)
			}
			_, err := h.Update(m, "", `{"name":"Renamed"}`)
			testkit.Must(t, err)
			if got := h.Identity(m, ""); got.Status != "pending" {
				t.Errorf("%s at a change: %+v", name, got)
			}
			testkit.Conceals(t, "the store", h.AtRest(m.ID), "hunter2")
			j.Always(reviews.IdentityVerified)
			again, err := h.Svc.Identity.RefreshIdentity(t.Context(), h.As(h.Cove), m.ID)
			testkit.Must(t, err)
			if again.Status != "verified" {
				t.Errorf("%s, asked again: %+v", name, again)
			}
		})
	}
}

// The provider sees what a review needs, in clear; what it answers goes into the
// record, and what it saw does not.
func TestTheProviderSeesTheData(t *testing.T) {
	t.Parallel()
	j, judging := testkit.Scripted()
	h := testkit.Open(t, judging)
	var seen identity.Subject
	j.Say(func(subject identity.Subject) (identity.Result, error) {
		seen = subject
		return identity.Result{Status: reviews.IdentityRetry, Reason: "names differ", Messages: map[string]string{"R1": "the name differs"}}, nil
	})
	m := h.Create(h.Cove, testkit.Harbor)
	if seen.Ref.ID.String() != m.ID || seen.DateOfBirth.Reveal() != "1984-02-17" || seen.PersonalTax.Reveal() != "000001234" ||
		seen.BusinessTax.Reveal() != "000765432" || seen.FirstName != "Mira" || seen.BusinessName != "Harbor Lane Bicycles LLC" ||
		seen.Address.City != "Portland" || seen.Now != h.Clock.Now() {
		t.Errorf("the provider saw %+v", seen)
	}
	got := h.Identity(m, "")
	if got.Messages["R1"] != "the name differs" || got.Reason != "names differ" {
		t.Errorf("the review is %+v", got)
	}
	text, err := json.Marshal([]any{got, seen})
	testkit.Must(t, err)
	testkit.Conceals(t, "the review", text, "1984", "000001234", "000765432")
}
