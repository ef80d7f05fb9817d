package rules

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/identity"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// Create makes a child of the caller's subject by the rules of CustomerInput, and
// runs the review of a person or a business, whatever the plan. It returns what
// Create returns; a Conflict of a value that is taken has its Holder.
func (s *Service) Create(ctx context.Context, caller tenancy.Caller, in CreateInput) (registry.Created, error) {
	made := registry.NewCustomer{ID: in.ID, Need: tenancy.Need{Scope: tenancy.CustomersWrite}, PlanKey: in.PlanKey}
	made.Keep = registry.Keeps(ctx, func(c registry.Created) (registry.Created, error) { return c, nil })
	return s.registry.Insert(ctx, caller, made, func(d *registry.Draft) error {
		d.Inherit()
		s.create(d, &in.CustomerInput)
		return nil
	})
}

// enrol applies the input of a new customer and runs its review.
func (s *Service) create(d *registry.Draft, in *CustomerInput) {
	as := customers.EnrollmentUnverified
	if in.Type.Given() {
		as = typeOf(d, in)
	}
	d.Customer.EnrollmentType = as
	apply(d, in, as, whole)
	if !d.Sound() || !as.Reviewed() {
		return
	}
	s.identity.Start(d, reviews.TriggerCreate, false)
	identity.ReviewedAfter(d, "customer.created", &reviews.Identity{Status: reviews.IdentityNone})
}

// typeOf reads the type that was sent.
func typeOf(d *registry.Draft, in *CustomerInput) customers.EnrollmentType {
	next := ""
	fields.Choice(d, in.Type, &next, "type", string(customers.EnrollmentUnverified), string(customers.EnrollmentReceiveOnly), string(customers.EnrollmentPersonal), string(customers.EnrollmentBusiness))
	return customers.EnrollmentType(next)
}

// depth says how much of what a type requires an enrolment must bring.
type depth int

const (
	// partial: what is absent stays as it is, or was never asked for.
	partial depth = iota
	// whole: all that the type requires must be there in the end.
	whole
	// anew: all of it must be sent, and tax numbers in whole.
	anew
)

// applier applies an CustomerInput to a draft. Members that do not belong to the
// type are ignored.
type applier struct {
	*registry.Draft
	in   *CustomerInput
	as   customers.EnrollmentType
	need depth
}

// apply applies an input to a customer that is, or becomes, of the type as.
func apply(d *registry.Draft, in *CustomerInput, as customers.EnrollmentType, need depth) {
	d.UniqueEmail = true
	d.Faults.Include(in.Reading)
	e := &applier{Draft: d, in: in, as: as, need: need}
	e.names()
	e.mail()
	e.reference()
	e.origin()
	e.entity()
	if as.Reviewed() {
		e.place()
		e.phone()
	}
	if as == customers.EnrollmentBusiness {
		e.business()
	}
}

// lacks reports whether a required text is missing in the end.
func (e *applier) lacks(field patch.Field[string], has bool) bool {
	switch {
	case field.Set:
		return blank(field)
	case e.need == anew:
		return true
	default:
		return e.need == whole && !has
	}
}

// say applies a text that must fit a rule; required ones must be there.
func (e *applier) say(field patch.Field[string], target *string, path string, required bool, fits textRule) {
	if required && e.lacks(field, *target != "") {
		fields.Missing(e.Draft, path)
		return
	}
	switch {
	case !field.Set:
	case blank(field):
		*target = ""
	case fits.holds(&e.Faults, field.Value, path):
		*target = field.Value
	}
}

// names are those of the person, or of whoever manages the account of a business.
func (e *applier) names() {
	if e.need == partial && !e.in.FirstName.Set && !e.in.LastName.Set {
		return
	}
	first, last := "", ""
	if e.Before != nil {
		first, last = e.Before.PersonName()
	}
	e.say(e.in.FirstName, &first, "contact.firstName", true, personName)
	e.say(e.in.LastName, &last, "contact.lastName", true, personName)
	next := customers.Contact{}
	if e.Customer.Contact != nil {
		next = *e.Customer.Contact
	}
	next.FirstName, next.LastName = first, last
	e.Customer.Contact, e.Customer.Name = fields.KeepStamps(e.Draft, e.Customer.Contact, &next), first+" "+last
}

func (e *applier) mail() {
	if e.lacks(e.in.Email, e.Customer.Email != "") {
		fields.Missing(e.Draft, "email")
		return
	}
	if e.in.Email.Given() {
		if !check.IsEmail(e.in.Email.Value, fields.MaxEmail) {
			e.Faults.Add("email", fault.BadFormat, "must be an e-mail address such as name@example.com")
			return
		}
		e.Customer.Email = e.in.Email.Value
	}
}

func (e *applier) reference() {
	e.say(e.in.ExternalID, &e.Customer.ExternalID, "externalId", false, ownReference)
}

// phone and place are of persons and businesses that are reviewed.
func (e *applier) phone() {
	if !e.in.Phone.Set {
		return
	}
	next := customers.Contact{}
	if e.Customer.Contact != nil {
		next = *e.Customer.Contact
	}
	e.say(e.in.Phone, &next.Phone, "contact.phone", false, tenDigits)
	e.Customer.Contact = fields.KeepStamps(e.Draft, e.Customer.Contact, &next)
}

func (e *applier) place() {
	in := e.in
	if e.need == partial && !in.Street1.Set && !in.Street2.Set && !in.City.Set && !in.State.Set && !in.PostalCode.Set {
		return
	}
	next := customers.Address{}
	if e.Customer.Address != nil {
		next = *e.Customer.Address
	}
	e.say(in.Street1, &next.Street1, "address.street1", true, streetLine)
	e.say(in.Street2, &next.Street2, "address.street2", false, streetLine)
	e.say(in.City, &next.City, "address.city", true, cityName)
	e.say(in.State, &next.State, "address.state", true, stateCode)
	e.say(in.PostalCode, &next.PostalCode, "address.postalCode", true, zipCode)
	next.Country = check.USA
	e.Customer.Address = fields.KeepStamps(e.Draft, e.Customer.Address, &next)
}
