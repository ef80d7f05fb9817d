package kyc_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/kyc"
	"tenantry/internal/secret"
)

// Everybody is asked the same, and exactly the last answer to each question is right.
func TestTheSandboxAsks(t *testing.T) {
	t.Parallel()
	asked, err := kyc.Sandbox{}.Questions(t.Context(), identity.Subject{})
	if err != nil || len(asked) != 4 {
		t.Fatalf("it asks %v, %v", asked, err)
	}
	for wrong := range 4 {
		choices := []int{3, 3, 3, 3}
		for i := range wrong {
			choices[i] = i
		}
		if right, err := (kyc.Sandbox{}).Grade(t.Context(), identity.Subject{}, asked, choices); err != nil || right != 4-wrong {
			t.Errorf("%v: %d are right, %v", choices, right, err)
		}
	}
}

// Of an enrolled business its name and its controller count, and a retry is the last.
func TestTheSandboxJudgesEnrollments(t *testing.T) {
	t.Parallel()
	boss := func(name string) *identity.ControllerSubject { return &identity.ControllerSubject{FirstName: name} }
	for _, row := range []struct {
		subject identity.Subject
		want    reviews.IdentityStatus
	}{
		{identity.Subject{Type: customers.EnrollmentBusiness, FirstName: "document", BusinessName: "Inc"}, reviews.IdentityVerified},
		{identity.Subject{Type: customers.EnrollmentBusiness, BusinessName: "Document"}, reviews.IdentityDocument},
		{identity.Subject{Type: customers.EnrollmentBusiness, Controller: boss("suspended")}, reviews.IdentityRejected},
		{identity.Subject{Type: customers.EnrollmentBusiness, Controller: boss("kba")}, reviews.IdentityVerified},
		{identity.Subject{Type: customers.EnrollmentPersonal, FirstName: "kba", BusinessName: "document", Kind: customers.PartyIndividual}, reviews.IdentityKBA},
		{identity.Subject{FirstName: "kba", BusinessName: "Inc", BusinessTax: secret.New("000765432")}, reviews.IdentityVerified},
		{identity.Subject{Type: customers.EnrollmentPersonal, FirstName: "retry", Trigger: reviews.TriggerCreate}, reviews.IdentityRetry},
		{identity.Subject{Type: customers.EnrollmentPersonal, FirstName: "retry", Trigger: reviews.TriggerRetry}, reviews.IdentityVerified},
	} {
		t.Run(string(row.want), func(t *testing.T) {
			if verdict, err := (kyc.Sandbox{}).Verify(t.Context(), row.subject); err != nil || verdict.Status != row.want {
				t.Errorf("%+v: %s, %v", row.subject, verdict.Status, err)
			}
		})
	}
}

// A service of yours is told what an enrolled business gave, its controller included.
func TestTheQuestionTellsOfEnrollments(t *testing.T) {
	t.Parallel()
	var told map[string]any
	r, _ := remote(t, func(w http.ResponseWriter, request *http.Request) {
		content, _ := io.ReadAll(request.Body)
		_ = json.Unmarshal(content, &told)
		_, _ = io.Copy(w, strings.NewReader(`{"status":"kba"}`))
	})
	enrolled := subject
	enrolled.Type, enrolled.Trigger, enrolled.BusinessType = customers.EnrollmentBusiness, reviews.TriggerRetry, rules.FormLLC
	enrolled.Controller = &identity.ControllerSubject{
		FirstName: "Joan", LastName: "Boss", Passport: secret.New("P1"), PassportCountry: "DE", Address: &customers.ControllerAddress{City: "Bonn", Country: "DE"},
	}
	verdict, err := r.Verify(t.Context(), enrolled)
	controller, _ := told["controller"].(map[string]any)
	if err != nil || verdict.Status != reviews.IdentityKBA || told["type"] != "business" || told["trigger"] != "retry" ||
		told["businessType"] != "llc" || controller["passport"] != "P1" || controller["address"].(map[string]any)["city"] != "Bonn" {
		t.Errorf("it was told %v: %v", told, err)
	}
	if _, err := r.Verify(t.Context(), subject); err != nil || told["controller"] == nil {
		t.Errorf("the test reads what it was told before: %v", err)
	}
}
