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

// reseal replaces every box of the draft that was made with an older key; last
// digits and fingerprints stay.
func (d *draft) reseal() (err error) {
	ref, sealer := d.c.Ref(), d.sealer()
	d.c = d.c.EachSealed(func(kind string, value *Sealed) *Sealed {
		if err != nil || sealer.IsCurrent(value.Box) {
			return value
		}
		plain, failed := sealer.Unseal(ref, kind, value.Box)
		next := *value
		if failed == nil {
			next.Box, failed = sealer.Seal(ref, kind, plain)
		}
		if failed != nil {
			err = fmt.Errorf("sealing %s anew: %w", kind, failed)
			return value
		}
		return &next
	})
	return err
}
