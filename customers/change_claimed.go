package customers

import (
	"context"

	"tenantry/tenancy"
)

// changeClaimed is change for what may change values that are unique: it takes the
// claims that the change needs before it is written, gives back those that it makes
// needless afterwards, and asks a remote provider about the review that it started.
func (s *Service) changeClaimed(ctx context.Context, caller tenancy.Caller, c *Customer, ifVersion int64, act func(*draft) error) (*Customer, error) {
	var held, needless []Claim
	asks := false
	changed, err := s.change(ctx, caller, c, ifVersion, "customer.updated", func(d *draft) error {
		s.release(ctx, held) // of a lost race
		held = nil
		if err := act(d); err != nil {
			return err
		}
		if err := d.err(); err != nil {
			return err
		}
		asks = d.asks
		var err error
		held, needless, err = s.reserveChanged(ctx, d)
		return err
	})
	if err != nil {
		s.giveBack(ctx, held, err)
		return nil, err
	}
	s.release(ctx, needless)
	if asks {
		changed = s.askNow(ctx, changed)
	}
	return changed, nil
}
