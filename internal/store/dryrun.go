package store

import (
	"context"
	"errors"
	"slices"
	"sync"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/shown"
	"tenantry/internal/dryrun"
	"tenantry/tenancy"
)

// What one request that is only tried keeps at most: a use case writes a handful of
// customers, a bulk one behind the other. Past that the oldest are forgotten, so that no
// length of a request takes more memory.
const (
	mostTriedCustomers    = 256
	mostTriedReservations = 100_000
)

// tried is a store that writes nothing in the contexts of dry runs: what is written there
// stays with the context, where the same request reads it again. It refuses what the real
// store would refuse. All other contexts pass through it.
type tried struct{ leaver }

// leaver is the half of tried that leaves out what no request reads again that wrote it.
type leaver struct{ Store }

// DryRun returns a store over which requests can be tried, see internal/dryrun. A method
// that writes must be among those of its type; TestNothingIsWrittenInADryRun holds that.
func DryRun(of Store) Store { return tried{leaver{of}} }

// kept is what the request of one dry run wrote.
type kept struct {
	mu        sync.Mutex
	customers map[tenancy.ID]*customers.Customer // tombstones too
	order     []tenancy.ID
	// reservations that were released are nil.
	reservations map[string]*rows.Reservation
	// added counts the customers below one that the request made or removed.
	added map[tenancy.ID]int64
}

// keptIn returns what a dry run wrote, nil for any other context.
func keptIn(ctx context.Context) *kept {
	return dryrun.State(ctx, func() *kept {
		return &kept{customers: map[tenancy.ID]*customers.Customer{}, reservations: map[string]*rows.Reservation{}, added: map[tenancy.ID]int64{}}
	})
}

// put keeps a customer.
func (k *kept) put(c *customers.Customer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.customers[c.ID] == nil {
		if len(k.order) == mostTriedCustomers {
			delete(k.customers, k.order[0])
			k.order = slices.Delete(k.order, 0, 1)
		}
		k.order = append(k.order, c.ID)
	}
	k.customers[c.ID] = c
}

// latest returns the customer as the request left it, or as it was read.
func (k *kept) latest(id tenancy.ID, within func(*customers.Customer) bool, read func() (*customers.Customer, error)) (*customers.Customer, error) {
	if k == nil {
		return read()
	}
	k.mu.Lock()
	c := k.customers[id]
	k.mu.Unlock()
	switch {
	case c == nil:
		return read()
	case c.Deleted != nil || !within(c):
		return nil, rows.ErrNotFound
	default:
		return c, nil
	}
}

func (k *kept) count(path []tenancy.ID, change int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, id := range path {
		k.added[id] += change
	}
}

// Get implements Store.
func (s tried) Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error) {
	return keptIn(ctx).latest(ref.ID, func(c *customers.Customer) bool { return c.Ref() == ref }, func() (*customers.Customer, error) { return s.Store.Get(ctx, ref) })
}

// GetTogether implements Store.
func (s tried) GetTogether(ctx context.Context, ref tenancy.Ref, others []tenancy.ID) (*customers.Customer, []*customers.Customer, error) {
	if keptIn(ctx) == nil {
		return s.Store.GetTogether(ctx, ref, others)
	}
	c, err := s.Get(ctx, ref)
	return c, nil, err
}

// GetAnywhere implements Store.
func (s tried) GetAnywhere(ctx context.Context, id tenancy.ID) (*customers.Customer, error) {
	return keptIn(ctx).latest(id, func(*customers.Customer) bool { return true }, func() (*customers.Customer, error) { return s.Store.GetAnywhere(ctx, id) })
}

// Shown implements Store. What a dry run wrote is shown to itself alone, and kept nowhere.
func (s tried) Shown(ctx context.Context, ref tenancy.Ref, show shown.Show) (shown.Answer, error) {
	if keptIn(ctx) == nil {
		return s.Store.Shown(ctx, ref, show)
	}
	return show.Read(ctx, s, ref)
}

// Insert implements Store.
func (s tried) Insert(ctx context.Context, c *customers.Customer, with ...rows.Companion) error {
	k := keptIn(ctx)
	if k == nil {
		return s.Store.Insert(ctx, c, with...)
	}
	if _, err := s.Get(ctx, c.Ref()); err == nil {
		return rows.ErrExists
	} else if !errors.Is(err, rows.ErrNotFound) {
		return err
	}
	if err := s.stand(ctx, c.Ref(), with); err != nil {
		return err
	}
	above := tenancy.Ref{Tenant: c.Tenant, ID: c.Parent}
	if c.Tenant == c.ID { // it starts a tenant below the operator, which is its own
		above.Tenant = c.Parent
	}
	if _, err := s.Get(ctx, above); errors.Is(err, rows.ErrNotFound) {
		return rows.ErrParentGone
	} else if err != nil {
		return err
	}
	if err := s.roomFor(ctx, k, c.Tenant, with); err != nil {
		return err
	}
	k.put(c)
	k.count(c.Path, 1)
	return nil
}

// InsertAll implements Store.
func (s tried) InsertAll(ctx context.Context, list []rows.Insertion, stop bool) []error {
	if keptIn(ctx) == nil {
		return s.Store.InsertAll(ctx, list, stop)
	}
	return rows.InsertEach(list, stop, func(one rows.Insertion) error { return s.Insert(ctx, one.Customer, one.With...) })
}

// roomFor returns rows.Full if a room has no place for another customer.
func (s tried) roomFor(ctx context.Context, k *kept, tenant tenancy.ID, with []rows.Companion) error {
	for _, room := range rows.Rooms(with) {
		below, err := s.CountTraits(ctx, rows.CountQuery{Tenant: tenant, Under: room.Of, Deep: true, Traits: []rows.Trait{{}}})
		if err != nil {
			return err
		}
		k.mu.Lock()
		taken := below[0].N + k.added[room.Of]
		k.mu.Unlock()
		if taken >= room.Most {
			return rows.Full{Of: room.Of}
		}
	}
	return nil
}

// Replace implements Store.
func (s tried) Replace(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	k := keptIn(ctx)
	if k == nil {
		return s.Store.Replace(ctx, c, version, with...)
	}
	return s.replace(ctx, k, c, version, with)
}

func (s tried) replace(ctx context.Context, k *kept, c *customers.Customer, version int64, with []rows.Companion) error {
	stored, err := s.Get(ctx, c.Ref())
	if err != nil {
		return err
	}
	if stored.Version != version || stored.AuditCount != c.AuditCount {
		return rows.ErrStale
	}
	if err := s.stand(ctx, c.Ref(), with); err != nil {
		return err
	}
	k.put(c)
	return nil
}

// Erase implements Store.
func (s tried) Erase(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	k := keptIn(ctx)
	if k == nil {
		return s.Store.Erase(ctx, c, version, with...)
	}
	page, err := s.List(ctx, rows.Query{Tenant: c.Tenant, Under: c.ID, Order: rows.Order{By: rows.ByCreated}, Limit: 1})
	if err != nil {
		return err
	}
	if len(page.Customers) > 0 {
		return rows.ErrHasChildren
	}
	if err := s.replace(ctx, k, c, version, with); err != nil {
		return err
	}
	k.count(c.Path, -1)
	return nil
}

// AddEvent implements Store.
func (s tried) AddEvent(ctx context.Context, ref tenancy.Ref, event customers.Event) (customers.Event, error) {
	k := keptIn(ctx)
	if k == nil {
		return s.Store.AddEvent(ctx, ref, event)
	}
	c, err := s.Get(ctx, ref)
	if err != nil {
		return event, err
	}
	next := *c // the record is shared with its readers, so it is never changed
	next.EventCount++
	next.AuditCount++
	event.Number = next.EventCount
	k.put(&next)
	return event, nil
}
