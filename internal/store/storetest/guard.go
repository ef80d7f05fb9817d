package storetest

import (
	"bytes"
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// Guard returns a store that stands before another one and, when the test ends,
// fails it for every record that went through it and was changed afterwards:
// records are shared, so a use case that changes the one that it was given changes
// what others are reading. Benchmarks get the store itself.
func Guard(t testing.TB, store store.Store) store.Store {
	if _, measures := t.(*testing.B); measures {
		return store
	}
	g := &guard{Store: store, seen: map[*customers.Customer][]byte{}}
	t.Cleanup(func() { g.check(t) })
	return g
}

type guard struct {
	store.Store

	mu sync.Mutex
	// seen holds every record that went through, as it would be stored then.
	seen map[*customers.Customer][]byte
	// broken is the first record that could not be written down.
	broken error
}

func (g *guard) note(records ...*customers.Customer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range records {
		if _, known := g.seen[c]; known || c == nil {
			continue
		}
		document, err := codec.Encode(c)
		if g.broken == nil {
			g.broken = err
		}
		g.seen[c] = document
	}
}

func (g *guard) check(t testing.TB) {
	t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.broken != nil {
		t.Errorf("writing a record down: %v", g.broken)
	}
	for c, before := range g.seen {
		after, err := codec.Encode(c)
		if err == nil && bytes.Equal(before, after) {
			continue
		}
		was, failed := codec.Decode(before)
		if err != nil || failed != nil {
			t.Errorf("reading records again: %v, %v", err, failed)
			continue
		}
		t.Errorf("a shared record was changed in place: customer %s, version %d (-given +now):\n%s", c.Ref(), was.Version, cmp.Diff(was, c))
	}
}

func (g *guard) one(c *customers.Customer, err error) (*customers.Customer, error) {
	g.note(c)
	return c, err
}

func (g *guard) all(list []*customers.Customer, err error) ([]*customers.Customer, error) {
	g.note(list...)
	return list, err
}

// GetTogether implements store.Store.
func (g *guard) GetTogether(ctx context.Context, ref tenancy.Ref, others []tenancy.ID) (*customers.Customer, []*customers.Customer, error) {
	c, along, err := g.Store.GetTogether(ctx, ref, others)
	g.note(append(along[:len(along):len(along)], c)...)
	return c, along, err
}

func (g *guard) Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error) {
	return g.one(g.Store.Get(ctx, ref))
}

func (g *guard) GetAnywhere(ctx context.Context, id tenancy.ID) (*customers.Customer, error) {
	return g.one(g.Store.GetAnywhere(ctx, id))
}

func (g *guard) Root(ctx context.Context) (*customers.Customer, error) {
	return g.one(g.Store.Root(ctx))
}

func (g *guard) CustomerWithPart(ctx context.Context, tenant, part tenancy.ID) (*customers.Customer, error) {
	return g.one(g.Store.CustomerWithPart(ctx, tenant, part))
}

func (g *guard) CustomersWithPart(ctx context.Context, tenant, part, after tenancy.ID, limit int) ([]*customers.Customer, error) {
	list, err := g.Store.CustomersWithPart(ctx, tenant, part, after, limit)
	g.note(list...)
	return list, err
}

func (g *guard) List(ctx context.Context, q rows.Query) (rows.Page, error) {
	page, err := g.Store.List(ctx, q)
	g.note(page.Customers...)
	return page, err
}

func (g *guard) Scan(ctx context.Context, after tenancy.ID, limit int) ([]*customers.Customer, error) {
	return g.all(g.Store.Scan(ctx, after, limit))
}

func (g *guard) DueReviews(ctx context.Context, now time.Time, limit int) ([]*customers.Customer, error) {
	return g.all(g.Store.DueReviews(ctx, now, limit))
}

func (g *guard) DuePlans(ctx context.Context, now time.Time, limit int) ([]*customers.Customer, error) {
	return g.all(g.Store.DuePlans(ctx, now, limit))
}

func (g *guard) DueDrops(ctx context.Context, after rows.Position, limit int) ([]*customers.Customer, error) {
	return g.all(g.Store.DueDrops(ctx, after, limit))
}

func (g *guard) WaitingDocuments(ctx context.Context, q rows.WaitingQuery) ([]*customers.Customer, error) {
	return g.all(g.Store.WaitingDocuments(ctx, q))
}

// A record that is handed in belongs to the store from then on, written or not.

func (g *guard) Insert(ctx context.Context, c *customers.Customer, with ...rows.Companion) error {
	g.note(c)
	return g.Store.Insert(ctx, c, with...)
}

func (g *guard) Replace(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	g.note(c)
	return g.Store.Replace(ctx, c, version, with...)
}

func (g *guard) Erase(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	g.note(c)
	return g.Store.Erase(ctx, c, version, with...)
}
