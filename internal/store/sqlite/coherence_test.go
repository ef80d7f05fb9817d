package sqlite

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/customers"
)

// A reader never sees a version older than one that was acknowledged before its
// read began, while records fall out of the cache and are read in again.
func TestReadersNeverSeeThePast(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const writes = 200
	var acknowledged atomic.Int64
	acknowledged.Store(h.tenant.Version)
	done := make(chan struct{})
	var crowd sync.WaitGroup
	reader := func(read func() (int64, error)) {
		crowd.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				least := acknowledged.Load()
				version, err := read()
				if err != nil || version < least {
					t.Errorf("version %d was read after version %d was acknowledged (%v)", version, least, err)
					return
				}
			}
		})
	}
	get := func() (int64, error) {
		c, err := h.Get(context.Background(), h.tenant.Ref())
		if err != nil {
			return 0, err
		}
		return c.Version, nil
	}
	evicting := func() (int64, error) {
		h.cache.records.Invalidate(h.tenant.ID)
		return get()
	}
	list := func() (int64, error) {
		page, err := h.List(context.Background(), customers.Query{Under: h.operator.ID, Limit: 1, Order: customers.Order{By: customers.ByName}})
		if err != nil {
			return 0, err
		}
		return page.Customers[0].Version, nil
	}
	for _, read := range []func() (int64, error){get, evicting, evicting, list} {
		reader(read)
	}
	current := h.tenant
	for n := range writes {
		if n%10 == 0 {
			h.must(h.NoteKeyUse(context.Background(), current.Ref(), map[string]time.Time{"1": opened.Add(time.Duration(n) * time.Hour)}))
		}
		current = renamed(current, current.Name)
		h.must(h.Replace(context.Background(), current, current.Version-1))
		acknowledged.Store(current.Version)
	}
	close(done)
	crowd.Wait()
}

// A read that began before a write was published must not bring the old record
// back into the cache.
func TestAnOldReadDoesNotFillTheCache(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mark := h.cache.mark()
	next := renamed(h.tenant, "Renamed")
	h.must(h.Replace(context.Background(), next, h.tenant.Version))
	h.cache.fill(mark, record{customer: h.tenant, size: 100})
	got, err := h.Get(context.Background(), h.tenant.Ref())
	if err != nil || got.Version != next.Version {
		t.Errorf("version %d came back (%v)", got.Version, err)
	}
}

// A page whose last row moved meanwhile tells of the row as it stood in the list,
// so that whoever goes on behind it misses nothing.
func TestAMovedRowIsListedWhereItStood(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := child(h.tenant, 1)
	h.insert(c)
	stood := place{id: c.ID, value: customers.Fold(c.Name)}
	moved := renamed(c, "zzz")
	h.must(h.read(context.Background(), "testing", func(reading *conn) error {
		mark := h.cache.mark()
		if _, err := reading.exec(context.Background(), "BEGIN"); err != nil {
			return err
		}
		if _, err := load(reading, c.ID); err != nil { // the moment of the page
			return err
		}
		h.must(h.Replace(context.Background(), moved, c.Version))
		got, err := h.at(reading, stood, customers.ByName, mark)
		if err != nil || got.Version != c.Version {
			t.Errorf("version %d is listed (%v)", got.Version, err)
		}
		_, err = reading.exec(context.Background(), "COMMIT")
		return err
	}))
	got, err := h.Get(context.Background(), c.Ref())
	if err != nil || got.Version != moved.Version {
		t.Errorf("version %d is read (%v)", got.Version, err)
	}
}

// The cache keeps its bound, and refuses what is larger than all of it.
func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	const limit = 64 << 10
	s := openAt(t, t.TempDir(), limit)
	h := &house{T: t, Store: s}
	defer h.shut()
	h.operator = child(&customers.Customer{}, 0)
	h.operator.Parent, h.operator.Path, h.operator.Tenant = [12]byte{}, nil, h.operator.ID
	h.insert(h.operator)
	for n := range uint64(500) {
		h.insert(child(h.operator, n))
		if weight := s.cache.records.WeightedSize(); weight > limit {
			t.Fatalf("the cache holds %d bytes of %d", weight, limit)
		}
	}
	if s.cache.records.EstimatedSize() == 0 {
		t.Error("the cache holds nothing")
	}
}
