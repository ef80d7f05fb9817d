package registry

import (
	"context"
	"errors"

	"tenantry/customers"
	"tenantry/customers/rows"
)

// ScopeUsernames reserves the names of a customer's users within its tenant, in place of
// the reservations within the installation that earlier releases took, and reports
// whether there were any. Each new one stands before the old one goes, so that it can be
// interrupted anywhere and done again.
func ScopeUsernames(ctx context.Context, s *Registry, c *customers.Customer) (scoped bool, err error) {
	for i := range c.Users {
		name := c.Users[i].Username
		former, err := s.store.ReservationHolder(ctx, "username:"+customers.Fold(name))
		if errors.Is(err, rows.ErrNotFound) || err == nil && former.Customer != c.Ref() {
			continue
		}
		if err != nil {
			return scoped, rows.StoreFault(err, "reading the reservation of a username")
		}
		scoped = true
		wanted := unique{key: UsernameKey(name, c.Tenant), field: "username", text: "two users of one platform have one username"}
		standing, free, err := s.reserveFree(ctx, []unique{wanted}, c)
		if err != nil {
			return scoped, err
		}
		taken := standing[0]
		if !free[0] {
			if taken, _, err = s.reserve(ctx, wanted, taken, c, nil); err != nil {
				return scoped, err
			}
		}
		if held, err := s.holdsNow(ctx, taken, nil); err != nil {
			return scoped, err
		} else if !held { // it was deleted meanwhile
			s.Release(ctx, []rows.Reservation{taken})
		}
		if err := s.store.Release(ctx, former); err != nil {
			return scoped, rows.StoreFault(err, "releasing a username")
		}
	}
	return scoped, nil
}
