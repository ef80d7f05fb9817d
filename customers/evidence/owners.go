package evidence

import (
	"context"
	"fmt"
	"slices"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// AddOwner adds an owner to the legal entity of a business: the same list that
// `legalEntity.additionalOwners` shows. First and last name, date of birth, address, and
// a tax number (nine digits, or the last four) or a passport are required; a stake is
// not. It returns NotFound, Forbidden (scope, customerLocked, not active), Invalid with
// every failing field, Conflict invalidResourceState for people and sole proprietors,
// which have no additional owners, and Conflict maximumNumberOfResources.
func (s *Service) AddOwner(ctx context.Context, caller tenancy.Caller, customerID string, in fields.OwnerInput) (view.OwnerView, error) {
	at := registry.At{ID: customerID, Need: tenancy.Need{Scope: tenancy.CustomersWrite}, Replays: true}
	var id tenancy.ID
	return registry.ChangeTo(ctx, s.registry, caller, at, eventOwnerCreated, func(d *registry.Draft) error {
		if err := mayHaveOwners(d); err != nil {
			return err
		}
		if known := d.Customer.Owner(in.Attempt); known != nil {
			id = known.ID // of an earlier try of the same attempt
			return nil
		}
		if len(d.Customer.LegalEntity.AdditionalOwners) >= fields.MaxOwners {
			return fault.New(fault.Conflict, fault.CodeTooManyResources, fmt.Sprintf("a business has at most %d further owners", fields.MaxOwners))
		}
		id = d.IDFor(in.Attempt)
		fields.Unwanted(&d.Faults, fault.Immutable, "this field is read-only; leave it out", fields.Sent{Path: "id", There: in.ID.Set})
		applyOwner(d, in, customers.Owner{ID: id, Created: d.Now})
		return nil
	}, func(c *customers.Customer) (view.OwnerView, error) { return s.ownerShown(caller, c, id) })
}

// Owners lists the additional owners of a customer. It returns NotFound and Forbidden
// insufficientScope.
func (s *Service) Owners(ctx context.Context, caller tenancy.Caller, customerID string) ([]view.OwnerView, error) {
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, err
	}
	shown, err := s.view.View(caller, c)
	if err != nil || shown.LegalEntity == nil {
		return []view.OwnerView{}, err
	}
	return slices.Concat([]view.OwnerView{}, shown.LegalEntity.AdditionalOwners), nil
}

// Owner reads one owner. It returns NotFound and Forbidden insufficientScope.
func (s *Service) Owner(ctx context.Context, caller tenancy.Caller, part SubresourceRef) (view.OwnerView, error) {
	c, id, err := s.reachPart(ctx, caller, part, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return view.OwnerView{}, err
	}
	return s.ownerShown(caller, c, id)
}

// UpdateOwner changes an owner: members that are sent merge, those of contact and
// address too. Who an owner is can be changed while its verification is incomplete
// only; title and stake at any time. It returns what AddOwner does.
func (s *Service) UpdateOwner(ctx context.Context, caller tenancy.Caller, part SubresourceRef, in fields.OwnerInput) (view.OwnerView, error) {
	c, id, err := s.reachPart(ctx, caller, part, tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return view.OwnerView{}, err
	}
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	return registry.ChangeTo(ctx, s.registry, caller, at, eventOwnerUpdated, func(d *registry.Draft) error {
		known := d.Customer.Owner(id)
		if known == nil {
			return fault.NotFoundError()
		}
		if err := mayHaveOwners(d); err != nil {
			return err
		}
		if in.ID.Set && in.ID.Value != id.String() {
			d.Faults.AddValue("id", fault.BadValue, in.ID.Value, "is the id of another owner; leave it out")
		}
		before := *known
		applyOwner(d, in, before)
		if after := d.Customer.Owner(id); d.Faults.Empty() && !fields.SameOwnerData(&before, after) && before.Status() != customers.OwnerIncomplete {
			return wrongState("this owner is " + string(before.Status()) + ": its identity can be changed only while its verification is incomplete")
		}
		return nil
	}, func(c *customers.Customer) (view.OwnerView, error) { return s.ownerShown(caller, c, id) })
}

// RemoveOwner takes an owner, with its documents, from a customer and returns its last
// state. It returns NotFound and Forbidden (scope, customerLocked, not active).
func (s *Service) RemoveOwner(ctx context.Context, caller tenancy.Caller, part SubresourceRef) (view.OwnerView, error) {
	c, id, err := s.reachPart(ctx, caller, part, tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return view.OwnerView{}, err
	}
	if c.Owner(id) == nil && registry.Resumes(caller, c) {
		return view.OwnerView{ID: id.String(), CustomerID: c.ID.String()}, nil
	}
	var last view.OwnerView
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	return registry.ChangeTo(ctx, s.registry, caller, at, eventOwnerRemoved, func(d *registry.Draft) error {
		if err := d.Active(); err != nil {
			return err
		}
		var err error
		if last, err = s.ownerShown(caller, d.Before, id); err != nil {
			return err
		}
		entity := *d.Customer.LegalEntity
		entity.AdditionalOwners = slices.DeleteFunc(slices.Clone(entity.AdditionalOwners), func(o customers.Owner) bool { return o.ID == id })
		if len(entity.AdditionalOwners) == 0 {
			entity.AdditionalOwners = nil
		}
		d.Customer.LegalEntity, d.Part = &entity, id
		fields.OwnersChanged(d)
		return nil
	}, func(*customers.Customer) (view.OwnerView, error) { return last, nil })
}

func (s *Service) ownerShown(caller tenancy.Caller, c *customers.Customer, id tenancy.ID) (view.OwnerView, error) {
	if c.Owner(id) == nil {
		return view.OwnerView{}, fault.NotFoundError()
	}
	shown, err := s.view.View(caller, c)
	if err != nil {
		return view.OwnerView{}, err
	}
	for _, owner := range shown.LegalEntity.AdditionalOwners {
		if owner.ID == id.String() {
			owner.CustomerID = c.ID.String()
			return owner, nil
		}
	}
	return view.OwnerView{}, fault.NotFoundError()
}

// mayHaveOwners refuses additional owners to people and sole proprietors.
func mayHaveOwners(d *registry.Draft) error {
	if err := d.Active(); err != nil {
		return err
	}
	if !d.Customer.HasOwners() {
		return wrongState("only a business other than a sole proprietorship has further owners")
	}
	return nil
}

// applyOwner puts an input onto an owner, with what AddOwner requires, and the
// outcome into the draft.
func applyOwner(d *registry.Draft, in fields.OwnerInput, before customers.Owner) {
	next := before
	defer d.SealsFor(before.ID)()
	fields.Stake(d, in.StakePercent, &next.StakePercent, "stakePercent")
	fields.Text(d, in.Title, &next.Title, "title", 256)
	fields.Contact(d, in.Contact, &next.Contact, "contact", fields.Rules{}.Person(true))
	fields.Address(d, in.Address, &next.Address, "address")
	ownerTaxID(d, in.PersonalTaxID, &next.PersonalTaxID)
	fields.Passport(d, in.Passport, &next.Passport, "passport")
	requireOwner(d, &next)
	if !d.Faults.Empty() {
		return
	}
	if next == before {
		return
	}
	next.LastUpdated, d.Part = d.Now, before.ID
	fields.VerifyOwner(d, &before, &next)
	putOwner(d, next)
	checkOwnerStake(d, next)
	fields.OwnersChanged(d)
	if next.Verification != before.Verification {
		d.AddEvent(ownerOutcomes[next.Verification], next.ID)
	}
}

func requireOwner(d *registry.Draft, o *customers.Owner) {
	contact := o.Contact
	if contact == nil {
		contact = &customers.Contact{}
	}
	for _, part := range []struct {
		path  string
		there bool
	}{
		{"contact.firstName", contact.FirstName != ""},
		{"contact.lastName", contact.LastName != ""},
		{"contact.dateOfBirth", contact.DateOfBirth != nil},
		{"personalTaxId", o.PersonalTaxID != nil || o.Passport != nil || d.Faults.Has("passport.number") || d.Faults.Has("passport.country")},
		{"address", o.Address != nil},
	} {
		if !part.there {
			fields.Missing(d, part.path)
		}
	}
}

// ownerTaxID applies the tax number of an owner: nine digits, or the last four.
func ownerTaxID(d *registry.Draft, field patch.Field[secret.Text], target **customers.Sealed) {
	if !field.Given() {
		if field.Null {
			*target = nil
		}
		return
	}
	whole, isWhole := check.TaxNumber(field.Value)
	last, isLast := check.LastFour(field.Value)
	switch {
	case isWhole:
		*target = d.Seal(*target, customers.FieldPersonalTaxID, whole, true)
	case isLast:
		*target = fields.SealLastFour(d, *target, last)
	default:
		d.Faults.Add("personalTaxId", fault.BadValue, "must be nine digits, such as an SSN, or the last four of them; spaces and hyphens are ignored")
	}
}

// checkOwnerStake holds all stakes together against the whole.
func checkOwnerStake(d *registry.Draft, o customers.Owner) {
	if sum := fields.TotalStake(d.Customer.LegalEntity); fields.StakeOf(o.StakePercent) > 0 && sum > fields.WholeStake {
		d.Faults.AddValue("stakePercent", fault.BadValue, o.StakePercent, "owner stakes add up to "+fields.Percent(sum)+", the limit is 100")
	}
}
