package sqlite

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// A reader never sees a version older than one that was acknowledged before its
// read began, while records fall out of the cache and are read in again.
func TestReadersNeverSeeThePast(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	const writes = 200
	var acknowledged atomic.Int64
	acknowledged.Store(e.tenant.Version)
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
		c, err := e.Get(context.Background(), e.tenant.Ref())
		if err != nil {
			return 0, err
		}
		return c.Version, nil
	}
	evicting := func() (int64, error) {
		e.cache.records.Invalidate(cached{id: e.tenant.ID})
		return get()
	}
	list := func() (int64, error) {
		page, err := e.List(context.Background(), rows.Query{Under: e.operator.ID, Limit: 1, Order: rows.Order{By: rows.ByName}})
		if err != nil {
			return 0, err
		}
		return page.Customers[0].Version, nil
	}
	for _, read := range []func() (int64, error){get, evicting, evicting, list} {
		reader(read)
	}
	current := e.tenant
	for n := range writes {
		if n%10 == 0 {
			e.must(e.NoteKeyUse(context.Background(), customers.KeyUse{Customer: current.Ref(), At: map[string]time.Time{"1": opened.Add(time.Duration(n) * time.Hour)}}))
		}
		current = renamed(current, current.Name)
		e.must(e.Replace(context.Background(), current, current.Version-1))
		acknowledged.Store(current.Version)
	}
	close(done)
	crowd.Wait()
}

// A read that began before a write was published does not bring the old record back into
// the cache.
func TestAnOldReadDoesNotFillTheCache(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	mark := e.cache.mark()
	next := renamed(e.tenant, "Renamed")
	e.must(e.Replace(context.Background(), next, e.tenant.Version))
	e.cache.fill(mark, record{customer: e.tenant, document: 100})
	got, err := e.Get(context.Background(), e.tenant.Ref())
	if err != nil || got.Version != next.Version {
		t.Errorf("version %d came back (%v)", got.Version, err)
	}
}

// A page whose last row moved meanwhile shows the row as it stood in the list, so that a
// reader that goes on behind it misses nothing.
func TestAMovedRowIsListedWhereItStood(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := child(e.tenant, 1)
	e.insert(c)
	stood := place{id: c.ID, value: customers.Fold(c.Name)}
	moved := renamed(c, "zzz")
	e.must(e.read(context.Background(), "testing", func(reading *conn) error {
		mark := e.cache.mark()
		if _, err := reading.exec(context.Background(), "BEGIN"); err != nil {
			return err
		}
		if _, err := load(reading, c.ID); err != nil { // the moment of the page
			return err
		}
		e.must(e.Replace(context.Background(), moved, c.Version))
		got, err := e.at(reading, stood, rows.ByName, mark)
		if err != nil || got.Version != c.Version {
			t.Errorf("version %d is listed (%v)", got.Version, err)
		}
		_, err = reading.exec(context.Background(), "COMMIT")
		return err
	}))
	got, err := e.Get(context.Background(), c.Ref())
	if err != nil || got.Version != moved.Version {
		t.Errorf("version %d is read (%v)", got.Version, err)
	}
}

// The cache keeps its bound, and refuses an entry larger than all of it.
func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	const limit = 64 << 10
	s := openAt(t, t.TempDir(), limit)
	e := &env{T: t, Store: s}
	defer e.shut()
	e.operator = child(&customers.Customer{}, 0)
	e.operator.Parent, e.operator.Path, e.operator.Tenant = [12]byte{}, nil, e.operator.ID
	e.insert(e.operator)
	for n := range uint64(500) {
		e.insert(child(e.operator, n))
		if weight := s.cache.records.WeightedSize(); weight > limit {
			t.Fatalf("the cache holds %d bytes of %d", weight, limit)
		}
	}
	if s.cache.records.EstimatedSize() == 0 {
		t.Error("the cache holds nothing")
	}
}

// Asking who is switched off reads nothing, neither while the store serves (all its
// connections are taken here) nor row by row at the start, which an index of those alone
// answers.
func TestSwitchesCostNoRead(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	off := storetest.Child(e.tenant, storetest.With(func(c *customers.Customer) { c.Status = customers.StatusLocked }))
	if err := e.Insert(t.Context(), off); err != nil {
		t.Fatal(err)
	}
	if plan := e.planOf(t, selectInactive); plan != "SCAN customers USING COVERING INDEX customers_inactive" {
		t.Errorf("the start reads by %s", plan)
	}
	var taken []*conn
	defer func() {
		for _, c := range taken {
			e.readers.put(c)
		}
	}()
	for range e.readers.all {
		c, err := e.readers.take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, c)
	}
	if status, err := e.FirstInactive(t.Context(), e.tenant.ID, []tenancy.ID{off.ID}); err != nil || status != customers.StatusLocked {
		t.Errorf("got %q, %v", status, err)
	}
}

// Who looks while a write is published keeps nothing of the record that it replaces.
func TestNothingIsKeptOfWhatIsBeingReplaced(t *testing.T) {
	c, err := newCache(64<<20, newMetrics())
	if err != nil {
		t.Fatal(err)
	}
	old := storetest.Child(storetest.Operator(opened), storetest.Bare())
	next := *old
	next.Version = old.Version + 1
	written := map[tenancy.ID]record{old.ID: {customer: &next}}
	for n := range 5000 { // so that it takes a while
		name, r := decodedOf(t, n+1, storetest.Bare())
		written[name.id] = r
	}
	for range 20 {
		c.publish(map[tenancy.ID]record{old.ID: {customer: old}})
		published := make(chan struct{})
		go func() { defer close(published); c.publish(written) }()
		for looking := true; looking; {
			mark := c.mark()
			if found, there := c.lookUp(cached{id: old.ID}); there {
				c.keep(mark, cached{id: old.ID, shown: true}, record{customer: found.customer, shown: &keptAnswer{}})
			}
			now, _ := c.lookUp(cached{id: old.ID})
			if kept, there := c.lookUp(cached{id: old.ID, shown: true}); there && kept.customer.Version < now.customer.Version {
				t.Fatalf("version %d is kept, and %d was written", kept.customer.Version, now.customer.Version)
			}
			select {
			case <-published:
				looking = false
			default:
			}
		}
	}
}
