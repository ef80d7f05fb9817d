package customers_test

import (
	"testing"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

func hidden(text string) patch.Field[secret.Text] { return patch.Of(secret.New(text)) }

// unverified is the input of a customer that is not reviewed.
func unverified(changes ...func(*customers.EnrolmentInput)) customers.EnrolInput {
	return enrolling(customers.EnrolmentInput{
		FirstName: patch.Of("Jane"), LastName: patch.Of("Merchant"), Email: patch.Of("jane@merchant.example"), IPAddress: hidden("99.99.99.99"),
	}, changes)
}

// personal is the input of a person who is reviewed.
func personal(changes ...func(*customers.EnrolmentInput)) customers.EnrolInput {
	in := unverified().EnrolmentInput
	in.Type = patch.Of("personal")
	in.Street1, in.Street2, in.City = patch.Of("221 Corrected Address St"), patch.Of("Fl 8"), patch.Of("Ridgewood")
	in.State, in.PostalCode, in.Phone = patch.Of("NY"), patch.Of("11385"), patch.Of("5554321234")
	in.DateOfBirth, in.SSN = hidden("1970-07-11"), hidden("1234")
	return enrolling(in, changes)
}

// sole is the input of a business that is one person.
func sole(changes ...func(*customers.EnrolmentInput)) customers.EnrolInput {
	in := personal().EnrolmentInput
	in.Type, in.BusinessName = patch.Of("business"), patch.Of("Jane Corp")
	in.BusinessType, in.BusinessClassification = patch.Of("soleProprietorship"), patch.Of("9ed3f670-7d6f-11e3-b1ce-5404a6144203")
	in.EIN, in.DoingBusinessAs, in.Website = hidden("00-0000000"), patch.Of("Jane's"), patch.Of("https://jane.example")
	return enrolling(in, changes)
}

// company is the input of a business with a controller.
func company(changes ...func(*customers.EnrolmentInput)) customers.EnrolInput {
	in := sole().EnrolmentInput
	in.BusinessType, in.DateOfBirth, in.SSN = patch.Of("llc"), patch.Field[secret.Text]{}, patch.Field[secret.Text]{}
	in.Controller = patch.Of(controller())
	return enrolling(in, changes)
}

func controller() customers.ControllerInput {
	return customers.ControllerInput{
		Title: patch.Of("CEO"), FirstName: patch.Of("Joan"), LastName: patch.Of("Boss"), DateOfBirth: hidden("1980-01-31"), PersonalTaxID: hidden("6789"),
		Address: patch.Of(customers.ControllerAddressInput{
			Street1: patch.Of("1749 18th st"), Street2: patch.Of("apt 12"), City: patch.Of("Des Moines"), State: patch.Of("IA"), PostalCode: patch.Of("50266"), Country: patch.Of("US"),
		}),
	}
}

func enrolling(in customers.EnrolmentInput, changes []func(*customers.EnrolmentInput)) customers.EnrolInput {
	for _, change := range changes {
		change(&in)
	}
	return customers.EnrolInput{EnrolmentInput: in, PlanKey: "payer"}
}

func called(first string) func(*customers.EnrolmentInput) {
	return func(in *customers.EnrolmentInput) { in.FirstName = patch.Of(first) }
}

func mailed(address string) func(*customers.EnrolmentInput) {
	return func(in *customers.EnrolmentInput) { in.Email = patch.Of(address) }
}

// enrol makes a customer of the platform.
func (h *house) enrol(in customers.EnrolInput) party {
	h.t.Helper()
	made, err := h.svc.Enrol(h.t.Context(), h.as(h.cove), in)
	must(h.t, err)
	return party{id: made.Customer.ID.String()}
}

// keyed gives a customer of the platform that was made without keys a pair.
func (h *house) keyed(p party) party {
	h.t.Helper()
	rotated, err := h.svc.RotateKeys(h.t.Context(), h.as(h.cove), p.id, customers.RotateInput{})
	must(h.t, err)
	return party{p.id, rotated.Pair}
}

func (h *house) amend(by party, id string, change func(*customers.AmendInput)) (*customers.Customer, error) {
	h.t.Helper()
	in := customers.AmendInput{CustomerID: id}
	change(&in)
	return h.svc.Amend(h.t.Context(), h.as(by), in)
}

func (h *house) amends(id string, change func(*customers.AmendInput)) *customers.Customer {
	h.t.Helper()
	c, err := h.amend(h.cove, id, change)
	must(h.t, err)
	return c
}

func (h *house) is(id string, stage customers.Stage) {
	h.t.Helper()
	if got := h.record(id).Stage(); got != stage {
		h.t.Errorf("the stage is %s, not %s", got, stage)
	}
}

// faulty demands that an enrolment is refused for exactly these fields.
func faulty(t testing.TB, err error, want map[string]fault.Detail) {
	t.Helper()
	got := fields(refused(t, err, fault.Invalid, fault.CodeValidation))
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

// inState demands the refusal of what the stage does not allow.
func inState(t testing.TB, err error) {
	t.Helper()
	refused(t, err, fault.Conflict, fault.CodeResourceState)
}
