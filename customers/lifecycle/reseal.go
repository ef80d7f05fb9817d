package lifecycle

import (
	"context"
	"fmt"
	"slices"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

const resealBatch = 100

// Reseal encrypts anew every sealed value that was made with an older key, one customer
// at a time and against concurrent changes; progress is called with the number of
// customers done. It can be run again after an interruption, for it leaves current
// values alone.
func (s *Service) Reseal(ctx context.Context, progress func(done int)) error {
	caller, err := s.registry.System(ctx, "local")
	if err != nil {
		return err
	}
	var after tenancy.ID
	for done := 0; ; {
		list, err := s.store.Scan(ctx, after, resealBatch)
		if err != nil {
			return rows.StoreFault(err, "reading customers")
		}
		for _, c := range list {
			at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
			_, err := s.registry.Change(ctx, caller, at, "customer.resealed", reseal)
			if err == nil {
				err = s.evidence.ResealFiles(ctx, c)
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

// reseal replaces every sealed box of the draft that was made with an older key, and makes
// fingerprints anew; last digits stay. A fingerprint that nothing compares, which records
// of earlier releases have, is dropped.
func reseal(d *registry.Draft) (err error) {
	ref, sealer := d.Customer.Ref(), d.Sealer()
	relink := func(what, fingerprint string) string {
		if fingerprint == "" {
			return ""
		}
		next, failed := sealer.Relink(ref.Tenant, fingerprint)
		if failed != nil && err == nil {
			err = fmt.Errorf("making the fingerprint of %s anew: %w", what, failed)
		}
		return next
	}
	d.Customer = d.Customer.EachSealed(func(part tenancy.ID, kind string, value *customers.Sealed) *customers.Sealed {
		next := *value
		switch {
		case kind != customers.FieldAccountNumber:
			next.Fingerprint = ""
		case value.Fingerprint != "":
			next.Fingerprint = relink(kind, value.Fingerprint)
		}
		if err == nil && !sealer.IsCurrent(value.Box) {
			var plain secret.Text
			if plain, err = sealer.Unseal(ref, part, kind, value.Box); err == nil {
				next.Box, err = sealer.Seal(ref, part, kind, plain)
			}
			if err != nil {
				err = fmt.Errorf("resealing %s: %w", kind, err)
			}
		}
		if err != nil || next.Fingerprint == value.Fingerprint && sealer.IsCurrent(value.Box) {
			return value
		}
		return &next
	})
	d.Customer.Cards = slices.Clone(d.Customer.Cards)
	for i := range d.Customer.Cards {
		d.Customer.Cards[i].Fingerprint = relink("a card", d.Customer.Cards[i].Fingerprint)
	}
	d.Customer.Documents = slices.Clone(d.Customer.Documents)
	for i := range d.Customer.Documents {
		d.Customer.Documents[i].Fingerprint = relink("a document", d.Customer.Documents[i].Fingerprint)
	}
	return err
}
