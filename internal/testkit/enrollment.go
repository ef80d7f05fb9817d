package testkit

import (
	"testing"

	"tenantry/customers"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/dialect/dwolla/status"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// enrollments are the acts on Dwolla customers.
type enrollments struct{ *installation }

// Hidden is a secret member of an input.
func Hidden(text string) patch.Field[secret.Text] { return patch.Of(secret.New(text)) }

// Unverified is the input of a Dwolla customer without a review.
func Unverified(changes ...func(*rules.CustomerInput)) rules.CreateInput {
	return enrolling(rules.CustomerInput{
		FirstName: patch.Of("Jane"), LastName: patch.Of("Merchant"), Email: patch.Of("jane@merchant.example"), IPAddress: Hidden("99.99.99.99"),
	}, changes)
}

// Personal is the input of a Dwolla customer that is a reviewed person.
func Personal(changes ...func(*rules.CustomerInput)) rules.CreateInput {
	in := Unverified().CustomerInput
	in.Type = patch.Of("personal")
	in.Street1, in.Street2, in.City = patch.Of("221 Corrected Address St"), patch.Of("Fl 8"), patch.Of("Ridgewood")
	in.State, in.PostalCode, in.Phone = patch.Of("NY"), patch.Of("11385"), patch.Of("5554321234")
	in.DateOfBirth, in.SSN = Hidden("1970-07-11"), Hidden("1234")
	return enrolling(in, changes)
}

// Sole is the input of a Dwolla customer that is a sole proprietorship.
func Sole(changes ...func(*rules.CustomerInput)) rules.CreateInput {
	in := Personal().CustomerInput
	in.Type, in.BusinessName = patch.Of("business"), patch.Of("Jane Corp")
	in.BusinessType, in.BusinessClassification = patch.Of("soleProprietorship"), patch.Of("9ed3f670-7d6f-11e3-b1ce-5404a6144203")
	in.EIN, in.DoingBusinessAs, in.Website = Hidden("00-0000000"), patch.Of("Jane's"), patch.Of("https://jane.example")
	return enrolling(in, changes)
}

// Company is the input of a Dwolla customer that is a business with a controller.
func Company(changes ...func(*rules.CustomerInput)) rules.CreateInput {
	in := Sole().CustomerInput
	in.BusinessType, in.DateOfBirth, in.SSN = patch.Of("llc"), patch.Field[secret.Text]{}, patch.Field[secret.Text]{}
	in.Controller = patch.Of(Controller())
	return enrolling(in, changes)
}

// Controller is the controller of Company.
func Controller() rules.ControllerInput {
	return rules.ControllerInput{
		Title: patch.Of("CEO"), FirstName: patch.Of("Joan"), LastName: patch.Of("Boss"), DateOfBirth: Hidden("1980-01-31"), PersonalTaxID: Hidden("6789"),
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

// Called sets the first name of an input.
func Called(first string) func(*rules.CustomerInput) {
	return func(in *rules.CustomerInput) { in.FirstName = patch.Of(first) }
}

// Mailed sets the e-mail address of an input.
func Mailed(address string) func(*rules.CustomerInput) {
	return func(in *rules.CustomerInput) { in.Email = patch.Of(address) }
}

// Enrol makes a Dwolla customer of the platform; it has no keys.
func (h enrollments) Enrol(in rules.CreateInput) Party {
	h.T.Helper()
	made, err := h.Svc.Dwolla.Create(h.T.Context(), h.As(h.Cove), in)
	Must(h.T, err)
	return Party{ID: made.Customer.ID.String()}
}

// Amend changes a Dwolla customer.
func (h enrollments) Amend(by Party, id string, change func(*rules.UpdateInput)) (*customers.Customer, error) {
	h.T.Helper()
	in := rules.UpdateInput{CustomerID: id}
	change(&in)
	return h.Svc.Dwolla.Update(h.T.Context(), h.As(by), in)
}

// Amends changes a Dwolla customer of the platform, and ends the test when that is
// refused.
func (h enrollments) Amends(id string, change func(*rules.UpdateInput)) *customers.Customer {
	h.T.Helper()
	c, err := h.Amend(h.Cove, id, change)
	Must(h.T, err)
	return c
}

// Is demands that a Dwolla customer has that status.
func (h enrollments) Is(id string, stage status.Status) {
	h.T.Helper()
	if got := status.Of(h.Record(id)); got != stage {
		h.T.Errorf("the stage is %s, not %s", got, stage)
	}
}

// Faulty demands a refusal for exactly these fields.
func Faulty(t testing.TB, err error, want map[string]fault.Detail) {
	t.Helper()
	got := Fields(Refused(t, err, fault.Invalid, fault.CodeValidation))
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

// InState demands the refusal of a change that the state of the record does not allow.
func InState(t testing.TB, err error) {
	t.Helper()
	Refused(t, err, fault.Conflict, fault.CodeResourceState)
}
