package rules_test

import (
	"fmt"
	"testing"

	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/dialect/dwolla/status"
	"tenantry/internal/fault"
	"tenantry/internal/kyc"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// again is everything anew, with the whole number.
func again(in rules.CreateInput) func(*rules.UpdateInput) {
	if in.SSN.Set {
		in.SSN = hidden("123-45-6789")
	}
	return func(amend *rules.UpdateInput) { amend.CustomerInput = in.CustomerInput }
}

// A customer in retry sends everything again, once and with its whole tax number.
func TestARetryIsWholeAndTheLast(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	in := personal(called("retry"))
	id := enroll(h, in).ID
	before := h.Record(id)
	_, err := amend(h, h.Cove, id, func(in *rules.UpdateInput) { in.FirstName, in.SSN = patch.Of("Jane"), hidden("6789") })
	faulty(t, err, map[string]fault.Detail{
		"contact.lastName": fault.Missing, "email": fault.Missing, "address.street1": fault.Missing, "address.city": fault.Missing, "address.state": fault.Missing,
		"address.postalCode": fault.Missing, "contact.dateOfBirth": fault.Missing, "legalEntity.personalTaxId": fault.Missing,
	})
	if !h.Stands(before) {
		t.Error("a refused retry was counted")
	}
	// How to reach it changes without being one.
	amends(h, id, func(in *rules.UpdateInput) { in.Phone = patch.Of("5550001111") })
	hasStatus(h, id, status.Retry)
	c := amends(h, id, again(in))
	if status.Of(c) != status.Verified || c.Identity.Trigger != reviews.TriggerRetry || h.Last(id).Type != "identity.retried" {
		t.Errorf("retried to %+v", c.Identity)
	}
	_, err = h.Svc.Dwolla.RetryIdentity(t.Context(), h.As(h.Cove), id, rules.RetryInput{})
	inState(t, err)
}

// A second review never asks for a third one.
func TestARetryNeverAsksForAnother(t *testing.T) {
	t.Parallel()
	j, judging := testkit.Scripted()
	h := testkit.Open(t, judging)
	j.Always(reviews.IdentityRetry)
	firm := enroll(h, company(mailed("firm@b.example"))).ID
	hasStatus(h, firm, status.Retry)
	whole := controller()
	_, err := amend(h, h.Cove, firm, again(company(mailed("firm@b.example"))))
	faulty(t, err, map[string]fault.Detail{"controller.personalTaxId": fault.Missing})
	whole.PersonalTaxID = hidden("123456789")
	amends(h, firm, again(company(mailed("firm@b.example"), func(in *rules.CustomerInput) { in.Controller = patch.Of(whole) })))
	hasStatus(h, firm, status.Document)
	_, err = amend(h, h.Cove, firm, again(company(mailed("firm@b.example"))))
	inState(t, err)
	// Nor are questions asked by a provider that has none.
	j.Always(reviews.IdentityKBA)
	hasStatus(h, enroll(h, personal(mailed("kba@b.example"))).ID, status.Document)
}

// Answers are counted once, and three right ones pass.
func TestQuestionsAreAnsweredOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	for right, row := range map[int]struct {
		want  status.Status
		event string
	}{
		4: {status.Verified, "identity.questions_passed"}, 3: {status.Verified, "identity.questions_passed"},
		2: {status.Document, "identity.questions_failed"}, 0: {status.Document, "identity.questions_failed"},
	} {
		t.Run(fmt.Sprint(right), func(t *testing.T) {
			h := h.In(t)
			id := enroll(h, personal(called("kba"), mailed(string(rune('a'+right))+"@b.example"))).ID
			caller := h.As(h.Cove)
			_, err := h.Svc.Identity.Questions(t.Context(), caller, id)
			testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
			_, err = h.Svc.Identity.AnswerQuestions(t.Context(), caller, id, identity.AnswersInput{Answers: patch.Of([]identity.AnswerInput{})})
			inState(t, err)
			_, err = amend(h, h.Cove, id, func(in *rules.UpdateInput) { in.Phone = patch.Of("5550001111") })
			inState(t, err)
			asked, err := h.Svc.Identity.StartQuestions(t.Context(), caller, id)
			testkit.Must(t, err)
			same, err := h.Svc.Identity.StartQuestions(t.Context(), caller, id)
			testkit.Must(t, err)
			if len(asked.Questions) != 4 || same.Questions[0].ID != asked.Questions[0].ID {
				t.Fatalf("the questions are %+v", asked)
			}
			before := h.Record(id)
			for name, answers := range map[string][]identity.AnswerInput{
				"too few":           answersTo(asked, 4)[:3],
				"one twice":         append(answersTo(asked, 4)[:3], answersTo(asked, 4)[0]),
				"one of another":    append(answersTo(asked, 4)[:3], identity.AnswerInput{QuestionID: patch.Of(asked.Questions[3].ID), AnswerID: patch.Of(asked.Questions[0].Answers[0].ID)}),
				"an unknown answer": append(answersTo(asked, 4)[:3], identity.AnswerInput{QuestionID: patch.Of("x"), AnswerID: patch.Of("y")}),
			} {
				t.Run(name, func(t *testing.T) {
					h := h.In(t)
					_, err := h.Svc.Identity.AnswerQuestions(t.Context(), caller, id, identity.AnswersInput{Answers: patch.Of(answers)})
					if fault.KindOf(err) != fault.Invalid || !h.Stands(before) {
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			c, err := h.Svc.Identity.AnswerQuestions(t.Context(), caller, id, identity.AnswersInput{Answers: patch.Of(answersTo(asked, right))})
			testkit.Must(t, err)
			events := c.Outbox
			if status.Of(c) != row.want || c.Identity.Questions != nil || events[len(events)-2].Type != row.event || events[len(events)-1].Type != "identity.reviewed" {
				t.Errorf("%d right: %s, %+v", right, status.Of(c), events)
			}
			_, err = h.Svc.Identity.AnswerQuestions(t.Context(), caller, id, identity.AnswersInput{Answers: patch.Of(answersTo(asked, 4))})
			inState(t, err)
			_, err = h.Svc.Identity.StartQuestions(t.Context(), caller, id)
			inState(t, err)
		})
	}
}

// answersTo answers so many questions right.
func answersTo(asked identity.QuestionnaireView, right int) (list []identity.AnswerInput) {
	for i, q := range asked.Questions {
		choice := 0
		if i < right {
			choice = len(q.Answers) - 1 // the sandbox documents it
		}
		list = append(list, identity.AnswerInput{QuestionID: patch.Of(q.ID), AnswerID: patch.Of(q.Answers[choice].ID)})
	}
	return list
}

// A customer that is reviewed by its plan retries in its native form; a person may
// still decide, and one that was enrolled without a review gets none.
func TestNativeReviewsAreRetried(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, testkit.Llc("retry"))
	retry := testkit.Input[rules.RetryInput](t, `{"email":"books@harborlane.example","contact":{"firstName":"Mira","lastName":"Okafor","dateOfBirth":"1984-02-17"},
		"address":{"street1":"18 Quay Street","city":"Portland","state":"ME","postalCode":"04101"},
		"legalEntity":{"personalTaxId":"000-00-1234","businessTaxId":"00-0765432","businessName":"Harbor Lane Bicycles LLC"},
		"businessType":"llc","businessClassification":"bikes","controller":{"title":"CEO","firstName":"Mira","lastName":"Okafor","dateOfBirth":"1984-02-17","personalTaxId":"000001234",
		"address":{"street1":"18 Quay Street","city":"Portland","state":"ME","postalCode":"04101","country":"US"}}}`)
	view, err := h.Svc.Dwolla.RetryIdentity(t.Context(), h.As(m), "", retry)
	testkit.Must(t, err)
	if c := h.Record(m.ID); view.Status != reviews.IdentityVerified || c.EnrollmentType != "" || c.LegalEntity.PersonalContact.FirstName != "Mira" {
		t.Errorf("retried to %+v: %+v", view, c.LegalEntity.PersonalContact)
	}
	asked := enroll(h, personal(called("kba"))).ID
	_, err = h.Decide(h.Cove, asked, "verified", "seen in person")
	testkit.Must(t, err)
	hasStatus(h, asked, status.Verified)
	plain := enroll(h, unverified(mailed("plain@b.example"))).ID
	_, err = h.Svc.Identity.RefreshIdentity(t.Context(), h.As(h.Cove), plain)
	inState(t, err)
}

// What was reviewed is reviewed anew when another dialect changes it, and no longer
// judged when it is taken away.
func TestChangesThroughOtherFacesAreReviewed(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	id := enroll(h, personal()).ID
	for _, row := range []struct {
		body string
		want reviews.IdentityStatus
	}{
		{`{"description":"regular"}`, reviews.IdentityVerified},
		{`{"contact":{"firstName":"document"}}`, reviews.IdentityDocument},
		{`{"contact":{"firstName":"Jane"}}`, reviews.IdentityVerified},
		{`{"legalEntity":{"personalTaxId":null}}`, reviews.IdentityNone},
	} {
		t.Run(row.body, func(t *testing.T) {
			h := h.In(t)
			c, err := h.Update(h.Cove, id, row.body)
			testkit.Must(t, err)
			if c.Identity.Status != row.want {
				t.Errorf("%s: %s", row.body, c.Identity.Status)
			}
		})
	}
	plain := enroll(h, unverified(mailed("plain@b.example"))).ID
	if c, err := h.Update(h.Cove, plain, `{"contact":{"firstName":"document"}}`); err != nil || c.Identity.Status != reviews.IdentityNone {
		t.Errorf("unverified: %v", err)
	}
}

// The sandbox asks and grades the same way every time.
var _ identity.QuestionProvider = kyc.Sandbox{}
