package customers_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// An enrolled customer is kept where the native one is, of its type, on a plan that
// asks for nothing; its review runs when its type has one.
func TestEnrolledCustomersAreNativeOnes(t *testing.T) {
	t.Parallel()
	h := open(t)
	plain := h.record(h.enrol(unverified()).id)
	if plain.Type != customers.TypeUnverified || plain.Stage() != customers.StageUnverified || plain.Name != "Jane Merchant" ||
		plain.Contact.FirstName != "Jane" || plain.PlanKey != "payer" || plain.Device == nil || plain.Identity.Status != customers.IdentityNone {
		t.Errorf("unverified: %+v", plain)
	}
	only := h.record(h.enrol(unverified(mailed("only@b.example"), func(in *customers.EnrolmentInput) {
		in.Type, in.BusinessName = patch.Of("receiveOnly"), patch.Of("Only Inc")
	})).id)
	if only.EffectiveType() != customers.TypeReceiveOnly || only.Stage() != customers.StageUnverified || only.LegalEntity.BusinessName != "Only Inc" ||
		only.EffectiveKind() != customers.KindIndividual {
		t.Errorf("receive-only: %+v", only)
	}
	person := h.record(h.enrol(personal(mailed("person@b.example"))).id)
	if person.Stage() != customers.StageVerified || person.LegalEntity.PersonalTaxID.Last4 != "1234" || person.Contact.DateOfBirth == nil ||
		person.Address.Country != "USA" || person.Contact.Phone != "5554321234" || person.Identity.Provider != "sandbox" {
		t.Errorf("personal: %+v", person)
	}
	single := h.record(h.enrol(sole(mailed("sole@b.example"))).id)
	if single.Stage() != customers.StageVerified || single.LegalEntity.EntityType != "ISP" || single.Enrolment.BusinessType != "soleProprietorship" ||
		single.Merchant.BusinessName != "Jane's" || single.LegalEntity.BusinessTaxID == nil {
		t.Errorf("sole proprietor: %+v", single)
	}
	firm := h.record(h.enrol(company(mailed("firm@b.example"))).id)
	if firm.EffectiveKind() != customers.KindBusiness || firm.LegalEntity.EntityType != "LLC" || firm.Enrolment.Controller.FirstName != "Joan" ||
		firm.Enrolment.Controller.PersonalTaxID.Last4 != "6789" || firm.LegalEntity.PersonalTaxID != nil {
		t.Errorf("company: %+v", firm)
	}
	if first, last := firm.PersonName(); first != "Jane" || last != "Merchant" {
		t.Errorf("the person is %s %s", first, last)
	}
}

// The first version of the vendor's interface names one tax number and no form.
func TestATaxNumberAloneEnrols(t *testing.T) {
	t.Parallel()
	h := open(t)
	bare := func(kind string) func(*customers.EnrolmentInput) {
		return func(in *customers.EnrolmentInput) {
			in.Type, in.SSN, in.TIN, in.Email = patch.Of(kind), patch.Field[secret.Text]{}, hidden("123-45-6789"), patch.Of(kind+"@b.example")
		}
	}
	person := h.record(h.enrol(personal(bare("personal"))).id)
	if person.LegalEntity.PersonalTaxID.Last4 != "6789" || person.LegalEntity.BusinessTaxID != nil {
		t.Errorf("personal: %+v", person.LegalEntity)
	}
	firm := h.record(h.enrol(personal(bare("business"))).id)
	if firm.LegalEntity.BusinessTaxID.Last4 != "6789" || firm.LegalEntity.PersonalTaxID != nil || firm.Stage() != customers.StageVerified {
		t.Errorf("business: %+v", firm.LegalEntity)
	}
	// What was enrolled so can be changed so.
	h.amends(firm.ID.String(), func(in *customers.AmendInput) { in.Phone = patch.Of("5550001111") })
}

// No event and no masked answer holds what is sensitive.
func TestEnrolmentsAreMasked(t *testing.T) {
	t.Parallel()
	h := open(t)
	in := company(func(in *customers.EnrolmentInput) {
		c := sealedController()
		c.Passport.Value.Country = patch.Of("de")
		in.Controller, in.EIN = patch.Of(c), hidden("98-7654321")
	})
	id := h.enrol(in).id
	stored := h.record(id)
	shown, err := json.Marshal(h.view(h.cove, id))
	must(t, err)
	told, err := json.Marshal(stored.Outbox)
	must(t, err)
	for _, text := range []string{"P-77553311", "1980-01-31", "987654321", "99.99.99.99"} {
		if bytes.Contains(shown, []byte(text)) || bytes.Contains(told, []byte(text)) {
			t.Errorf("%s is shown", text)
		}
	}
	if !strings.Contains(string(shown), `"type":"business"`) || !strings.Contains(string(shown), `"country":"US"`) {
		t.Errorf("the view is %s", shown)
	}
	if got := stored.Enrolment.Controller.Passport.Country; got != "DE" {
		t.Errorf("the country is %s", got)
	}
}

// Every failing field is told at once, under where it is kept, with the rule it broke.
func TestEnrolmentsAreHeldAgainstTheirRules(t *testing.T) {
	t.Parallel()
	h := open(t)
	before := len(h.children(h.cove))
	type change = func(*customers.EnrolmentInput)
	missing := func(paths ...string) map[string]fault.Detail {
		want := map[string]fault.Detail{}
		for _, path := range paths {
			want[path] = fault.Missing
		}
		return want
	}
	none := func(customers.EnrolInput) customers.EnrolInput { return customers.EnrolInput{PlanKey: "payer"} }
	typed := func(kind string) customers.EnrolInput {
		in := none(unverified())
		in.Type = patch.Of(kind)
		return in
	}
	for name, row := range map[string]struct {
		in   customers.EnrolInput
		want map[string]fault.Detail
	}{
		"nothing":          {none(unverified()), missing("contact.firstName", "contact.lastName", "email")},
		"no person":        {typed("personal"), missing("contact.firstName", "contact.lastName", "email", "address.street1", "address.city", "address.state", "address.postalCode", "contact.dateOfBirth", "legalEntity.personalTaxId")},
		"no business":      {typed("business"), missing("contact.firstName", "contact.lastName", "email", "address.street1", "address.city", "address.state", "address.postalCode", "businessType", "businessClassification", "controller", "legalEntity.businessName", "legalEntity.businessTaxId")},
		"no type":          {unverified(func(in *customers.EnrolmentInput) { in.Type = patch.Of("robot") }), map[string]fault.Detail{"type": fault.BadValue}},
		"no names":         {unverified(called("")), missing("contact.firstName")},
		"two faults":       {unverified(called("A<b"), mailed("x")), map[string]fault.Detail{"contact.firstName": fault.BadFormat, "email": fault.BadFormat}},
		"a long name":      {unverified(called(strings.Repeat("é", 51))), map[string]fault.Detail{"contact.firstName": fault.TooLong}},
		"an odd reference": {unverified(func(in *customers.EnrolmentInput) { in.ExternalID = patch.Of("a b") }), map[string]fault.Detail{"externalId": fault.BadFormat}},
		"no network":       {unverified(func(in *customers.EnrolmentInput) { in.IPAddress = hidden("here") }), map[string]fault.Detail{"device.ipAddress": fault.BadFormat}},
		"no sole proprietor": {sole(func(in *customers.EnrolmentInput) {
			in.SSN, in.DateOfBirth = patch.Field[secret.Text]{}, patch.Field[secret.Text]{}
		}), missing("legalEntity.personalTaxId", "contact.dateOfBirth")},
		"no controller":       {company(func(in *customers.EnrolmentInput) { in.Controller = patch.Field[customers.ControllerInput]{} }), missing("controller")},
		"an empty controller": {company(func(in *customers.EnrolmentInput) { in.Controller = patch.Of(customers.ControllerInput{}) }), missing("controller.title", "controller.firstName", "controller.lastName", "controller.dateOfBirth", "controller.personalTaxId", "controller.address")},
		"no form":             {sole(func(in *customers.EnrolmentInput) { in.BusinessType = patch.Of("club") }), map[string]fault.Detail{"businessType": fault.BadValue}},
		"no number":           {sole(func(in *customers.EnrolmentInput) { in.EIN = hidden("12-34") }), map[string]fault.Detail{"legalEntity.businessTaxId": fault.BadFormat}},
		"no website":          {sole(func(in *customers.EnrolmentInput) { in.Website = patch.Of("jane") }), map[string]fault.Detail{"merchant.businessUrl": fault.BadValue}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.svc.Enrol(t.Context(), h.as(h.cove), row.in)
			faulty(t, err, row.want)
		})
	}
	for name, row := range map[string]struct {
		change change
		path   string
		want   fault.Detail
	}{
		"a minor":       {func(in *customers.EnrolmentInput) { in.DateOfBirth = hidden("2008-03-05") }, "contact.dateOfBirth", fault.NotAllowed},
		"too old":       {func(in *customers.EnrolmentInput) { in.DateOfBirth = hidden("1900-03-03") }, "contact.dateOfBirth", fault.NotAllowed},
		"no date":       {func(in *customers.EnrolmentInput) { in.DateOfBirth = hidden("07-11-1970") }, "contact.dateOfBirth", fault.BadFormat},
		"a short ssn":   {func(in *customers.EnrolmentInput) { in.SSN = hidden("12") }, "legalEntity.personalTaxId", fault.BadFormat},
		"a state name":  {func(in *customers.EnrolmentInput) { in.State = patch.Of("California") }, "address.state", fault.BadFormat},
		"no state":      {func(in *customers.EnrolmentInput) { in.State = patch.Of("ZZ") }, "address.state", fault.BadValue},
		"no code":       {func(in *customers.EnrolmentInput) { in.PostalCode = patch.Of("1138") }, "address.postalCode", fault.BadFormat},
		"a box":         {func(in *customers.EnrolmentInput) { in.Street1 = patch.Of("P.O. Box 12") }, "address.street1", fault.NotAllowed},
		"a bare box":    {func(in *customers.EnrolmentInput) { in.Street2 = patch.Of("POBox 12") }, "address.street2", fault.NotAllowed},
		"a city of 8":   {func(in *customers.EnrolmentInput) { in.City = patch.Of("District 8") }, "address.city", fault.BadFormat},
		"a long street": {func(in *customers.EnrolmentInput) { in.Street1 = patch.Of(strings.Repeat("x", 51)) }, "address.street1", fault.TooLong},
		"a phone":       {func(in *customers.EnrolmentInput) { in.Phone = patch.Of("555-432-1234") }, "contact.phone", fault.BadFormat},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := h.svc.Enrol(t.Context(), h.as(h.cove), personal(row.change))
			faulty(t, err, map[string]fault.Detail{row.path: row.want})
		})
	}
	if after := len(h.children(h.cove)); after != before {
		t.Errorf("%d customers were made", after-before)
	}
	// The very edges are fine.
	h.enrol(personal(mailed("young@b.example"), func(in *customers.EnrolmentInput) { in.DateOfBirth = hidden("2008-03-04") }))
	h.enrol(personal(mailed("old@b.example"), func(in *customers.EnrolmentInput) { in.DateOfBirth = hidden("1900-03-05") }))
	h.enrol(unverified(mailed("long@b.example"), called(strings.Repeat("é", 50))))
}

// E-mail address and external id are unique in the account, whoever has them and
// deactivated or not; who may read the holder is told it, and another account is
// no holder.
func TestEnrolledValuesAreUniqueInTheAccount(t *testing.T) {
	t.Parallel()
	h := open(t)
	referred := func(reference string) func(*customers.EnrolmentInput) {
		return func(in *customers.EnrolmentInput) { in.ExternalID = patch.Of(reference) }
	}
	first := h.enrol(unverified(referred("r-1")))
	second := h.keyed(h.enrol(unverified(mailed("second@b.example"))))
	native := h.create(h.cove, `{"name":"Native","email":"native@b.example","planKey":"payer"}`)
	h.amends(first.id, func(in *customers.AmendInput) { in.Status = patch.Of("deactivated") })
	for name, row := range map[string]struct {
		in            customers.EnrolInput
		field, holder string
	}{
		"the address":     {unverified(mailed("JANE@merchant.example")), "email", first.id},
		"the reference":   {unverified(mailed("third@b.example"), referred("r-1")), "externalId", first.id},
		"one of a native": {unverified(mailed("native@b.example")), "email", native.id},
	} {
		_, err := h.svc.Enrol(t.Context(), h.as(h.cove), row.in)
		refusal := refused(t, err, fault.Conflict, fault.CodeConflict)
		if refusal.Field != row.field || refusal.Detail != fault.Duplicate || refusal.Holder != row.holder {
			t.Errorf("%s: %+v", name, refusal)
		}
	}
	for by, holder := range map[party]string{h.cove: first.id, second: ""} {
		_, err := h.amend(by, second.id, func(in *customers.AmendInput) { in.Email = patch.Of("jane@merchant.example") })
		if refusal := refused(t, err, fault.Conflict, fault.CodeConflict); refusal.Holder != holder || refusal.Field != "email" {
			t.Errorf("a change by %s: %+v", by.id, refusal)
		}
	}
	if diff := cmp.Diff("second@b.example", h.record(second.id).Email); diff != "" {
		t.Error(diff)
	}
	_, err := h.svc.Enrol(t.Context(), h.as(h.rival), unverified(referred("r-1")))
	must(t, err)
}

// A stranger finds none of them, and cannot tell them from what does not exist.
func TestEnrolledCustomersAreOutOfStrangersReach(t *testing.T) {
	t.Parallel()
	h := open(t)
	asked := h.keyed(h.enrol(personal(called("kba"))))
	_, err := h.svc.StartQuestions(t.Context(), h.as(h.cove), asked.id)
	must(t, err)
	before := h.record(asked.id)
	sibling := h.keyed(h.enrol(unverified(mailed("sibling@b.example"))))
	for _, stranger := range []party{h.rival, sibling} {
		caller := h.as(stranger)
		for name, err := range map[string]error{
			"Amend":   second(h.svc.Amend(t.Context(), caller, customers.AmendInput{CustomerID: asked.id, Status: patch.Of("deactivated")})),
			"Retry":   second(h.svc.RetryIdentity(t.Context(), caller, asked.id, customers.RetryInput{})),
			"Start":   second(h.svc.StartQuestions(t.Context(), caller, asked.id)),
			"Read":    second(h.svc.Questions(t.Context(), caller, asked.id)),
			"Answers": second(h.svc.AnswerQuestions(t.Context(), caller, asked.id, customers.AnswersInput{})),
		} {
			if !fault.IsNotFound(err) {
				t.Errorf("%s answers %v", name, err)
			}
		}
	}
	// Its status is set from above.
	_, err = h.amend(asked, "", func(in *customers.AmendInput) { in.Status = patch.Of("deactivated") })
	refused(t, err, fault.Forbidden, fault.CodeAccess)
	if h.record(asked.id) != before {
		t.Error("something was written")
	}
}
