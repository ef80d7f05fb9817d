package access

import (
	"context"
	"errors"
	"fmt"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/keys"
	"tenantry/tenancy"
)

const migrateBatch = 100

// Migration is a change of the records of earlier builds, made once.
type Migration struct {
	// Done is the key of the reservation that marks it as made, and Does what it does.
	Done, Does string
}

// Migrations returns the changes that a migration makes, in their order.
func Migrations() []Migration {
	return []Migration{
		{unseenDone, "revoke key pairs that earlier builds minted and never showed"},
		{widenedDone, "write the scopes that customers:write was divided into into restricted keys"},
		{scopedDone, "make user names unique within their platform"},
	}
}

// migrate lets change bring every living customer up to date and returns how many it
// changed. The reservation named done marks that all were looked at.
func (s *Service) migrate(
	ctx context.Context, done string, progress func(int), change func(context.Context, tenancy.Caller, *customers.Customer) (bool, error),
) (int, error) {
	caller, err := s.registry.System(ctx, "migration")
	if err != nil {
		return 0, err
	}
	if _, err = s.store.ReservationHolder(ctx, done); !errors.Is(err, rows.ErrNotFound) {
		return 0, rows.StoreFault(err, "looking whether a migration was done")
	}
	changed, looked := 0, 0
	var after tenancy.ID
	for {
		list, err := s.store.Scan(ctx, after, migrateBatch)
		if err != nil {
			return changed, rows.StoreFault(err, "reading customers")
		}
		for _, c := range list {
			did, err := change(ctx, caller, c)
			if err != nil && !fault.IsNotFound(err) { // deleted meanwhile
				return changed, fmt.Errorf("migrating customer %s: %w", c.Ref(), err)
			}
			if did {
				changed++
			}
			after = c.ID
			looked++
		}
		progress(looked)
		if len(list) < migrateBatch {
			break
		}
	}
	mark := rows.Reservation{Key: done, Customer: registry.Stored(caller.Actor).Ref(), Taken: s.registry.Now()}
	_, _, err = s.store.Reserve(ctx, mark)
	return changed, rows.StoreFault(err, "noting that a migration was done")
}

// widenedDone is the key of the reservation that marks the migration as done.
const widenedDone = "migration:wider-scopes"

// WidenScopes adds to restricted keys that were minted when scopes were fewer those that
// one of theirs was divided into, so that they keep what they could, and returns how many
// customers it changed. progress is told how many were looked at. Done once it does
// nothing; interrupted, it looks at all customers again. On an empty store it returns
// NotFound.
func (s *Service) WidenScopes(ctx context.Context, progress func(done int)) (int, error) {
	return s.migrate(ctx, widenedDone, progress, s.widen)
}

func (s *Service) widen(ctx context.Context, caller tenancy.Caller, c *customers.Customer) (bool, error) {
	if !narrowed(c.Keys) {
		return false, nil
	}
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.KeysWrite}}
	_, err := s.registry.Change(ctx, caller, at, "key.scopes_widened", func(d *registry.Draft) error {
		for i := range d.Customer.Keys {
			if entry := &d.Customer.Keys[i]; narrows(*entry) {
				entry.Scopes = entry.Scopes.Widened()
			}
		}
		return nil
	})
	return err == nil, err
}

func narrowed(entries []keys.Entry) bool {
	for _, entry := range entries {
		if narrows(entry) {
			return true
		}
	}
	return false
}

// narrows reports whether a key can no longer do what it could when it was minted. Only
// keys without a unique id are that old: what was minted since means what it says.
func narrows(entry keys.Entry) bool {
	return entry.Restricted && entry.UID.IsZero() && entry.Scopes.Widened() != entry.Scopes
}
