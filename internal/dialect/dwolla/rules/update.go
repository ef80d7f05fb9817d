package rules

import (
	"context"
	"reflect"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/identity"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/internal/dialect/dwolla/status"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// The words that change a status.
const (
	wordDeactivated = "deactivated"
	wordReactivated = "reactivated"
	wordSuspended   = "suspended"
)

// Update changes a customer by the rules of CustomerInput, in one of these ways, as
// its status and the request have it: its status, its data, its type (then the review
// runs), or a second and last review of all data anew when the first asked for that.
// It returns what Update returns, and Conflict invalidResourceState where the status
// does not allow the change; a Conflict of a value that is taken has its Holder.
func (s *Service) Update(ctx context.Context, caller tenancy.Caller, in UpdateInput) (*customers.Customer, error) {
	at := registry.At{ID: in.CustomerID, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	if in.Status.Set {
		at.Need = tenancy.Need{Scope: tenancy.CustomersStatus, FromAbove: true}
	}
	return s.update(ctx, caller, at, func(d *registry.Draft) error { return s.applyUpdate(d, &in) })
}

// amend is a change of an enrolled customer.
func (s *Service) update(ctx context.Context, caller tenancy.Caller, at registry.At, act func(*registry.Draft) error) (*customers.Customer, error) {
	changed, err := registry.ChangeTo(ctx, s.registry, caller, at, customers.EventUpdated, act, registry.Itself)
	if err != nil {
		return nil, stateOfLocked(err)
	}
	return changed, nil
}

// stateOfLocked words the refusal of a locked customer as one of its status.
func stateOfLocked(err error) error {
	if fault.CodeOf(err) == fault.CodeCustomerLocked {
		return notInState(status.Suspended)
	}
	return err
}

// notInState refuses what the status of a customer does not allow.
func notInState(now status.Status) error {
	return fault.New(fault.Conflict, fault.CodeResourceState, "a customer that is "+string(now)+" cannot be changed in this way")
}

func (s *Service) applyUpdate(d *registry.Draft, in *UpdateInput) error {
	if in.Status.Set {
		return restatus(d, in)
	}
	if reflect.DeepEqual(in.CustomerInput, CustomerInput{}) && !reflect.DeepEqual(in.Whole, CustomerInput{}) {
		return nil // All of it is what is shown already.
	}
	now := status.Of(d.Before)
	switch now {
	case status.Unverified:
		return s.updateUnreviewed(d, &in.CustomerInput)
	case status.Retry:
		if d.Before.Identity.Status == reviews.IdentityPending {
			return notInState(now)
		}
		if in.identifies() {
			return s.retry(d, &in.Whole)
		}
		updateReviewed(d, &in.CustomerInput)
	case status.Verified:
		if d.Before.Identity.Trigger == reviews.TriggerRetry && in.retries() {
			return notInState(now) // The one before was the last.
		}
		updateReviewed(d, &in.CustomerInput)
	case status.Document, status.KBA, status.Suspended, status.Deactivated:
		return notInState(now)
	}
	return nil
}

// identifies reports whether an input brings what a review looks at first: who the
// customer is, more than how to reach it.
func (in *CustomerInput) identifies() bool {
	return in.FirstName.Set || in.LastName.Set || in.DateOfBirth.Set || in.SSN.Set || in.EIN.Set || in.TIN.Set || in.BusinessName.Set ||
		in.BusinessType.Set || in.BusinessClassification.Set || in.Controller.Set
}

// retries reports whether an input brings the numbers for which a review is done again.
func (in *CustomerInput) retries() bool {
	return in.SSN.Set || in.EIN.Set || in.TIN.Set || in.Controller.Set
}

// updateUnreviewed changes a customer that is not reviewed, or makes it one that is.
func (s *Service) updateUnreviewed(d *registry.Draft, in *CustomerInput) error {
	was := status.EnrollmentTypeOf(d.Before)
	as := was
	if in.Type.Set {
		as = typeOf(d, in)
	}
	switch {
	case !d.Faults.Empty():
		apply(d, in, was, partial)
	case as == was:
		apply(d, in, was, partial)
	case !as.Reviewed():
		d.Faults.AddValue("type", fault.NotAllowed, string(as), "a customer that is "+string(was)+" can become only personal or business")
		apply(d, in, was, partial)
	default:
		d.Customer.EnrollmentType = as
		apply(d, in, as, whole)
		if d.Sound() {
			was := d.Before.Identity
			s.identity.Start(d, reviews.TriggerUpdate, false)
			identity.ReviewedAfter(d, customers.EventUpdated, &was)
		}
	}
	return nil
}

// updateReviewed changes how to reach a customer whose review is done; what was
// reviewed stays, and sending it as it is is no change.
func updateReviewed(d *registry.Draft, in *CustomerInput) {
	as := status.EnrollmentTypeOf(d.Before)
	if in.Type.Set && typeOf(d, in) != as && !d.Faults.Has("type") {
		immutable(d, "type")
	}
	apply(d, in, as, partial)
	before, now := reviewedOf(d.Before), reviewedOf(d.Customer)
	for i := range now {
		if !reflect.DeepEqual(before[i].value, now[i].value) && !d.Faults.Has(now[i].path) {
			immutable(d, now[i].path)
		}
	}
}

func immutable(d *registry.Draft, path string) {
	d.Faults.Add(path, fault.Immutable, "was reviewed and can no longer be changed; leave it out")
}

// reviewedPart is a member that a review looked at.
type reviewedPart struct {
	path  string
	value any
}

func reviewedOf(c *customers.Customer) []reviewedPart {
	entity, contact, enrollment := customers.LegalEntity{}, customers.Contact{}, customers.Enrollment{}
	if c.LegalEntity != nil {
		entity = *c.LegalEntity
	}
	if c.Contact != nil {
		contact = *c.Contact
	}
	if c.Enrollment != nil {
		enrollment = *c.Enrollment
	}
	first, last := c.PersonName()
	return []reviewedPart{
		{"contact.firstName", first}, {"contact.lastName", last}, {"contact.dateOfBirth", contact.DateOfBirth},
		{"legalEntity.personalTaxId", entity.PersonalTaxID}, {"legalEntity.businessTaxId", entity.BusinessTaxID},
		{"legalEntity.businessName", entity.BusinessName}, {"businessType", enrollment.BusinessType},
		{"businessClassification", enrollment.BusinessClassification}, {"controller", enrollment.Controller},
		{"externalId", c.ExternalID},
	}
}

// restatus changes the status. What the customer's review found stays as it is.
func restatus(d *registry.Draft, in *UpdateInput) error {
	in.CustomerID, in.Whole = "", CustomerInput{}
	now, next := status.Of(d.Before), ""
	fields.Choice(d, in.Status, &next, "status", wordDeactivated, wordReactivated, wordSuspended)
	if alone := (UpdateInput{Status: in.Status}); !reflect.DeepEqual(*in, alone) {
		d.Faults.Add("status", fault.BadValue, "cannot be sent with other fields; send those without it")
	}
	switch {
	case in.Status.Null:
		fields.Missing(d, "status")
	case !d.Faults.Empty():
	case next == wordDeactivated && now != status.Deactivated && now != status.Suspended:
		d.Customer.Status = customers.StatusDisabled
	case next == wordReactivated && d.Before.Status == customers.StatusDisabled:
		d.Customer.Status = customers.StatusActive
	case next == wordReactivated && d.Before.Status == customers.StatusLocked && tenancy.IsOperator(d.Caller.Actor):
		d.Customer.Status = customers.StatusActive
	case next == wordSuspended && now != status.Suspended:
		d.Customer.Status = customers.StatusLocked
	default:
		return notInState(now)
	}
	d.Event = "customer.status_changed"
	return nil
}
