package rules_test

import (
	"testing"

	"tenantry/customers"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/dialect/dwolla/status"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
)

// hidden is a secret member of an input.
func hidden(text string) patch.Field[secret.Text] { return patch.Of(secret.New(text)) }

// unverified is the input of a Dwolla customer without a review.
func unverified(changes ...func(*rules.CustomerInput)) rules.CreateInput {
	return enrolling(rules.CustomerInput{
		FirstName: patch.Of("Jane"), LastName: patch.Of("Merchant"), Email: patch.Of("jane@merchant.example"), IPAddress: hidden("99.99.99.99"),
	}, changes)
}

// personal is the input of a Dwolla customer that is a reviewed person.
func personal(changes ...func(*rules.CustomerInput)) rules.CreateInput {
	in := unverified().CustomerInput
	in.Type = patch.Of("personal")
	in.Street1, in.Street2, in.City = patch.Of("221 Corrected Address St"), patch.Of("Fl 8"), patch.Of("Ridgewood")
	in.State, in.PostalCode, in.Phone = patch.Of("NY"), patch.Of("11385"), patch.Of("5554321234")
	in.DateOfBirth, in.SSN = hidden("1970-07-11"), hidden("1234")
	return enrolling(in, changes)
}

// sole is the input of a Dwolla customer that is a sole proprietorship.
func sole(changes ...func(*rules.CustomerInput)) rules.CreateInput {
	in := personal().CustomerInput
	in.Type, in.BusinessName = patch.Of("business"), patch.Of("Jane Corp")
	in.BusinessType, in.BusinessClassification = patch.Of("soleProprietorship"), patch.Of("9ed3f670-7d6f-11e3-b1ce-5404a6144203")
	in.EIN, in.DoingBusinessAs, in.Website = hidden("00-0000000"), patch.Of("Jane's"), patch.Of("https://jane.example")
	return enrolling(in, changes)
}

// company is the input of a Dwolla customer that is a business with a controller.
func company(changes ...func(*rules.CustomerInput)) rules.CreateInput {
	in := sole().CustomerInput
	in.BusinessType, in.DateOfBirth, in.SSN = patch.Of("llc"), patch.Field[secret.Text]{}, patch.Field[secret.Text]{}
	in.Controller = patch.Of(controller())
	return enrolling(in, changes)
}

// controller is the controller of company.
func controller() rules.ControllerInput {
	return rules.ControllerInput{
		Title: patch.Of("CEO"), FirstName: patch.Of("Joan"), LastName: patch.Of("Boss"), DateOfBirth: hidden("1980-01-31"), PersonalTaxID: hidden("6789"),
		Address: patch.Of(rules.ControllerAddressInput{
			Street1: patch.Of("1749 18th st"), Street2: patch.Of("apt 12"), City: patch.Of("Des Moines"), State: patch.Of("IA"), PostalCode: patch.Of("50266"), Country: patch.Of("US"),
		}),
	}
}

func enrolling(in rules.CustomerInput, changes []func(*rules.CustomerInput)) rules.CreateInput {
	for _, change := range changes {
		change(&in)
	}
	return rules.CreateInput{CustomerInput: in, PlanKey: "payer"}
}

// called sets the first name of an input.
func called(first string) func(*rules.CustomerInput) {
	return func(in *rules.CustomerInput) { in.FirstName = patch.Of(first) }
}

// mailed sets the e-mail address of an input.
func mailed(address string) func(*rules.CustomerInput) {
	return func(in *rules.CustomerInput) { in.Email = patch.Of(address) }
}

// enroll makes a Dwolla customer of the platform; it has no keys.
func enroll(h *testkit.Env, in rules.CreateInput) testkit.Party {
	h.T.Helper()
	made, err := h.Svc.Dwolla.Create(h.T.Context(), h.As(h.Cove), in)
	testkit.Must(h.T, err)
	return testkit.Party{ID: made.Customer.ID.String()}
}

// amend changes a Dwolla customer.
func amend(h *testkit.Env, by testkit.Party, id string, change func(*rules.UpdateInput)) (*customers.Customer, error) {
	h.T.Helper()
	in := rules.UpdateInput{CustomerID: id}
	change(&in)
	in.Whole = in.CustomerInput
	return h.Svc.Dwolla.Update(h.T.Context(), h.As(by), in)
}

// amends changes a Dwolla customer of the platform, and ends the test when that is
// refused.
func amends(h *testkit.Env, id string, change func(*rules.UpdateInput)) *customers.Customer {
	h.T.Helper()
	c, err := amend(h, h.Cove, id, change)
	testkit.Must(h.T, err)
	return c
}

// hasStatus demands that a Dwolla customer has that status.
func hasStatus(h *testkit.Env, id string, want status.Status) {
	h.T.Helper()
	if got := status.Of(h.Record(id)); got != want {
		h.T.Errorf("the status is %s, not %s", got, want)
	}
}

// faulty demands a refusal for exactly these fields.
func faulty(t testing.TB, err error, want map[string]fault.Detail) {
	t.Helper()
	got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation))
	if len(got) != len(want) {
		t.Errorf("the faults are %v, not %v", got, want)
		return
	}
	for path, detail := range want {
		if got[path] != detail {
			t.Errorf("the fault of %s is %q, not %q", path, got[path], detail)
		}
	}
}

// inState demands the refusal of a change that the state of the record does not allow.
func inState(t testing.TB, err error) {
	t.Helper()
	testkit.Refused(t, err, fault.Conflict, fault.CodeResourceState)
}
