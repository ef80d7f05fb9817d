package customers

import (
	"context"
	"fmt"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

const resealBatch = 100

// Reseal encrypts every sealed value anew that was made with an older key, one
// customer at a time and against concurrent changes; progress is told how many
// customers were looked at. Run it again after an interruption: what is current
// already is left alone.
func (s *Service) Reseal(ctx context.Context, progress func(done int)) error {
	caller, err := s.System(ctx, "local")
	if err != nil {
		return err
	}
	var after tenancy.ID
	for done := 0; ; {
		list, err := s.store.Walk(ctx, after, resealBatch)
		if err != nil {
			return storeFault(err, "reading customers")
		}
		for _, c := range list {
			at := At{Customer: c, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
			_, err := s.Change(ctx, caller, at, "customer.resealed", func(d *draft) error { return d.reseal() })
			if err == nil {
				err = s.resealFiles(ctx, c)
			}
			if err != nil && !fault.IsNotFound(err) { // deleted meanwhile
				return fmt.Errorf("resealing customer %s: %w", c.Ref(), err)
			}
			after = c.ID
			done++
		}
		progress(done)
		if len(list) < resealBatch {
			return nil
		}
	}
}

// reseal replaces every box of the draft that was made with an older key.
func (d *draft) reseal() error {
	r := resealer{d: d}
	d.c.Contact = r.contact(d.c.Contact)
	if d.c.Device != nil {
		d.c.Device = &Device{IPAddress: r.value(kindAddress, d.c.Device.IPAddress)}
	}
	if d.c.LegalEntity != nil {
		entity := *d.c.LegalEntity
		entity.BusinessTaxID = r.value(kindTaxBusiness, entity.BusinessTaxID)
		entity.PersonalTaxID = r.value(kindTaxPersonal, entity.PersonalTaxID)
		entity.PersonalContact = r.contact(entity.PersonalContact)
		entity.AdditionalOwners = nil
		for _, owner := range d.c.LegalEntity.AdditionalOwners {
			owner.PersonalTaxID = r.value(kindTaxPersonal, owner.PersonalTaxID)
			owner.Contact = r.contact(owner.Contact)
			if p := owner.Passport; p != nil {
				if number := r.value(kindPassport, p.Number); number != p.Number {
					owner.Passport = &Passport{Number: number, Country: p.Country}
				}
			}
			entity.AdditionalOwners = append(entity.AdditionalOwners, owner)
		}
		d.c.LegalEntity = &entity
	}
	if d.c.Merchant != nil {
		merchant := *d.c.Merchant
		merchant.PersonalContact = r.contact(merchant.PersonalContact)
		d.c.Merchant = &merchant
	}
	if d.c.Enrolment != nil {
		d.c.Enrolment = r.enrolment(*d.c.Enrolment)
	}
	for i := range d.c.Banks {
		bank := &d.c.Banks[i]
		bank.AccountNumber = *r.value(kindAccount, &bank.AccountNumber)
		if bank.Drops != nil {
			drops := *bank.Drops
			drops.Amounts = *r.value(kindDrops, &drops.Amounts)
			bank.Drops = &drops
		}
	}
	for i := range d.c.Endpoints {
		endpoint := &d.c.Endpoints[i]
		endpoint.Secret = r.value(kindWebhook, endpoint.Secret)
		endpoint.Previous = r.value(kindWebhook, endpoint.Previous)
	}
	return r.err
}

type resealer struct {
	d   *draft
	err error
}

func (r *resealer) contact(c *Contact) *Contact {
	if c == nil || c.DateOfBirth == nil {
		return c
	}
	next := *c
	next.DateOfBirth = r.value(kindBirth, c.DateOfBirth)
	return &next
}

// value gives the sealed value under the newest key; last digits and fingerprint
// stay.
func (r *resealer) value(kind string, sealed *Sealed) *Sealed {
	if sealed == nil || r.err != nil || r.d.sealer().IsCurrent(sealed.Box) {
		return sealed
	}
	plain, err := r.d.sealer().Unseal(r.d.c.Ref(), kind, sealed.Box)
	if err == nil {
		next := *sealed
		next.Box, err = r.d.sealer().Seal(r.d.c.Ref(), kind, plain)
		sealed = &next
	}
	r.err = err
	return sealed
}
