package rules

import (
	"context"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

const resealBatch = 100

// Reseal seals the instruments that wait for a customer anew that an older key of the ring
// sealed, with their fingerprints. One that no key opens is of no use any more and goes.
func (s *Service) Reseal(ctx context.Context) error {
	for after := ""; ; {
		list, err := s.store.ReservationsBehind(ctx, instrumentKey(tenancy.ID{})[:len(instrumentLabel)+1], after, resealBatch)
		if err != nil {
			return rows.StoreFault(err, "reading instruments")
		}
		for _, claim := range list {
			if after = claim.Key; len(claim.Request) == 0 || s.sealer.IsCurrent(claim.Request) {
				continue
			}
			if err := s.resealInstrument(ctx, claim); err != nil {
				return err
			}
		}
		if len(list) < resealBatch {
			return nil
		}
	}
}

func (s *Service) resealInstrument(ctx context.Context, claim rows.Reservation) error {
	id, err := tenancy.ParseID(claim.Key[len(instrumentLabel)+1:])
	if err != nil {
		return rows.StoreFault(err, "reading the key of an instrument")
	}
	box, err := s.openInstrument(claim, id)
	if err != nil {
		return rows.StoreFault(s.store.Release(ctx, claim), "removing an instrument that nothing opens")
	}
	// Those that wait are of the tenant that keeps them.
	tenant := claim.Customer.Tenant
	if box.Card != nil {
		box.Card.Fingerprint, err = s.sealer.Relink(tenant, box.Card.Fingerprint)
	} else if box.Bank != nil {
		box.Bank.Bank.AccountNumber.Fingerprint, err = s.sealer.Relink(tenant, box.Bank.Bank.AccountNumber.Fingerprint)
	}
	if err != nil {
		return rows.StoreFault(err, "making the fingerprint of an instrument anew")
	}
	next := claim
	if next.Request, err = s.sealInstrument(box); err != nil {
		return err
	}
	_, err = s.store.CompareAndSwap(ctx, claim, next)
	return rows.StoreFault(err, "keeping an instrument")
}
