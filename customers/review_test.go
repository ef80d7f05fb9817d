package customers_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"tenantry/customers"
	"tenantry/internal/kyc"
)

// judge is a provider made of a function, which a test can replace.
type judge struct {
	verify atomic.Pointer[func(customers.IdentitySubject) (customers.Verdict, error)]
}

func (*judge) Name() string { return "judge" }

func (j *judge) Verify(_ context.Context, subject customers.IdentitySubject) (customers.Verdict, error) {
	return (*j.verify.Load())(subject)
}

func (j *judge) say(verify func(customers.IdentitySubject) (customers.Verdict, error)) {
	j.verify.Store(&verify)
}

func (j *judge) always(status customers.IdentityStatus) {
	j.say(func(customers.IdentitySubject) (customers.Verdict, error) {
		return customers.Verdict{Status: status, Reason: "the judge says so"}, nil
	})
}

// judged gives a judge and the tuning that makes it the provider.
func judged() (*judge, tuning) {
	j := &judge{}
	j.always(customers.IdentityReview)
	return j, func(o *customers.Options) { o.Provider = j }
}

func manual(o *customers.Options) { o.Provider = kyc.Manual{} }

// llc is a customer with all that a standard review asks for; the first name of
// its owner is open.
func llc(firstName string) string {
	return `{"name":"Reviewed","email":"r@example.com","planKey":"merchant",
		"address":{"street1":"1 Main St","city":"Portland","state":"ME","country":"USA"},
		"legalEntity":{"entityType":"LLC","businessName":"Reviewed LLC","businessTaxId":"000765432",
		"personalContact":{"firstName":"` + firstName + `","lastName":"Okafor","email":"o@example.com","dateOfBirth":"1984-02-17"}}}`
}

// The sandbox verifies data that is complete, at creation or whenever it becomes
// so, and nothing before.
func TestTheSandboxVerifiesCompleteData(t *testing.T) {
	t.Parallel()
	h := open(t)
	if got := h.identity(h.cove, h.create(h.cove, llc("Mira")).id); got.Status != "verified" || got.Provider != "sandbox" || got.ReviewID == "" || got.Started == nil {
		t.Errorf("complete at creation: %+v", got)
	}
	late := h.create(h.cove, strings.Replace(llc("Mira"), `,"dateOfBirth":"1984-02-17"`, "", 1))
	if got := h.identity(h.cove, late.id); got.Status != "none" || got.ReviewID != "" || len(got.Decisions) != 0 {
		t.Errorf("incomplete: %+v", got)
	}
	_, err := h.update(late, late.id, `{"description":"still incomplete"}`)
	must(t, err)
	if got := h.identity(h.cove, late.id); got.Status != "none" {
		t.Errorf("still incomplete: %+v", got)
	}
	_, err = h.update(late, late.id, `{"legalEntity":{"personalContact":{"firstName":"Mira","lastName":"Okafor","email":"o@example.com","dateOfBirth":"1984-02-17"}}}`)
	must(t, err)
	if got := h.identity(late, ""); got.Status != "verified" || len(got.Decisions) != 1 || !strings.HasPrefix(got.Decisions[0].Reason, "update") {
		t.Errorf("completed: %+v", got)
	}
	payer := h.create(h.cove, strings.Replace(llc("Mira"), `"merchant"`, `"payer"`, 1))
	if got := h.identity(payer, ""); got.Status != "none" {
		t.Errorf("a plan that asks for no review: %+v", got)
	}
}

// The magic names of the sandbox reach every state that integrations have to handle.
func TestTheSandboxKnowsMagicNames(t *testing.T) {
	t.Parallel()
	h := open(t)
	for name, want := range map[string]customers.IdentityStatus{
		"retry": "retry", "Review": "review", "DOCUMENT": "document", "suspended": "rejected", "rejected": "rejected", "verified": "verified",
	} {
		m := h.create(h.cove, llc(name))
		view := h.view(m, "")
		if got := h.identity(m, "").Status; got != want || at(view, "identity.status") != string(want) {
			t.Errorf("%s is judged %s, shown %v", name, got, at(view, "identity.status"))
		}
		verified := want == "verified"
		if got := at(view, "planStatus.verifications.standard") == "verified"; got != verified {
			t.Errorf("%s: the plan status says verified %v", name, got)
		}
		if got := at(view, "planStatus.features.acceptPayments"); got != verified {
			t.Errorf("%s: payments are %v", name, got)
		}
	}
}

// Changing what was judged starts a new review, under a new id; changing anything
// else, or sending the same again, does not.
func TestChangedIdentityDataIsReviewedAgain(t *testing.T) {
	t.Parallel()
	j, judging := judged()
	h := open(t, judging)
	j.always(customers.IdentityVerified)
	m := h.create(h.cove, llc("Mira"))
	for _, row := range []struct {
		body  string
		again bool
	}{
		{`{"description":"new"}`, false}, {`{"meta":{"a":1}}`, false}, {`{"externalId":"x"}`, false},
		{`{"merchant":{"businessName":"Trading"}}`, false}, {`{"legalEntity":{"yearsInBusiness":"9"}}`, false},
		{`{"name":"Reviewed","email":"r@example.com"}`, false},
		{`{"legalEntity":{"businessTaxId":"00-0765432","personalContact":{"firstName":"Mira","lastName":"Okafor","email":"o@example.com","dateOfBirth":"1984-02-17"}}}`, false},
		{`{"name":"Renamed"}`, true}, {`{"email":"new@example.com"}`, true}, {`{"legalEntity":{"businessName":"Other LLC"}}`, true},
		{`{"legalEntity":{"businessTaxId":"000765433"}}`, true}, {`{"legalEntity":{"personalTaxId":"000001234"}}`, true},
		{`{"legalEntity":{"entityType":"CORP"}}`, true},
		{`{"legalEntity":{"personalContact":{"firstName":"Mira","lastName":"Okafor","email":"o@example.com","dateOfBirth":"1984-02-18"}}}`, true},
		{`{"legalEntity":{"businessAddress":{"street1":"2 Side St","city":"Portland","country":"USA"}}}`, true},
	} {
		before := h.identity(m, "")
		_, err := h.update(m, "", row.body)
		must(t, err)
		if after := h.identity(m, ""); (after.ReviewID != before.ReviewID) != row.again || after.Status != "verified" {
			t.Errorf("%s: reviewed again %v, now %s", row.body, after.ReviewID != before.ReviewID, after.Status)
		}
	}
	j.always(customers.IdentityReview)
	_, err := h.update(m, "", `{"name":"Somebody else"}`)
	must(t, err)
	if got := h.identity(m, ""); got.Status != "review" || at(h.view(m, ""), "planStatus.features.acceptPayments") != false {
		t.Errorf("a verified customer that becomes another stays %s", got.Status)
	}
}

// Taking required data away ends a judgement; giving it back starts a new review.
func TestRemovedDataEndsTheReview(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.create(h.cove, llc("Mira"))
	first := h.identity(m, "")
	_, err := h.update(m, "", `{"legalEntity":{"businessTaxId":null}}`)
	must(t, err)
	if got := h.identity(m, ""); got.Status != "none" || got.Reason == first.Reason || len(got.Decisions) != 1 {
		t.Errorf("without its tax id: %+v", got)
	}
	_, err = h.update(m, "", `{"legalEntity":{"businessTaxId":"000765432"}}`)
	must(t, err)
	if got := h.identity(m, ""); got.Status != "verified" || got.ReviewID == first.ReviewID {
		t.Errorf("with its tax id again: %+v", got)
	}
	_, err = h.update(m, "", `{"legalEntity":null}`)
	must(t, err)
	if got := h.identity(m, ""); got.Status != "none" {
		t.Errorf("without a legal entity: %+v", got)
	}
}

// llcEntity is the legal entity of llc as a change.
func llcEntity(firstName string) string {
	whole := llc(firstName)
	return "{" + whole[strings.Index(whole, `"legalEntity"`):]
}

// A provider that fails, or answers what is no verdict, leaves the review pending
// with a reason, and never fails the request; another review settles it.
func TestABrokenProviderLeavesTheReviewPending(t *testing.T) {
	t.Parallel()
	j, judging := judged()
	h := open(t, judging)
	secretCause := errors.New("provider credentials are hunter2")
	answers := map[string]func(customers.IdentitySubject) (customers.Verdict, error){
		"an error": func(customers.IdentitySubject) (customers.Verdict, error) { return customers.Verdict{}, secretCause },
		"an error with a verdict": func(customers.IdentitySubject) (customers.Verdict, error) {
			return customers.Verdict{Status: customers.IdentityVerified}, secretCause
		},
		"nothing": func(customers.IdentitySubject) (customers.Verdict, error) { return customers.Verdict{}, nil },
		"none": func(customers.IdentitySubject) (customers.Verdict, error) {
			return customers.Verdict{Status: customers.IdentityNone}, nil
		},
		"a word of its own": func(customers.IdentitySubject) (customers.Verdict, error) {
			return customers.Verdict{Status: "approved"}, nil
		},
		"verified in another case": func(customers.IdentitySubject) (customers.Verdict, error) {
			return customers.Verdict{Status: "VERIFIED"}, nil
		},
	}
	for name, answer := range answers {
		j.say(answer)
		m := h.create(h.cove, llc("Mira"))
		got := h.identity(m, "")
		if got.Status != "pending" || got.Reason == "" || strings.Contains(got.Reason, "hunter2") || got.ReviewID == "" {
			t.Errorf("%s at creation: %+v", name, got)
		}
		_, err := h.update(m, "", `{"name":"Renamed"}`)
		must(t, err)
		if got := h.identity(m, ""); got.Status != "pending" {
			t.Errorf("%s at a change: %+v", name, got)
		}
		conceals(t, "the store", h.atRest(m.id), "hunter2")
		j.always(customers.IdentityVerified)
		again, err := h.svc.RefreshIdentity(t.Context(), h.as(h.cove), m.id)
		must(t, err)
		if again.Status != "verified" {
			t.Errorf("%s, asked again: %+v", name, again)
		}
	}
}

// The provider sees what a review needs, in clear; what it answers goes into the
// record, and what it saw does not.
func TestTheProviderSeesTheData(t *testing.T) {
	t.Parallel()
	j, judging := judged()
	h := open(t, judging)
	var seen customers.IdentitySubject
	j.say(func(subject customers.IdentitySubject) (customers.Verdict, error) {
		seen = subject
		return customers.Verdict{Status: customers.IdentityRetry, Reason: "names differ", Messages: map[string]string{"R1": "the name differs"}}, nil
	})
	m := h.create(h.cove, harbor)
	if seen.Ref.ID.String() != m.id || seen.DateOfBirth.Reveal() != "1984-02-17" || seen.PersonalTax.Reveal() != "000001234" ||
		seen.BusinessTax.Reveal() != "000765432" || seen.FirstName != "Mira" || seen.BusinessName != "Harbor Lane Bicycles LLC" ||
		seen.Address.City != "Portland" || seen.Now != h.clock.Now() {
		t.Errorf("the provider saw %+v", seen)
	}
	got := h.identity(m, "")
	if got.Messages["R1"] != "the name differs" || got.Reason != "names differ" {
		t.Errorf("the review is %+v", got)
	}
	text, err := json.Marshal([]any{got, seen})
	must(t, err)
	conceals(t, "the review", text, "1984", "000001234", "000765432")
}
