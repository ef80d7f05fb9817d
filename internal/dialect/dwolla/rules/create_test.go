package rules_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/dialect/dwolla/status"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
)

// An enrolled customer is kept where the native one is, of its type, on a plan that
// asks for nothing; its review runs when its type has one.
func TestEnrolledCustomersAreNativeOnes(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	plain := h.Record(enroll(h, unverified()).ID)
	if plain.EnrollmentType != customers.EnrollmentUnverified || status.Of(plain) != status.Unverified || plain.Name != "Jane Merchant" ||
		plain.Contact.FirstName != "Jane" || plain.PlanKey != "payer" || plain.Device == nil || plain.Identity.Status != reviews.IdentityNone {
		t.Errorf("unverified: %+v", plain)
	}
	only := h.Record(enroll(h, unverified(mailed("only@b.example"), func(in *rules.CustomerInput) {
		in.Type, in.BusinessName = patch.Of("receiveOnly"), patch.Of("Only Inc")
	})).ID)
	if status.EnrollmentTypeOf(only) != customers.EnrollmentReceiveOnly || status.Of(only) != status.Unverified || only.LegalEntity.BusinessName != "Only Inc" ||
		only.EffectivePartyType() != customers.PartyIndividual {
		t.Errorf("receive-only: %+v", only)
	}
	person := h.Record(enroll(h, personal(mailed("person@b.example"))).ID)
	if status.Of(person) != status.Verified || person.LegalEntity.PersonalTaxID.Last4 != "1234" || person.Contact.DateOfBirth == nil ||
		person.Address.Country != "USA" || person.Contact.Phone != "5554321234" || person.Identity.Provider != "sandbox" {
		t.Errorf("personal: %+v", person)
	}
	single := h.Record(enroll(h, sole(mailed("sole@b.example"))).ID)
	if status.Of(single) != status.Verified || single.LegalEntity.EntityType != "ISP" || single.Enrollment.BusinessType != "soleProprietorship" ||
		single.Merchant.BusinessName != "Jane's" || single.LegalEntity.BusinessTaxID == nil {
		t.Errorf("sole proprietor: %+v", single)
	}
	firm := h.Record(enroll(h, company(mailed("firm@b.example"))).ID)
	if firm.EffectivePartyType() != customers.PartyBusiness || firm.LegalEntity.EntityType != "LLC" || firm.Enrollment.Controller.FirstName != "Joan" ||
		firm.Enrollment.Controller.PersonalTaxID.Last4 != "6789" || firm.LegalEntity.PersonalTaxID != nil {
		t.Errorf("company: %+v", firm)
	}
	if first, last := firm.PersonName(); first != "Jane" || last != "Merchant" {
		t.Errorf("the person is %s %s", first, last)
	}
}

// The first version of the vendor's interface names one tax number and no form.
func TestATaxNumberAloneEnrolls(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	bare := func(kind string) func(*rules.CustomerInput) {
		return func(in *rules.CustomerInput) {
			in.Type, in.SSN, in.TIN, in.Email = patch.Of(kind), patch.Field[secret.Text]{}, hidden("123-45-6789"), patch.Of(kind+"@b.example")
		}
	}
	person := h.Record(enroll(h, personal(bare("personal"))).ID)
	if person.LegalEntity.PersonalTaxID.Last4 != "6789" || person.LegalEntity.BusinessTaxID != nil {
		t.Errorf("personal: %+v", person.LegalEntity)
	}
	firm := h.Record(enroll(h, personal(bare("business"))).ID)
	if firm.LegalEntity.BusinessTaxID.Last4 != "6789" || firm.LegalEntity.PersonalTaxID != nil || status.Of(firm) != status.Verified {
		t.Errorf("business: %+v", firm.LegalEntity)
	}
	// What was enrolled so can be changed so.
	amends(h, firm.ID.String(), func(in *rules.UpdateInput) { in.Phone = patch.Of("5550001111") })
}

// No event and no masked answer holds what is sensitive.
func TestEnrollmentsAreMasked(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	in := company(func(in *rules.CustomerInput) {
		c := sealedController()
		c.Passport.Value.Country = patch.Of("de")
		in.Controller, in.EIN = patch.Of(c), hidden("98-7654321")
	})
	id := enroll(h, in).ID
	stored := h.Record(id)
	shown, err := json.Marshal(h.View(h.Cove, id))
	testkit.Must(t, err)
	told, err := json.Marshal(stored.Outbox)
	testkit.Must(t, err)
	for _, text := range []string{"P-77553311", "1980-01-31", "987654321", "99.99.99.99"} {
		t.Run(text, func(t *testing.T) {
			if bytes.Contains(shown, []byte(text)) || bytes.Contains(told, []byte(text)) {
				t.Errorf("%s is shown", text)
			}
		})
	}
	if !strings.Contains(string(shown), `"type":"business"`) || !strings.Contains(string(shown), `"country":"US"`) {
		t.Errorf("the view is %s", shown)
	}
	if got := stored.Enrollment.Controller.Passport.Country; got != "DE" {
		t.Errorf("the country is %s", got)
	}
}

// Every failing field is told at once, under where it is kept, with the rule it broke.
func TestEnrollmentsAreHeldAgainstTheirRules(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	before := len(h.Children(h.Cove))
	type change = func(*rules.CustomerInput)
	missing := func(paths ...string) map[string]fault.Detail {
		want := map[string]fault.Detail{}
		for _, path := range paths {
			want[path] = fault.Missing
		}
		return want
	}
	none := func(rules.CreateInput) rules.CreateInput { return rules.CreateInput{PlanKey: "payer"} }
	typed := func(kind string) rules.CreateInput {
		in := none(unverified())
		in.Type = patch.Of(kind)
		return in
	}
	for name, row := range map[string]struct {
		in   rules.CreateInput
		want map[string]fault.Detail
	}{
		"nothing":          {none(unverified()), missing("contact.firstName", "contact.lastName", "email")},
		"no person":        {typed("personal"), missing("contact.firstName", "contact.lastName", "email", "address.street1", "address.city", "address.state", "address.postalCode", "contact.dateOfBirth", "legalEntity.personalTaxId")},
		"no business":      {typed("business"), missing("contact.firstName", "contact.lastName", "email", "address.street1", "address.city", "address.state", "address.postalCode", "businessType", "businessClassification", "controller", "legalEntity.businessName", "legalEntity.businessTaxId")},
		"no type":          {unverified(func(in *rules.CustomerInput) { in.Type = patch.Of("robot") }), map[string]fault.Detail{"type": fault.BadValue}},
		"no names":         {unverified(called("")), missing("contact.firstName")},
		"two faults":       {unverified(called("A<b"), mailed("x")), map[string]fault.Detail{"contact.firstName": fault.BadFormat, "email": fault.BadFormat}},
		"a long name":      {unverified(called(strings.Repeat("é", 51))), map[string]fault.Detail{"contact.firstName": fault.TooLong}},
		"an odd reference": {unverified(func(in *rules.CustomerInput) { in.ExternalID = patch.Of("a b") }), map[string]fault.Detail{"externalId": fault.BadFormat}},
		"no network":       {unverified(func(in *rules.CustomerInput) { in.IPAddress = hidden("here") }), map[string]fault.Detail{"device.ipAddress": fault.BadFormat}},
		"no sole proprietor": {sole(func(in *rules.CustomerInput) {
			in.SSN, in.DateOfBirth = patch.Field[secret.Text]{}, patch.Field[secret.Text]{}
		}), missing("legalEntity.personalTaxId", "contact.dateOfBirth")},
		"no controller":       {company(func(in *rules.CustomerInput) { in.Controller = patch.Field[rules.ControllerInput]{} }), missing("controller")},
		"an empty controller": {company(func(in *rules.CustomerInput) { in.Controller = patch.Of(rules.ControllerInput{}) }), missing("controller.title", "controller.firstName", "controller.lastName", "controller.dateOfBirth", "controller.personalTaxId", "controller.address")},
		"no form":             {sole(func(in *rules.CustomerInput) { in.BusinessType = patch.Of("club") }), map[string]fault.Detail{"businessType": fault.BadValue}},
		"no number":           {sole(func(in *rules.CustomerInput) { in.EIN = hidden("12-34") }), map[string]fault.Detail{"legalEntity.businessTaxId": fault.BadFormat}},
		"no website":          {sole(func(in *rules.CustomerInput) { in.Website = patch.Of("jane") }), map[string]fault.Detail{"merchant.businessUrl": fault.BadValue}},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Dwolla.Create(t.Context(), h.As(h.Cove), row.in)
			faulty(t, err, row.want)
		})
	}
	for name, row := range map[string]struct {
		change change
		path   string
		want   fault.Detail
	}{
		"a minor":       {func(in *rules.CustomerInput) { in.DateOfBirth = hidden("2008-03-05") }, "contact.dateOfBirth", fault.NotAllowed},
		"too old":       {func(in *rules.CustomerInput) { in.DateOfBirth = hidden("1900-03-03") }, "contact.dateOfBirth", fault.NotAllowed},
		"no date":       {func(in *rules.CustomerInput) { in.DateOfBirth = hidden("07-11-1970") }, "contact.dateOfBirth", fault.BadFormat},
		"a short ssn":   {func(in *rules.CustomerInput) { in.SSN = hidden("12") }, "legalEntity.personalTaxId", fault.BadFormat},
		"a state name":  {func(in *rules.CustomerInput) { in.State = patch.Of("California") }, "address.state", fault.BadFormat},
		"no state":      {func(in *rules.CustomerInput) { in.State = patch.Of("ZZ") }, "address.state", fault.BadValue},
		"no code":       {func(in *rules.CustomerInput) { in.PostalCode = patch.Of("1138") }, "address.postalCode", fault.BadFormat},
		"a box":         {func(in *rules.CustomerInput) { in.Street1 = patch.Of("P.O. Box 12") }, "address.street1", fault.NotAllowed},
		"a bare box":    {func(in *rules.CustomerInput) { in.Street2 = patch.Of("POBox 12") }, "address.street2", fault.NotAllowed},
		"a city of 8":   {func(in *rules.CustomerInput) { in.City = patch.Of("District 8") }, "address.city", fault.BadFormat},
		"a long street": {func(in *rules.CustomerInput) { in.Street1 = patch.Of(strings.Repeat("x", 51)) }, "address.street1", fault.TooLong},
		"a phone":       {func(in *rules.CustomerInput) { in.Phone = patch.Of("555-432-1234") }, "contact.phone", fault.BadFormat},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Dwolla.Create(t.Context(), h.As(h.Cove), personal(row.change))
			faulty(t, err, map[string]fault.Detail{row.path: row.want})
		})
	}
	if after := len(h.Children(h.Cove)); after != before {
		t.Errorf("%d customers were made", after-before)
	}
	// The very edges are fine.
	enroll(h, personal(mailed("young@b.example"), func(in *rules.CustomerInput) { in.DateOfBirth = hidden("2008-03-04") }))
	enroll(h, personal(mailed("old@b.example"), func(in *rules.CustomerInput) { in.DateOfBirth = hidden("1900-03-05") }))
	enroll(h, unverified(mailed("long@b.example"), called(strings.Repeat("é", 50))))
}

// E-mail address and external id are unique in the account, whoever has them and
// deactivated or not; who may read the holder is told it, and another account is
// no holder.
func TestEnrolledValuesAreUniqueInTheAccount(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	referred := func(reference string) func(*rules.CustomerInput) {
		return func(in *rules.CustomerInput) { in.ExternalID = patch.Of(reference) }
	}
	first := enroll(h, unverified(referred("r-1")))
	second := h.Keyed(enroll(h, unverified(mailed("second@b.example"))))
	native := h.Create(h.Cove, `{"name":"Native","email":"native@b.example","planKey":"payer"}`)
	amends(h, first.ID, func(in *rules.UpdateInput) { in.Status = patch.Of("deactivated") })
	for name, row := range map[string]struct {
		in            rules.CreateInput
		field, holder string
	}{
		"the address":     {unverified(mailed("JANE@merchant.example")), "email", first.ID},
		"the reference":   {unverified(mailed("third@b.example"), referred("r-1")), "externalId", first.ID},
		"one of a native": {unverified(mailed("native@b.example")), "email", native.ID},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Dwolla.Create(t.Context(), h.As(h.Cove), row.in)
			refusal := testkit.Refused(t, err, fault.Conflict, fault.CodeConflict)
			if refusal.Field != row.field || refusal.Detail != fault.Duplicate || refusal.Holder != row.holder {
				t.Errorf("%s: %+v", name, refusal)
			}
		})
	}
	for by, holder := range map[testkit.Party]string{h.Cove: first.ID, second: ""} {
		t.Run(fmt.Sprint(by), func(t *testing.T) {
			h := h.In(t)
			_, err := amend(h, by, second.ID, func(in *rules.UpdateInput) { in.Email = patch.Of("jane@merchant.example") })
			if refusal := testkit.Refused(t, err, fault.Conflict, fault.CodeConflict); refusal.Holder != holder || refusal.Field != "email" {
				t.Errorf("a change by %s: %+v", by.ID, refusal)
			}
		})
	}
	if diff := cmp.Diff("second@b.example", h.Record(second.ID).Email); diff != "" {
		t.Error(diff)
	}
	_, err := h.Svc.Dwolla.Create(t.Context(), h.As(h.Rival), unverified(referred("r-1")))
	testkit.Must(t, err)
}

// A stranger finds none of them, and cannot tell them from what does not exist.
func TestEnrolledCustomersAreOutOfStrangersReach(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	asked := h.Keyed(enroll(h, personal(called("kba"))))
	_, err := h.Svc.Identity.StartQuestions(t.Context(), h.As(h.Cove), asked.ID)
	testkit.Must(t, err)
	before := h.Record(asked.ID)
	sibling := h.Keyed(enroll(h, unverified(mailed("sibling@b.example"))))
	for _, stranger := range []testkit.Party{h.Rival, sibling} {
		caller := h.As(stranger)
		for name, err := range map[string]error{
			"Amend":   testkit.Second(h.Svc.Dwolla.Update(t.Context(), caller, rules.UpdateInput{CustomerID: asked.ID, Status: patch.Of("deactivated")})),
			"Retry":   testkit.Second(h.Svc.Dwolla.RetryIdentity(t.Context(), caller, asked.ID, rules.RetryInput{})),
			"Start":   testkit.Second(h.Svc.Identity.StartQuestions(t.Context(), caller, asked.ID)),
			"Read":    testkit.Second(h.Svc.Identity.Questions(t.Context(), caller, asked.ID)),
			"Answers": testkit.Second(h.Svc.Identity.AnswerQuestions(t.Context(), caller, asked.ID, identity.AnswersInput{})),
		} {
			t.Run(name, func(t *testing.T) {
				if !fault.IsNotFound(err) {
					t.Errorf("%s answers %v", name, err)
				}
			})
		}
	}
	// Its status is set from above.
	_, err = amend(h, asked, "", func(in *rules.UpdateInput) { in.Status = patch.Of("deactivated") })
	testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
	if !h.Stands(before) {
		t.Error("something was written")
	}
}
