package customers_test

import (
	"testing"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/kyc"
	"tenantry/internal/patch"
)

// again is everything anew, with the whole number.
func again(in customers.EnrolInput) func(*customers.AmendInput) {
	if in.SSN.Set {
		in.SSN = hidden("123-45-6789")
	}
	return func(amend *customers.AmendInput) { amend.EnrolmentInput = in.EnrolmentInput }
}

// A customer in retry sends everything again, once and with its whole tax number.
func TestARetryIsWholeAndTheLast(t *testing.T) {
	t.Parallel()
	h := open(t)
	in := personal(called("retry"))
	id := h.enrol(in).id
	before := h.record(id)
	_, err := h.amend(h.cove, id, func(in *customers.AmendInput) { in.FirstName, in.SSN = patch.Of("Jane"), hidden("6789") })
	faulty(t, err, map[string]fault.Detail{
		"contact.lastName": fault.Missing, "email": fault.Missing, "address.street1": fault.Missing, "address.city": fault.Missing, "address.state": fault.Missing,
		"address.postalCode": fault.Missing, "contact.dateOfBirth": fault.Missing, "legalEntity.personalTaxId": fault.Missing,
	})
	if h.record(id) != before {
		t.Error("a refused retry was counted")
	}
	// How to reach it changes without being one.
	h.amends(id, func(in *customers.AmendInput) { in.Phone = patch.Of("5550001111") })
	h.is(id, customers.StageRetry)
	c := h.amends(id, again(in))
	if c.Stage() != customers.StageVerified || c.Identity.Trigger != customers.TriggerRetry || h.last(id).Type != "identity.retried" {
		t.Errorf("retried to %+v", c.Identity)
	}
	_, err = h.svc.RetryIdentity(t.Context(), h.as(h.cove), id, customers.RetryInput{})
	inState(t, err)
}

// A second review never asks for a third one.
func TestARetryNeverAsksForAnother(t *testing.T) {
	t.Parallel()
	j, judging := judged()
	h := open(t, judging)
	j.always(customers.IdentityRetry)
	firm := h.enrol(company(mailed("firm@b.example"))).id
	h.is(firm, customers.StageRetry)
	whole := controller()
	_, err := h.amend(h.cove, firm, again(company(mailed("firm@b.example"))))
	faulty(t, err, map[string]fault.Detail{"controller.personalTaxId": fault.Missing})
	whole.PersonalTaxID = hidden("123456789")
	h.amends(firm, again(company(mailed("firm@b.example"), func(in *customers.EnrolmentInput) { in.Controller = patch.Of(whole) })))
	h.is(firm, customers.StageDocument)
	_, err = h.amend(h.cove, firm, again(company(mailed("firm@b.example"))))
	inState(t, err)
	// Nor are questions asked by a provider that has none.
	j.always(customers.IdentityKBA)
	h.is(h.enrol(personal(mailed("kba@b.example"))).id, customers.StageDocument)
}

// Answers are counted once, and three right ones pass.
func TestQuestionsAreAnsweredOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	for right, row := range map[int]struct {
		stage customers.Stage
		event string
	}{
		4: {customers.StageVerified, "identity.questions_passed"}, 3: {customers.StageVerified, "identity.questions_passed"},
		2: {customers.StageDocument, "identity.questions_failed"}, 0: {customers.StageDocument, "identity.questions_failed"},
	} {
		id := h.enrol(personal(called("kba"), mailed(string(rune('a'+right))+"@b.example"))).id
		caller := h.as(h.cove)
		_, err := h.svc.Questions(t.Context(), caller, id)
		refused(t, err, fault.NotFound, fault.CodeNotFound)
		_, err = h.svc.AnswerQuestions(t.Context(), caller, id, customers.AnswersInput{Answers: patch.Of([]customers.AnswerInput{})})
		inState(t, err)
		_, err = h.amend(h.cove, id, func(in *customers.AmendInput) { in.Phone = patch.Of("5550001111") })
		inState(t, err)
		asked, err := h.svc.StartQuestions(t.Context(), caller, id)
		must(t, err)
		same, err := h.svc.StartQuestions(t.Context(), caller, id)
		must(t, err)
		if len(asked.Questions) != 4 || same.Questions[0].ID != asked.Questions[0].ID {
			t.Fatalf("the questions are %+v", asked)
		}
		before := h.record(id)
		for name, answers := range map[string][]customers.AnswerInput{
			"too few":           answersTo(asked, 4)[:3],
			"one twice":         append(answersTo(asked, 4)[:3], answersTo(asked, 4)[0]),
			"one of another":    append(answersTo(asked, 4)[:3], customers.AnswerInput{QuestionID: patch.Of(asked.Questions[3].ID), AnswerID: patch.Of(asked.Questions[0].Answers[0].ID)}),
			"an unknown answer": append(answersTo(asked, 4)[:3], customers.AnswerInput{QuestionID: patch.Of("x"), AnswerID: patch.Of("y")}),
		} {
			_, err := h.svc.AnswerQuestions(t.Context(), caller, id, customers.AnswersInput{Answers: patch.Of(answers)})
			if fault.KindOf(err) != fault.Invalid || h.record(id) != before {
				t.Errorf("%s: %v", name, err)
			}
		}
		c, err := h.svc.AnswerQuestions(t.Context(), caller, id, customers.AnswersInput{Answers: patch.Of(answersTo(asked, right))})
		must(t, err)
		events := c.Outbox
		if c.Stage() != row.stage || c.Identity.Questions != nil || events[len(events)-2].Type != row.event || events[len(events)-1].Type != "identity.reviewed" {
			t.Errorf("%d right: %s, %+v", right, c.Stage(), events)
		}
		_, err = h.svc.AnswerQuestions(t.Context(), caller, id, customers.AnswersInput{Answers: patch.Of(answersTo(asked, 4))})
		inState(t, err)
		_, err = h.svc.StartQuestions(t.Context(), caller, id)
		inState(t, err)
	}
}

// answersTo answers so many questions right.
func answersTo(asked customers.QuestionnaireView, right int) (list []customers.AnswerInput) {
	for i, q := range asked.Questions {
		choice := 0
		if i < right {
			choice = len(q.Answers) - 1 // the sandbox documents it
		}
		list = append(list, customers.AnswerInput{QuestionID: patch.Of(q.ID), AnswerID: patch.Of(q.Answers[choice].ID)})
	}
	return list
}

// A customer that is reviewed by its plan retries in its native form; a person may
// still decide, and one that was enrolled without a review gets none.
func TestNativeReviewsAreRetried(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.create(h.cove, llc("retry"))
	retry := input[customers.RetryInput](t, `{"email":"books@harborlane.example","contact":{"firstName":"Mira","lastName":"Okafor","dateOfBirth":"1984-02-17"},
		"address":{"street1":"18 Quay Street","city":"Portland","state":"ME","postalCode":"04101"},
		"legalEntity":{"personalTaxId":"000-00-1234","businessTaxId":"00-0765432","businessName":"Harbor Lane Bicycles LLC"},
		"businessType":"llc","businessClassification":"bikes","controller":{"title":"CEO","firstName":"Mira","lastName":"Okafor","dateOfBirth":"1984-02-17","personalTaxId":"000001234",
		"address":{"street1":"18 Quay Street","city":"Portland","state":"ME","postalCode":"04101","country":"US"}}}`)
	view, err := h.svc.RetryIdentity(t.Context(), h.as(m), "", retry)
	must(t, err)
	if c := h.record(m.id); view.Status != customers.IdentityVerified || c.Type != "" || c.LegalEntity.PersonalContact.FirstName != "Mira" {
		t.Errorf("retried to %+v: %+v", view, c.LegalEntity.PersonalContact)
	}
	asked := h.enrol(personal(called("kba"))).id
	_, err = h.decide(h.cove, asked, "verified", "seen in person")
	must(t, err)
	h.is(asked, customers.StageVerified)
	plain := h.enrol(unverified(mailed("plain@b.example"))).id
	_, err = h.svc.RefreshIdentity(t.Context(), h.as(h.cove), plain)
	inState(t, err)
}

// What was reviewed is reviewed anew when another face changes it, and no longer
// judged when it is taken away.
func TestChangesThroughOtherFacesAreReviewed(t *testing.T) {
	t.Parallel()
	h := open(t)
	id := h.enrol(personal()).id
	for _, row := range []struct {
		body string
		want customers.IdentityStatus
	}{
		{`{"description":"regular"}`, customers.IdentityVerified},
		{`{"contact":{"firstName":"document"}}`, customers.IdentityDocument},
		{`{"contact":{"firstName":"Jane"}}`, customers.IdentityVerified},
		{`{"legalEntity":{"personalTaxId":null}}`, customers.IdentityNone},
	} {
		c, err := h.update(h.cove, id, row.body)
		must(t, err)
		if c.Identity.Status != row.want {
			t.Errorf("%s: %s", row.body, c.Identity.Status)
		}
	}
	plain := h.enrol(unverified(mailed("plain@b.example"))).id
	if c, err := h.update(h.cove, plain, `{"contact":{"firstName":"document"}}`); err != nil || c.Identity.Status != customers.IdentityNone {
		t.Errorf("unverified: %v", err)
	}
}

// The sandbox asks and grades the same way every time.
var _ customers.QuestionProvider = kyc.Sandbox{}
