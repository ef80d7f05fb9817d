package customers

import (
	"context"
	"fmt"
	"slices"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// AddOwner adds an owner to the legal entity of a business: the same list that
// `legalEntity.additionalOwners` shows. First and last name, date of birth, address,
// and a tax number (nine digits, or the last four) or a passport are required; a
// stake is not. It returns NotFound, Forbidden (scope, customerLocked, not active),
// Invalid with every failing field, and Conflict invalidResourceState for who has no
// further owners (people, sole proprietors) and maximumNumberOfResources.
func (s *Service) AddOwner(ctx context.Context, caller tenancy.Caller, customerID string, in OwnerInput) (OwnerView, error) {
	at := At{ID: customerID, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	var id tenancy.ID
	changed, err := s.Change(ctx, caller, at, eventOwnerCreated, func(d *draft) error {
		if err := d.mayHaveOwners(); err != nil {
			return err
		}
		if known := d.c.owner(in.Attempt); known != nil {
			id = known.ID // of an earlier try of the same attempt
			return nil
		}
		if len(d.c.LegalEntity.AdditionalOwners) >= maxOwners {
			return fault.New(fault.Conflict, fault.CodeTooManyResources, fmt.Sprintf("a business has at most %d further owners", maxOwners))
		}
		id = d.idFor(in.Attempt)
		unwanted(&d.faults, fault.Immutable, "this field is read-only; leave it out", sent{"id", in.ID.Set})
		d.applyOwner(in, Owner{ID: id, Created: d.now})
		return nil
	})
	if err != nil {
		return OwnerView{}, err
	}
	return s.ownerShown(caller, changed, id)
}

// Owners lists the further owners of a customer. It returns NotFound and Forbidden
// insufficientScope.
func (s *Service) Owners(ctx context.Context, caller tenancy.Caller, customerID string) ([]OwnerView, error) {
	c, err := s.reach(ctx, caller, customerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, err
	}
	view, err := s.View(caller, c)
	if err != nil || view.LegalEntity == nil {
		return []OwnerView{}, err
	}
	return slices.Concat([]OwnerView{}, view.LegalEntity.AdditionalOwners), nil
}

// Owner reads one owner. It returns NotFound and Forbidden insufficientScope.
func (s *Service) Owner(ctx context.Context, caller tenancy.Caller, part PartRef) (OwnerView, error) {
	c, id, err := s.reachPart(ctx, caller, part, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return OwnerView{}, err
	}
	return s.ownerShown(caller, c, id)
}

// UpdateOwner changes an owner: members that are sent merge, those of contact and
// address too. Who an owner is can be changed while its verification is incomplete
// only; title and stake at any time. It returns what AddOwner does.
func (s *Service) UpdateOwner(ctx context.Context, caller tenancy.Caller, part PartRef, in OwnerInput) (OwnerView, error) {
	c, id, err := s.reachPart(ctx, caller, part, tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return OwnerView{}, err
	}
	at := At{Customer: c, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	changed, err := s.Change(ctx, caller, at, eventOwnerUpdated, func(d *draft) error {
		known := d.c.owner(id)
		if known == nil {
			return fault.NotFoundError()
		}
		if err := d.mayHaveOwners(); err != nil {
			return err
		}
		if in.ID.Set && in.ID.Value != id.String() {
			d.faults.AddValue("id", fault.BadValue, in.ID.Value, "is that of another owner; leave it out")
		}
		before := *known
		d.applyOwner(in, before)
		if after := d.c.owner(id); d.faults.Empty() && !sameOwnerData(&before, after) && before.status() != OwnerIncomplete {
			return wrongState("this owner is " + string(before.status()) + ": who it is can be changed while that is incomplete only")
		}
		return nil
	})
	if err != nil {
		return OwnerView{}, err
	}
	return s.ownerShown(caller, changed, id)
}

// RemoveOwner takes an owner, with its documents, from a customer and gives its
// last state. It returns NotFound and Forbidden (scope, customerLocked, not active).
func (s *Service) RemoveOwner(ctx context.Context, caller tenancy.Caller, part PartRef) (OwnerView, error) {
	c, id, err := s.reachPart(ctx, caller, part, tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return OwnerView{}, err
	}
	var last OwnerView
	at := At{Customer: c, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	_, err = s.Change(ctx, caller, at, eventOwnerRemoved, func(d *draft) error {
		if err := d.active(); err != nil {
			return err
		}
		var err error
		if last, err = s.ownerShown(caller, d.before, id); err != nil {
			return err
		}
		entity := *d.c.LegalEntity
		entity.AdditionalOwners = slices.DeleteFunc(slices.Clone(entity.AdditionalOwners), func(o Owner) bool { return o.ID == id })
		if len(entity.AdditionalOwners) == 0 {
			entity.AdditionalOwners = nil
		}
		d.c.LegalEntity, d.part = &entity, id
		d.ownersChanged()
		return nil
	})
	return last, err
}

func (s *Service) ownerShown(caller tenancy.Caller, c *Customer, id tenancy.ID) (OwnerView, error) {
	if c.owner(id) == nil {
		return OwnerView{}, fault.NotFoundError()
	}
	view, err := s.View(caller, c)
	if err != nil {
		return OwnerView{}, err
	}
	for _, owner := range view.LegalEntity.AdditionalOwners {
		if owner.ID == id.String() {
			owner.CustomerID = c.ID.String()
			return owner, nil
		}
	}
	return OwnerView{}, fault.NotFoundError()
}

// mayHaveOwners refuses to keep owners of who has none beside itself.
func (d *draft) mayHaveOwners() error {
	if err := d.active(); err != nil {
		return err
	}
	if !d.c.hasOwners() {
		return wrongState("only a business that is no sole proprietorship has further owners")
	}
	return nil
}

// applyOwner puts an input onto an owner, with what AddOwner requires, and the
// outcome into the draft.
func (d *draft) applyOwner(in OwnerInput, before Owner) {
	next := before
	d.stake(in.StakePercent, &next.StakePercent, "stakePercent")
	d.text(in.Title, &next.Title, "title", 256)
	d.contact(in.Contact, &next.Contact, "contact", Rules{}.person(true))
	d.address(in.Address, &next.Address, "address")
	d.ownerTaxID(in.PersonalTaxID, &next.PersonalTaxID)
	d.passport(in.Passport, &next.Passport, "passport")
	d.requireOwner(&next)
	if !d.faults.Empty() {
		return
	}
	if next == before {
		return
	}
	next.LastUpdated, d.part = d.now, before.ID
	d.judgeOwner(&before, &next)
	d.putOwner(next)
	d.checkOwnerStake(next)
	d.ownersChanged()
	if next.Verification != before.Verification {
		d.AddEvent(ownerOutcomes[next.Verification], next.ID)
	}
}

func (d *draft) requireOwner(o *Owner) {
	contact := o.Contact
	if contact == nil {
		contact = &Contact{}
	}
	for _, part := range []struct {
		path  string
		there bool
	}{
		{"contact.firstName", contact.FirstName != ""},
		{"contact.lastName", contact.LastName != ""},
		{"contact.dateOfBirth", contact.DateOfBirth != nil},
		{"personalTaxId", o.PersonalTaxID != nil || o.Passport != nil || d.faults.Has("passport.number") || d.faults.Has("passport.country")},
		{"address", o.Address != nil},
	} {
		if !part.there {
			d.missing(part.path)
		}
	}
}

// ownerTaxID applies the tax number of an owner: nine digits, or the last four.
func (d *draft) ownerTaxID(field patch.Field[secret.Text], target **Sealed) {
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
		*target = d.seal(*target, kindTaxPersonal, whole, true)
	case isLast:
		*target = d.sealLastFour(*target, last)
	default:
		d.faults.Add("personalTaxId", fault.BadValue, "must be nine digits, such as an SSN, or the last four of them; blanks and hyphens are ignored")
	}
}

// checkOwnerStake holds all stakes together against the whole.
func (d *draft) checkOwnerStake(o Owner) {
	if sum := totalStake(d.c.LegalEntity); stakeOf(o.StakePercent) > 0 && sum > wholeStake {
		d.faults.AddValue("stakePercent", fault.BadValue, o.StakePercent, "owner stakes add up to "+percent(sum)+", the limit is 100")
	}
}
