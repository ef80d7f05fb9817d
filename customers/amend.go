package customers

import (
	"context"
	"reflect"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// The words that change a status.
const (
	wordDeactivated = "deactivated"
	wordReactivated = "reactivated"
	wordSuspended   = "suspended"
)

// Amend changes a customer by the rules of EnrolmentInput, in one of these ways, as
// its stage and the request have it: its status, its data, its type (then the review
// runs), or a second and last review of all data anew when the first asked for that.
// It returns what Update returns, and Conflict invalidResourceState where the stage
// does not allow the change; a Conflict of a value that is taken has its Holder.
func (s *Service) Amend(ctx context.Context, caller tenancy.Caller, in AmendInput) (*Customer, error) {
	at := At{ID: in.CustomerID, Need: tenancy.Need{Scope: tenancy.CustomersWrite, FromAbove: in.Status.Set}}
	return s.amend(ctx, caller, at, func(d *draft) error { return s.amendment(d, &in) })
}

// amend is a change of an enrolled customer.
func (s *Service) amend(ctx context.Context, caller tenancy.Caller, at At, act func(*draft) error) (*Customer, error) {
	changed, err := s.Change(ctx, caller, at, eventUpdated, act)
	if err != nil {
		return nil, stateOfLocked(err)
	}
	return changed, nil
}

// stateOfLocked words the refusal of a locked customer as one of its stage.
func stateOfLocked(err error) error {
	if fault.CodeOf(err) == fault.CodeCustomerLocked {
		return notInState(StageSuspended)
	}
	return err
}

// notInState refuses what the stage of a customer does not allow.
func notInState(stage Stage) error {
	return fault.New(fault.Conflict, fault.CodeResourceState, "a customer that is "+string(stage)+" cannot be changed so")
}

func (s *Service) amendment(d *draft, in *AmendInput) error {
	if in.Status.Set {
		return d.restatus(in)
	}
	stage := d.before.Stage()
	switch stage {
	case StageUnverified:
		return s.amendUnreviewed(d, &in.EnrolmentInput)
	case StageRetry:
		if d.before.Identity.Status == IdentityPending {
			return notInState(stage)
		}
		if in.identifies() {
			return s.retry(d, &in.EnrolmentInput)
		}
		d.amendReviewed(&in.EnrolmentInput)
	case StageVerified:
		if d.before.Identity.Trigger == TriggerRetry && in.retries() {
			return notInState(stage) // The one before was the last.
		}
		d.amendReviewed(&in.EnrolmentInput)
	case StageDocument, StageKBA, StageSuspended, StageDeactivated:
		return notInState(stage)
	}
	return nil
}

// identifies tells whether an input brings what a review looks at first: who the
// customer is, more than how to reach it.
func (in *EnrolmentInput) identifies() bool {
	return in.FirstName.Set || in.LastName.Set || in.DateOfBirth.Set || in.SSN.Set || in.EIN.Set || in.TIN.Set || in.BusinessName.Set ||
		in.BusinessType.Set || in.BusinessClassification.Set || in.Controller.Set
}

// retries tells whether an input brings the numbers for which a review is done again.
func (in *EnrolmentInput) retries() bool {
	return in.SSN.Set || in.EIN.Set || in.TIN.Set || in.Controller.Set
}

// amendUnreviewed changes a customer that is not reviewed, or makes it one that is.
func (s *Service) amendUnreviewed(d *draft, in *EnrolmentInput) error {
	was := d.before.EffectiveType()
	as := was
	if in.Type.Set {
		as = d.typeOf(in)
	}
	switch {
	case !d.faults.Empty():
		d.enrolAs(in, was, partial)
	case as == was:
		d.enrolAs(in, was, partial)
	case !as.reviewed():
		d.faults.AddValue("type", fault.NotAllowed, string(as), "a customer that is "+string(was)+" can become personal or business only")
		d.enrolAs(in, was, partial)
	default:
		d.c.Type = as
		d.enrolAs(in, as, whole)
		if d.Sound() {
			was := d.before.Identity
			s.judge(d, TriggerUpdate, false)
			judgedAfter(d, eventUpdated, &was)
		}
	}
	return nil
}

// amendReviewed changes how to reach a customer whose review is done; what was
// reviewed stays, and sending it as it is is no change.
func (d *draft) amendReviewed(in *EnrolmentInput) {
	as := d.before.EffectiveType()
	if in.Type.Set && d.typeOf(in) != as && !d.faults.Has("type") {
		d.immutable("type")
	}
	d.enrolAs(in, as, partial)
	before, now := reviewedOf(d.before), reviewedOf(d.c)
	for i := range now {
		if !reflect.DeepEqual(before[i].value, now[i].value) && !d.faults.Has(now[i].path) {
			d.immutable(now[i].path)
		}
	}
}

func (d *draft) immutable(path string) {
	d.faults.Add(path, fault.Immutable, "was reviewed and cannot be changed any more; leave it out")
}

// reviewedPart is a member that a review looked at.
type reviewedPart struct {
	path  string
	value any
}

func reviewedOf(c *Customer) []reviewedPart {
	entity, contact, enrolment := LegalEntity{}, Contact{}, Enrolment{}
	if c.LegalEntity != nil {
		entity = *c.LegalEntity
	}
	if c.Contact != nil {
		contact = *c.Contact
	}
	if c.Enrolment != nil {
		enrolment = *c.Enrolment
	}
	first, last := c.PersonName()
	return []reviewedPart{
		{"contact.firstName", first}, {"contact.lastName", last}, {"contact.dateOfBirth", contact.DateOfBirth},
		{"legalEntity.personalTaxId", entity.PersonalTaxID}, {"legalEntity.businessTaxId", entity.BusinessTaxID},
		{"legalEntity.businessName", entity.BusinessName}, {"businessType", enrolment.BusinessType},
		{"businessClassification", enrolment.BusinessClassification}, {"controller", enrolment.Controller},
		{"externalId", c.ExternalID},
	}
}

// restatus changes the status. What the customer's review found stays as it is.
func (d *draft) restatus(in *AmendInput) error {
	in.CustomerID = ""
	stage, next := d.before.Stage(), ""
	d.choice(in.Status, &next, "status", wordDeactivated, wordReactivated, wordSuspended)
	if alone := (AmendInput{Status: in.Status}); !reflect.DeepEqual(*in, alone) {
		d.faults.Add("status", fault.BadValue, "goes with no other member; send the others without it")
	}
	switch {
	case in.Status.Null:
		d.missing("status")
	case !d.faults.Empty():
	case next == wordDeactivated && stage != StageDeactivated && stage != StageSuspended:
		d.c.Status = StatusDisabled
	case next == wordReactivated && d.before.Status == StatusDisabled:
		d.c.Status = StatusActive
	case next == wordReactivated && d.before.Status == StatusLocked && tenancy.IsOperator(d.caller.Actor):
		d.c.Status = StatusActive
	case next == wordSuspended && stage != StageSuspended:
		d.c.Status = StatusLocked
	default:
		return notInState(stage)
	}
	d.event = "customer.status_changed"
	return nil
}
