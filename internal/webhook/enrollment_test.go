package webhook_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/identity"
	"tenantry/customers/webhooks"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/settings"
)

// Events of an enrolled customer are sent in the vendor's topics: its creation first,
// then the result of the review, and what answers and status changes led to.
func TestEnrollmentsAreToldInTopics(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	hidden := func(text string) patch.Field[secret.Text] { return patch.Of(secret.New(text)) }
	in := rules.CustomerInput{
		Type: patch.Of("personal"), FirstName: patch.Of("kba"), LastName: patch.Of("Okafor"), Email: patch.Of("kba@b.example"),
		Street1: patch.Of("18 Quay Street"), City: patch.Of("Portland"), State: patch.Of("ME"), PostalCode: patch.Of("04101"),
		DateOfBirth: hidden("1984-02-17"), SSN: hidden("123456789"),
	}
	made, err := e.Svc.Dwolla.Create(t.Context(), e.cove(), rules.CreateInput{PlanKey: "payer", CustomerInput: in})
	testkit.Must(t, err)
	id := made.Customer.ID.String()
	asked, err := e.Svc.Identity.StartQuestions(t.Context(), e.cove(), id)
	testkit.Must(t, err)
	var answers []identity.AnswerInput
	for _, q := range asked.Questions {
		answers = append(answers, identity.AnswerInput{QuestionID: patch.Of(q.ID), AnswerID: patch.Of(q.Answers[len(q.Answers)-1].ID)})
	}
	_, err = e.Svc.Identity.AnswerQuestions(t.Context(), e.cove(), id, identity.AnswersInput{Answers: patch.Of(answers)})
	testkit.Must(t, err)
	for _, word := range []string{"deactivated", "reactivated", "suspended"} {
		t.Run(word, func(t *testing.T) {
			e := e.in(t)
			_, err = e.Svc.Dwolla.Update(t.Context(), e.cove(), rules.UpdateInput{CustomerID: id, Status: patch.Of(word)})
			testkit.Must(t, err)
		})
	}
	e.quiet()
	page, err := e.Svc.Webhooks.TopicEvents(t.Context(), e.cove(), webhooks.TopicEventsInput{Format: settings.Dwolla, Limit: 200})
	testkit.Must(t, err)
	var told []string
	for _, ev := range page.Events {
		if ev.Customer == made.Customer.Ref() {
			told = append(told, ev.Topic)
		}
	}
	slices.Reverse(told)
	want := []string{
		"customer_created", "customer_kba_verification_needed", "customer_kba_verification_passed", "customer_verified",
		"customer_deactivated", "customer_activated", "customer_suspended",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("the topics differ (-want +got):\n%s", diff)
	}
}
