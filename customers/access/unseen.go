package access

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/keys"
	"tenantry/tenancy"
)

// unseenDone is the key of the reservation that marks the migration as done.
const unseenDone = "migration:unseen-keys"

// RevokeUnseenKeys revokes the key pairs that earlier builds minted for customers made
// through a dialect, which never showed them, and returns how many. progress receives
// the number of customers looked at. Once done it does nothing; interrupted, it looks at
// all customers again. On an empty store it returns NotFound.
func (s *Service) RevokeUnseenKeys(ctx context.Context, progress func(done int)) (int, error) {
	return s.migrate(ctx, unseenDone, progress, s.revokeUnseen)
}

// revokeUnseen revokes the first pair of a customer if it was never shown.
func (s *Service) revokeUnseen(ctx context.Context, caller tenancy.Caller, c *customers.Customer) (did bool, err error) {
	if !untouched(c, s.registry.Now()) {
		return false, nil
	}
	if unseen, err := s.madeByDialect(ctx, c); err != nil || !unseen {
		return false, err
	}
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.KeysWrite}}
	_, err = s.registry.Change(ctx, caller, at, "key.revoked", func(d *registry.Draft) error {
		if did = untouched(d.Customer, d.Now); did {
			registry.About(d, "key", registry.KeyOf(d.Customer.ID, d.Customer.Keys[0]))
			d.Customer.Keys, _ = keys.Revoke(d.Customer.Keys, 1, d.Now)
		}
		return nil
	})
	return did && err == nil, err
}

// untouched reports whether a customer that may have been made through a dialect still
// has the pair of its creation, alive and never used, and never had another key.
func untouched(c *customers.Customer, now time.Time) bool {
	if !c.Apart() || c.KeyCount != 1 || len(c.Keys) != 1 {
		return false
	}
	first := c.Keys[0]
	_, used := c.KeyUse[strconv.Itoa(int(first.Number))]
	return first.Number == 1 && !first.Restricted && first.Live(now) && !used && first.Created.Equal(c.Created)
}

// madeByDialect reports whether the customer was of a dialect from the start: it may
// have been made natively, with its keys shown, and enrolled later. Where the copy of
// the resource in the event of its creation is gone, what untouched found must do; this
// may revoke a pair that was shown and never used.
func (s *Service) madeByDialect(ctx context.Context, c *customers.Customer) (bool, error) {
	const created = "customer.created"
	found, err := s.store.Events(ctx, rows.EventQuery{Customer: c.Ref(), Type: created, Limit: 1})
	if err != nil {
		return false, rows.StoreFault(err, "reading the event of the creation")
	}
	if len(found) == 0 || found[0].Resource == nil {
		return true, nil
	}
	var made struct{ Kind, Type string }
	if err := json.Unmarshal(found[0].Resource, &made); err != nil {
		return false, fmt.Errorf("reading the copy of the resource: %w", err)
	}
	return made.Kind != "" || made.Type != "", nil
}
