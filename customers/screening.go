package customers

import (
	"net/netip"
	"regexp"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// ScreeningInput is what a face sends beside the native fields for customers that
// are reviewed as a person or as a business whatever their plan (Straddle API
// reference, customers). With it the rules of such customers hold: a phone number
// in E.164, a device, US addresses, tax numbers in their usual form, e-mail
// addresses and external ids that are unique in the account, and meta that is
// replaced as a whole by at most 20 texts of 40 characters.
type ScreeningInput struct {
	Kind            patch.Field[string]      // individual, business; required on creation, fixed afterwards
	IPAddress       patch.Field[secret.Text] // IPv4; required
	Processing      patch.Field[string]      // creation only: inline, background, skip
	Outcome         patch.Field[string]      // creation only: standard, verified, review, rejected
	Representatives patch.Field[[]RepresentativeInput]
	// Profile is the kind of profile that was sent; empty for none. A profile names
	// both its main fields, be they null.
	Profile Kind
	// Standing is required on a change: the present one, inactive, or pending to
	// bring an inactive customer back.
	Standing patch.Field[string]
}

// RepresentativeInput is a person who speaks for a business, as sent.
type RepresentativeInput struct {
	Name  patch.Field[string] // 1 to 256 characters; required
	Email patch.Field[string]
	Phone patch.Field[string]
}

const (
	maxRepresentatives  = 10
	maxScreenedMeta     = 20
	maxScreenedMetaText = 40
	maxScreenedAddress  = 100
)

var (
	e164Form    = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)
	ssnForm     = regexp.MustCompile(`^[0-9]{3}-[0-9]{2}-[0-9]{4}$`)
	einForm     = regexp.MustCompile(`^[0-9]{2}-[0-9]{7}$`)
	isoDateForm = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

// screening applies a ScreeningInput, after the native fields.
func (d *draft) screening(in Input) {
	s := in.Screening
	if s == nil {
		return
	}
	d.kind(s)
	d.device(s)
	d.howReviewed(s)
	d.screenedContact()
	d.screenedAddress(in.Address)
	d.profile(in)
	d.representatives(s.Representatives)
	d.screenedMeta(in.Meta)
	if d.before != nil {
		d.stand(s.Standing)
	}
}

func (d *draft) kind(s *ScreeningInput) {
	if d.before != nil {
		return
	}
	if !s.Kind.Given() {
		d.missing("kind")
		return
	}
	kind := ""
	d.choice(s.Kind, &kind, "kind", string(KindIndividual), string(KindBusiness))
	d.c.Kind = Kind(kind)
}

func (d *draft) device(s *ScreeningInput) {
	const path = "device.ipAddress"
	if !s.IPAddress.Given() {
		if s.IPAddress.Null || d.c.Device == nil {
			d.missing(path)
		}
		return
	}
	address, err := netip.ParseAddr(s.IPAddress.Value.Reveal())
	if err != nil || !address.Is4() {
		d.faults.Add(path, fault.BadValue, "must be an IPv4 address; 0.0.0.0 when the customer signed up offline")
		return
	}
	var old *Sealed
	if d.c.Device != nil {
		old = d.c.Device.IPAddress
	}
	if sealed := d.seal(old, kindAddress, s.IPAddress.Value, false); sealed != old {
		d.c.Device = &Device{IPAddress: sealed}
	}
}

// howReviewed applies how the reviews of a new customer run.
func (d *draft) howReviewed(s *ScreeningInput) {
	if d.before != nil {
		return
	}
	processing := string(ProcessInline)
	d.choice(s.Processing, &processing, "identity.processing", string(ProcessInline), string(ProcessBackground), string(ProcessSkip))
	d.c.Identity.Processing = Processing(processing)
	if processing == string(ProcessSkip) && !stored(d.caller.Subject).Settings.MaySkipIdentity() {
		d.faults.AddValue("identity.processing", fault.BadValue, processing,
			"customers of this account cannot do without a review; the platform above can set settings.customers.allowIdentitySkip")
	}
	d.choice(s.Outcome, &d.c.Identity.Outcome, "identity.outcome", OutcomeStandard, OutcomeVerified, OutcomeReview, OutcomeRejected)
	if _, forces := d.s.provider.(ForcedProvider); !forces && d.c.forced() {
		d.faults.AddValue("identity.outcome", fault.BadValue, d.c.Identity.Outcome, "only a sandbox judges as it is told to; send standard, or leave it out")
	}
}

// forced tells whether the sandbox was asked for a judgement.
func (c *Customer) forced() bool {
	return c.Identity.Outcome != "" && c.Identity.Outcome != OutcomeStandard
}

func (d *draft) screenedContact() {
	const path = "contact.phone"
	switch {
	case d.faults.Has(path):
	case d.c.Contact == nil || d.c.Contact.Phone == "":
		d.missing(path)
	default:
		d.checkForm(d.c.Contact.Phone, path, e164Form, "must be a phone number in E.164 form such as +12128675309")
	}
}

// screenedAddress holds an address that was sent against the form of the US.
func (d *draft) screenedAddress(field patch.Field[AddressInput]) {
	if !field.Given() {
		return
	}
	in := field.Value
	for path, text := range map[string]patch.Field[string]{"address.street1": in.Street1, "address.street2": in.Street2, "address.city": in.City} {
		if text.Given() && !d.faults.Has(path) {
			checkText(&d.faults, text.Value, path, maxScreenedAddress)
		}
	}
	for _, part := range []struct {
		path  string
		field patch.Field[string]
		form  *regexp.Regexp
		says  string
	}{
		{"address.state", in.State, usState, "must be a state as two capital letters such as ME"},
		{"address.postalCode", in.PostalCode, usZIP, "must be a ZIP code: NNNNN or NNNNN-NNNN"},
	} {
		switch {
		case d.faults.Has(part.path):
		case !part.field.Given():
			d.missing(part.path)
		case !part.form.MatchString(part.field.Value):
			d.faults.AddValue(part.path, fault.BadValue, part.field.Value, part.says)
		}
	}
}

// profile holds a profile that was sent against the kind of the customer.
func (d *draft) profile(in Input) {
	sent := in.Screening.Profile
	if sent == "" || d.faults.Has("kind") {
		return
	}
	if sent != d.c.EffectiveKind() {
		d.faults.Add("profile", fault.BadValue, "is that of another kind of customer: this one is of the kind "+string(d.c.EffectiveKind()))
		return
	}
	entity, contact := in.LegalEntity.Value, in.Contact.Value
	if sent == KindIndividual {
		d.named(contact.DateOfBirth.Set, "contact.dateOfBirth")
		d.named(entity.PersonalTaxID.Set, "legalEntity.personalTaxId")
		d.formed(contact.DateOfBirth, "contact.dateOfBirth", isoDateForm, "must be a date as YYYY-MM-DD")
		d.formed(entity.PersonalTaxID, "legalEntity.personalTaxId", ssnForm, "must be a Social Security number as NNN-NN-NNNN")
		return
	}
	d.named(entity.BusinessTaxID.Set, "legalEntity.businessTaxId")
	d.named(entity.BusinessName.Set, "legalEntity.businessName")
	d.formed(entity.BusinessTaxID, "legalEntity.businessTaxId", einForm, "must be an employer identification number as NN-NNNNNNN")
}

func (d *draft) named(set bool, path string) {
	if !set {
		d.missing(path)
	}
}

func (d *draft) formed(field patch.Field[secret.Text], path string, form *regexp.Regexp, says string) {
	if field.Given() && !d.faults.Has(path) && !form.MatchString(field.Value.Reveal()) {
		d.faults.Add(path, fault.BadValue, says)
	}
}

func (d *draft) representatives(field patch.Field[[]RepresentativeInput]) {
	const path = "legalEntity.representatives"
	if !field.Set {
		return
	}
	var list []Representative
	for i, in := range field.Value {
		next, at := Representative{}, fault.Index(path, i)
		d.required(in.Name, &next.Name, at+".name", 256)
		d.text(in.Email, &next.Email, at+".email", 256)
		d.text(in.Phone, &next.Phone, at+".phone", 64)
		list = append(list, next)
	}
	if len(list) > maxRepresentatives {
		d.faults.Add(path, fault.TooMany, "at most 10 representatives")
		return
	}
	next := LegalEntity{}
	if d.c.LegalEntity != nil {
		next = *d.c.LegalEntity
	}
	next.Representatives = list
	d.c.LegalEntity = &next
}

func (d *draft) screenedMeta(field patch.Field[patch.Raw]) {
	if !field.Given() || d.faults.Has("meta") {
		return
	}
	sent, _ := members(field.Value)
	if len(sent) > maxScreenedMeta {
		d.faults.Add("meta", fault.TooMany, "at most 20 keys")
		return
	}
	for _, m := range sent {
		// A text of n characters takes at least n+2 bytes with its quotes.
		text := []rune(textOf(m.value))
		if len([]rune(m.key)) > maxScreenedMetaText || len(text) > maxScreenedMetaText {
			d.faults.Add("meta", fault.TooLong, "keys and values have at most 40 characters")
			return
		}
	}
}

// stand applies the standing that a change demands.
func (d *draft) stand(field patch.Field[string]) {
	if !field.Given() {
		d.missing("standing")
		return
	}
	next := ""
	d.choice(field, &next, "standing", string(StandingPending), string(StandingReview), string(StandingVerified),
		string(StandingRejected), string(StandingInactive))
	was := d.before.Standing()
	if next == "" || Standing(next) == was {
		return
	}
	if err := tenancy.Authorize(d.caller, tenancy.Need{Scope: tenancy.CustomersWrite, FromAbove: true}, d.before); err != nil {
		d.fail(err)
		return
	}
	switch {
	case next == string(StandingInactive):
		d.c.Status, d.event = StatusDisabled, "customer.status_changed"
	case was == StandingInactive && next == string(StandingPending) && d.before.Status == StatusDisabled:
		d.c.Status, d.event = StatusActive, "customer.status_changed"
		d.reopened = true
	default:
		d.fail(notDecidable("standing", string(was)))
	}
}

// notDecidable refuses to set by hand what a review decides.
func notDecidable(field, now string) error {
	return fault.New(fault.Conflict, fault.CodeIdentityNotDecidable,
		"this standing cannot be set from "+now+"; a review in review, retry or document can be decided, and any can be refreshed").
		About(field, fault.BadValue)
}
