package rules

import (
	"context"
	"net/netip"
	"unicode/utf8"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/identity"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/internal/check"
	"tenantry/internal/dialect/straddle/status"
	"tenantry/internal/fault"
	"tenantry/internal/jsonobj"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// ReviewInput is what a dialect sends beside the native fields for customers that
// are reviewed as a person or as a business whatever their plan (Straddle API
// reference, customers). With it the rules of such customers hold: a phone number
// in E.164, a device, US addresses, tax numbers in their usual form, e-mail
// addresses and external ids that are unique in the account, and meta that is
// replaced as a whole by at most 20 texts of 40 characters.
type ReviewInput struct {
	Kind            patch.Field[string]      // individual, business; required on creation, fixed afterwards
	IPAddress       patch.Field[secret.Text] // IPv4; required
	Processing      patch.Field[string]      // creation only: inline, background, skip
	Outcome         patch.Field[string]      // creation only: standard, verified, review, rejected
	Representatives patch.Field[[]RepresentativeInput]
	// Profile is the kind of profile that was sent; empty for none. Unnamed are the paths of
	// its main fields that it does not name, be it as null, which it must.
	Profile customers.PartyType
	Unnamed []string
	// Status is the one that a change asks for, absent for the present one: inactive, or
	// pending for a review anew.
	Status patch.Field[string]
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
	maxScreenedMetaText = 40 // characters of a key and of a value
	maxScreenedAddress  = 100
)

// screeningRules are where the native rules differ for screened customers.
var screeningRules = fields.Rules{Bare: true, AnyBirth: true, MaxPersonName: fields.MaxName}

// CustomerInput creates or changes a customer that is screened.
type CustomerInput struct {
	fields.Input
	Screening ReviewInput
	// ID, when not zero, was reserved for a new customer by an idempotent attempt.
	ID tenancy.ID
	// PlanKey is the plan of a new customer.
	PlanKey string
	// CustomerID names the customer to change.
	CustomerID string
}

// Create makes a child of the caller's subject by the rules of ReviewInput,
// and reviews it whatever its plan. It has no keys until somebody mints some. It returns
// what Create returns; a Conflict of a value that is taken has its Holder.
func (s *Service) Create(ctx context.Context, caller tenancy.Caller, in CustomerInput) (*customers.Customer, error) {
	made := registry.NewCustomer{ID: in.ID, Need: tenancy.Need{Scope: tenancy.CustomersWrite}, PlanKey: in.PlanKey}
	made.Keep = registry.Keeps(ctx, func(c registry.Created) (*customers.Customer, error) { return c.Customer, nil })
	created, err := s.registry.Insert(ctx, caller, made, func(d *registry.Draft) error {
		in.Meta = screenedMeta(&d.Faults, d.Customer.Meta, in.Meta)
		fields.Apply(d, in.Input, d.Parent, screeningRules)
		s.screening(d, in)
		d.Inherit()
		s.identity.Review(d, reviews.TriggerCreate)
		return nil
	})
	return created.Customer, err
}

// Update changes a customer by the rules of ReviewInput. It returns what
// Update returns, and Conflict identityNotDecidable for a status that no client sets.
func (s *Service) Update(ctx context.Context, caller tenancy.Caller, in CustomerInput) (*customers.Customer, error) {
	at := registry.At{ID: in.CustomerID, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	return registry.ChangeTo(ctx, s.registry, caller, at, customers.EventUpdated, func(d *registry.Draft) error {
		d.UniqueEmail = true
		in.Meta = screenedMeta(&d.Faults, d.Customer.Meta, in.Meta)
		fields.Apply(d, in.Input, registry.Stored(caller.Actor), screeningRules)
		s.screening(d, in)
		switch applyStatus(d, in.Screening.Status) {
		case back:
			s.identity.ReviewAnew(d, reviews.TriggerUpdate)
		case anew:
			if d.Sound() {
				s.identity.Start(d, reviews.TriggerRefresh, true)
			}
		default:
			s.identity.Review(d, reviews.TriggerUpdate)
		}
		return nil
	}, registry.Itself)
}

// screening applies a ReviewInput, after the native fields.
func (s *Service) screening(d *registry.Draft, in CustomerInput) {
	sent := &in.Screening
	kind(d, sent)
	device(d, sent)
	s.howReviewed(d, sent)
	screenedContact(d, in.Contact.Value.Phone)
	screenedAddress(d, in.Address)
	profile(d, in)
	representatives(d, sent.Representatives)
}

func kind(d *registry.Draft, s *ReviewInput) {
	if d.Before != nil {
		return
	}
	if !s.Kind.Given() {
		fields.Missing(d, "kind")
		return
	}
	kind := ""
	fields.Choice(d, s.Kind, &kind, "kind", string(customers.PartyIndividual), string(customers.PartyBusiness))
	d.Customer.PartyType = customers.PartyType(kind)
}

func device(d *registry.Draft, s *ReviewInput) {
	const path = "device.ipAddress"
	if !s.IPAddress.Given() {
		if s.IPAddress.Null || d.Customer.Device == nil {
			fields.Missing(d, path)
		}
		return
	}
	address, err := netip.ParseAddr(s.IPAddress.Value.Reveal())
	if err != nil || !address.Is4() {
		d.Faults.Add(path, fault.BadValue, "must be an IPv4 address; 0.0.0.0 when the customer signed up offline")
		return
	}
	var old *customers.Sealed
	if d.Customer.Device != nil {
		old = d.Customer.Device.IPAddress
	}
	if sealed := d.Seal(old, customers.FieldIPAddress, s.IPAddress.Value, false); sealed != old {
		d.Customer.Device = &customers.Device{IPAddress: sealed}
	}
}

// howReviewed applies how the reviews of a new customer run.
func (s *Service) howReviewed(d *registry.Draft, in *ReviewInput) {
	if d.Before != nil {
		return
	}
	processing := string(reviews.ProcessInline)
	fields.Choice(d, in.Processing, &processing, "identity.processing", string(reviews.ProcessInline), string(reviews.ProcessBackground), string(reviews.ProcessSkip))
	d.Customer.Identity.Processing = reviews.Processing(processing)
	if processing == string(reviews.ProcessSkip) && !registry.Stored(d.Caller.Subject).Settings.MaySkipIdentity() {
		d.Faults.AddValue("identity.processing", fault.BadValue, processing,
			"customers of this account cannot skip the review; the platform above can set settings.customers.allowIdentitySkip")
	}
	fields.Choice(d, in.Outcome, &d.Customer.Identity.Outcome, "identity.outcome", reviews.OutcomeStandard, reviews.OutcomeVerified, reviews.OutcomeReview, reviews.OutcomeRejected)
	if _, forces := s.provider.(identity.ForcedProvider); !forces && forced(d.Customer) {
		d.Faults.AddValue("identity.outcome", fault.BadValue, d.Customer.Identity.Outcome, "chooses the result of a review, which only a sandbox allows; send standard, or leave it out")
	}
}

// forced reports whether the sandbox was asked for a judgment.
func forced(c *customers.Customer) bool {
	return c.Identity.Outcome != "" && c.Identity.Outcome != reviews.OutcomeStandard
}

// screenedContact holds the phone number against its form, unless it stays what it is.
func screenedContact(d *registry.Draft, sent patch.Field[string]) {
	const path = "contact.phone"
	switch {
	case d.Faults.Has(path), d.Before != nil && !sent.Set:
	case d.Customer.Contact == nil || d.Customer.Contact.Phone == "":
		fields.Missing(d, path)
	default:
		fields.CheckForm(d, d.Customer.Contact.Phone, path, check.IsE164, "must be a phone number in E.164 form such as +12128675309")
	}
}

// screenedAddress holds an address that was sent against the form of the US.
func screenedAddress(d *registry.Draft, field patch.Field[fields.AddressInput]) {
	if !field.Given() {
		return
	}
	in := field.Value
	for _, part := range []struct {
		path string
		text patch.Field[string]
	}{{"address.street1", in.Street1}, {"address.street2", in.Street2}, {"address.city", in.City}} {
		if part.text.Given() && !d.Faults.Has(part.path) {
			check.Text(&d.Faults, part.text.Value, part.path, maxScreenedAddress)
		}
	}
	for _, part := range []struct {
		path  string
		field patch.Field[string]
		form  func(string) bool
		says  string
	}{
		{"address.state", in.State, check.IsStateForm, "must be a state as two capital letters such as ME"},
		{"address.postalCode", in.PostalCode, check.IsZIP, "must be a ZIP code: NNNNN or NNNNN-NNNN"},
	} {
		if part.field.Given() {
			fields.CheckForm(d, part.field.Value, part.path, part.form, part.says)
		} else {
			fields.Missing(d, part.path)
		}
	}
}

// profile holds a profile that was sent against the kind of the customer.
func profile(d *registry.Draft, in CustomerInput) {
	sent := in.Screening.Profile
	if sent == "" || d.Faults.Has("kind") {
		return
	}
	if sent != d.Customer.EffectivePartyType() {
		d.Faults.Add("profile", fault.BadValue, "does not fit the type of this customer, which is "+string(d.Customer.EffectivePartyType()))
		return
	}
	for _, path := range in.Screening.Unnamed {
		fields.Missing(d, path)
	}
	entity, contact := in.LegalEntity.Value, in.Contact.Value
	if sent == customers.PartyIndividual {
		formed(d, contact.DateOfBirth, "contact.dateOfBirth", isISODate, "must be a date as YYYY-MM-DD")
		formed(d, entity.PersonalTaxID, "legalEntity.personalTaxId", check.IsSSN, "must be a Social Security number as NNN-NN-NNNN")
		return
	}
	formed(d, entity.BusinessTaxID, "legalEntity.businessTaxId", check.IsEIN, "must be an employer identification number as NN-NNNNNNN")
}

// isISODate reports whether a text is a date as YYYY-MM-DD.
func isISODate(text string) bool {
	_, ok := check.Date(text, check.ISODate)
	return ok
}

func formed(d *registry.Draft, field patch.Field[secret.Text], path string, form func(string) bool, says string) {
	if field.Given() && !d.Faults.Has(path) && !form(field.Value.Reveal()) {
		d.Faults.Add(path, fault.BadValue, says)
	}
}

func representatives(d *registry.Draft, field patch.Field[[]RepresentativeInput]) {
	const path = "legalEntity.representatives"
	if !field.Set {
		return
	}
	var list []customers.Representative
	for i, in := range field.Value {
		next, at := customers.Representative{}, fault.Index(path, i)
		fields.RequiredName(d, in.Name, &next.Name, at+".name", 256)
		fields.Text(d, in.Email, &next.Email, at+".email", 256)
		fields.Text(d, in.Phone, &next.Phone, at+".phone", 64)
		list = append(list, next)
	}
	if len(list) > maxRepresentatives {
		d.Faults.Add(path, fault.TooMany, "at most 10 representatives")
		return
	}
	next := customers.LegalEntity{}
	if d.Customer.LegalEntity != nil {
		next = *d.Customer.LegalEntity
	}
	next.Representatives = list
	d.Customer.LegalEntity = &next
}

// screenedMeta returns the free data to apply to what is stored, once what of it changes keeps the vendor's
// limits: keys of 1 to 40 characters without control characters, texts of at most 40, 20
// keys in all. What another dialect left beyond them may stay, but not grow.
func screenedMeta(faults *fault.List, had patch.Raw, field patch.Field[patch.Raw]) patch.Field[patch.Raw] {
	if !field.Given() {
		return field
	}
	edits, _ := jsonobj.Members(field.Value)
	stored, _ := jsonobj.Members(had)
	if len(jsonobj.Merged(stored, edits)) > max(maxScreenedMeta, len(stored)) {
		faults.Add("meta", fault.TooMany, "at most 20 keys")
		return patch.Field[patch.Raw]{}
	}
	for _, m := range edits {
		switch {
		case jsonobj.IsNull(m.Value):
			continue
		case !fields.IsMetaKey(m.Key) || utf8.RuneCountInString(m.Key) > maxScreenedMetaText:
			faults.Add("meta", fault.BadValue, "keys have 1 to 40 characters, none of them a control character")
		case utf8.RuneCountInString(jsonobj.Text(m.Value)) > maxScreenedMetaText:
			faults.Add("meta", fault.TooLong, "values have at most 40 characters")
		default:
			continue
		}
		return patch.Field[patch.Raw]{}
	}
	return field
}

// A restart says whether a change of status reviews the customer again.
type restart int

const (
	none restart = iota
	back         // it was inactive: what was judged before does not count
	anew         // somebody asks for another judgment
)

// applyStatus applies the status that a change asks for.
func applyStatus(d *registry.Draft, field patch.Field[string]) restart {
	if !field.Set {
		return none // the present one
	}
	if field.Null {
		fields.Missing(d, "status")
		return none
	}
	next := ""
	fields.Choice(d, field, &next, "status", string(status.Pending), string(status.Review), string(status.Verified),
		string(status.Rejected), string(status.Inactive))
	was := status.Of(d.Before)
	if next == "" || status.Status(next) == was {
		return none
	}
	need := tenancy.Need{Scope: tenancy.CustomersWrite, FromAbove: true}
	reviewed := next == string(status.Pending) && was != status.Inactive
	if reviewed {
		need.Scope = tenancy.IdentityDecide // as a refresh needs
	}
	if err := tenancy.Authorize(d.Caller, need, d.Before); err != nil {
		d.Fail(err)
		return none
	}
	switch {
	case next == string(status.Inactive):
		d.Customer.Status, d.Event = customers.StatusDisabled, "customer.status_changed"
	case reviewed:
		d.Fail(d.Active())
		return anew
	case next == string(status.Pending) && d.Before.Status == customers.StatusDisabled:
		d.Customer.Status, d.Event = customers.StatusActive, "customer.status_changed"
		return back
	default:
		d.Fail(notSettable(was))
	}
	return none
}

// notSettable refuses to set by hand what a review decides, and says what can be set.
func notSettable(now status.Status) error {
	possible := "send " + string(now) + " to keep it, pending for a new review, or inactive; "
	if now == status.Inactive {
		possible = "send inactive to keep it, or pending to bring the customer back, which reviews it anew; "
	}
	return fault.New(fault.Conflict, fault.CodeIdentityNotDecidable, possible+"a review that is in review is decided by itself").
		About("status", fault.BadValue)
}
