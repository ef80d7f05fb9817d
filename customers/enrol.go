package customers

import (
	"context"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// Enrol makes a child of the caller's subject by the rules of EnrolmentInput, and
// runs the review of a person or a business, whatever the plan. It returns what
// Create returns; a Conflict of a value that is taken has its Holder.
func (s *Service) Enrol(ctx context.Context, caller tenancy.Caller, in EnrolInput) (Created, error) {
	parent := stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.CustomersWrite}, parent); err != nil {
		return Created{}, err
	}
	if err := s.mayHaveChildren(parent); err != nil {
		return Created{}, err
	}
	d := s.begin(caller, parent, in.ID)
	d.plan(Input{PlanKey: patch.Of(in.PlanKey)}, parent)
	d.inherit(parent)
	d.enrol(&in.EnrolmentInput)
	if err := d.err(); err != nil {
		return Created{}, err
	}
	return s.insert(ctx, d, CreateInput{ID: in.ID}, parent)
}

// enrol applies the input of a new customer and runs its review.
func (d *draft) enrol(in *EnrolmentInput) {
	as := TypeUnverified
	if in.Type.Given() {
		as = d.typeOf(in)
	}
	d.c.Type = as
	d.enrolAs(in, as, whole)
	if !d.faults.Empty() || d.broken != nil || !as.reviewed() {
		return
	}
	d.judge(TriggerCreate, false)
	d.judgedAfter("customer.created", &Identity{Status: IdentityNone})
}

// typeOf reads the type that was sent.
func (d *draft) typeOf(in *EnrolmentInput) Type {
	next := ""
	d.choice(in.Type, &next, "type", string(TypeUnverified), string(TypeReceiveOnly), string(TypePersonal), string(TypeBusiness))
	return Type(next)
}

// judgedAfter tells of a change and of the judgement that followed at once as two
// events: first what was done, with the review as it was, then the review.
func (d *draft) judgedAfter(event string, was *Identity) {
	if d.c.Identity.Status == IdentityPending {
		d.event = event // the judgement follows by itself
		return
	}
	state := d.c.Clone()
	state.Identity, state.LastUpdated = *was, d.now
	d.steps = append(d.steps, step{event: event, state: state})
	d.event = "identity.reviewed"
}

// step is an intermediate state of a draft and the event that tells of it.
type step struct {
	event string
	state *Customer
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

// enroller applies an EnrolmentInput to a draft. Members that do not belong to the
// type are ignored.
type enroller struct {
	*draft
	in   *EnrolmentInput
	as   Type
	need depth
}

// enrolAs applies an input to a customer that is, or becomes, of the type as.
func (d *draft) enrolAs(in *EnrolmentInput, as Type, need depth) {
	d.enrolled = true
	d.faults.Include(in.Reading)
	e := &enroller{draft: d, in: in, as: as, need: need}
	e.names()
	e.mail()
	e.reference()
	e.origin()
	e.entity()
	if as.reviewed() {
		e.place()
		e.phone()
	}
	if as == TypeBusiness {
		e.business()
	}
}

// lacks tells whether a required text is missing in the end.
func (e *enroller) lacks(field patch.Field[string], has bool) bool {
	switch {
	case field.Set:
		return blank(field)
	case e.need == anew:
		return true
	default:
		return e.need == whole && !has
	}
}

// say applies a text that must fit a check; required ones must be there.
func (e *enroller) say(field patch.Field[string], target *string, path string, required bool, fits check) {
	if required && e.lacks(field, *target != "") {
		e.missing(path)
		return
	}
	switch {
	case !field.Set:
	case blank(field):
		*target = ""
	case fits.holds(&e.faults, field.Value, path):
		*target = field.Value
	}
}

// names are those of the person, or of whoever manages the account of a business.
func (e *enroller) names() {
	if e.need == partial && !e.in.FirstName.Set && !e.in.LastName.Set {
		return
	}
	first, last := "", ""
	if e.before != nil {
		first, last = e.before.PersonName()
	}
	e.say(e.in.FirstName, &first, "contact.firstName", true, personName)
	e.say(e.in.LastName, &last, "contact.lastName", true, personName)
	next := Contact{}
	if e.c.Contact != nil {
		next = *e.c.Contact
	}
	next.FirstName, next.LastName = first, last
	e.c.Contact, e.c.Name = keepPart(e.draft, e.c.Contact, &next), first+" "+last
}

func (e *enroller) mail() {
	if e.lacks(e.in.Email, e.c.Email != "") {
		e.missing("email")
		return
	}
	var found fault.List
	if e.in.Email.Given() {
		if !checkEmail(&found, e.in.Email.Value, "email") {
			e.faults.Add("email", fault.BadFormat, "must be an e-mail address such as name@example.com")
			return
		}
		e.c.Email = e.in.Email.Value
	}
}

func (e *enroller) reference() {
	e.say(e.in.ExternalID, &e.c.ExternalID, "externalId", false, ownReference)
}

// phone and place are of persons and businesses that are reviewed.
func (e *enroller) phone() {
	if !e.in.Phone.Set {
		return
	}
	next := Contact{}
	if e.c.Contact != nil {
		next = *e.c.Contact
	}
	e.say(e.in.Phone, &next.Phone, "contact.phone", false, tenDigits)
	e.c.Contact = keepPart(e.draft, e.c.Contact, &next)
}

func (e *enroller) place() {
	in := e.in
	if e.need == partial && !in.Street1.Set && !in.Street2.Set && !in.City.Set && !in.State.Set && !in.PostalCode.Set {
		return
	}
	next := Address{}
	if e.c.Address != nil {
		next = *e.c.Address
	}
	e.say(in.Street1, &next.Street1, "address.street1", true, streetLine)
	e.say(in.Street2, &next.Street2, "address.street2", false, streetLine)
	e.say(in.City, &next.City, "address.city", true, cityName)
	e.say(in.State, &next.State, "address.state", true, stateCode)
	e.say(in.PostalCode, &next.PostalCode, "address.postalCode", true, zipCode)
	next.Country = usa
	e.c.Address = keepPart(e.draft, e.c.Address, &next)
}
