package lifecycle

import (
	"context"
	"fmt"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
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

// reseal replaces every sealed box of the draft that was made with an older key; last
// digits and fingerprints stay.
func reseal(d *registry.Draft) (err error) {
	ref, sealer := d.Customer.Ref(), d.Sealer()
	d.Customer = d.Customer.EachSealed(func(kind string, value *customers.Sealed) *customers.Sealed {
		if err != nil || sealer.IsCurrent(value.Box) {
			return value
		}
		plain, failed := sealer.Unseal(ref, kind, value.Box)
		next := *value
		if failed == nil {
			next.Box, failed = sealer.Seal(ref, kind, plain)
		}
		if failed != nil {
			err = fmt.Errorf("resealing %s: %w", kind, failed)
			return value
		}
		return &next
	})
	return err
}
