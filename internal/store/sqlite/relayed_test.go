package sqlite

import (
	"slices"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// waiting returns whose events wait.
func (e *env) waiting() (list []tenancy.ID) {
	e.Helper()
	batches, err := e.Outboxes(e.Context(), tenancy.AllSlots, 10_000)
	e.must(err)
	for _, b := range batches {
		list = append(list, b.Customer.ID)
	}
	return list
}

// relayAll relays the outboxes of customers, or of everybody.
func (e *env) relayAll(of ...tenancy.ID) {
	e.Helper()
	batches, err := e.Outboxes(e.Context(), tenancy.AllSlots, 10_000)
	e.must(err)
	batches = slices.DeleteFunc(batches, func(b rows.Batch) bool { return len(of) > 0 && !slices.Contains(of, b.Customer.ID) })
	e.must(e.Relay(e.Context(), batches...))
}

// exceptions returns how many events are not where the mark of the relay says.
func (e *env) exceptions() int {
	e.Helper()
	return len(e.texts(e.T, 0, `SELECT hex(customer) FROM relay_exceptions`))
}

// childrenWithEvents inserts customers with an event each, in this order.
func (e *env) childrenWithEvents(first, n int) (ids []tenancy.ID) {
	e.Helper()
	var list []rows.Insertion
	for at := range n {
		c := child(e.tenant, uint64(first+at))
		c.Outbox = []customers.Event{{ID: tenancy.ID{9, byte((first + at) >> 8), byte(first + at)}, Type: "customer.created", At: opened}}
		list, ids = append(list, rows.Insertion{Customer: c}), append(ids, c.ID)
	}
	for _, err := range e.InsertAll(e.Context(), list, true) {
		e.must(err)
	}
	return ids
}

// Events are relayed in any order: whatever waits is named, by what the cache has as by the
// file, and once all were relayed nothing but the mark tells of it.
func TestEventsAreRelayedInAnyOrder(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.relayAll()
	ids := e.childrenWithEvents(100, 6)
	left := slices.Clone(ids)
	for _, next := range []int{4, 1, 5, 0, 3, 2} {
		e.relayAll(ids[next])
		left = slices.DeleteFunc(left, func(id tenancy.ID) bool { return id == ids[next] })
		for _, from := range []string{"cache", "file"} {
			got := e.waiting()
			if !sameIDs(got, left) {
				t.Fatalf("from the %s, after number %d: %v, want %v", from, next, got, left)
			}
			e.cache.records.InvalidateAll()
		}
	}
	if n := e.exceptions(); n != 0 {
		t.Errorf("%d exceptions are left", n)
	}
	e.sound(t)
}

func sameIDs(x, y []tenancy.ID) bool {
	sort := func(list []tenancy.ID) []tenancy.ID {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b tenancy.ID) int { return slices.Compare(a[:], b[:]) })
		return list
	}
	return slices.Equal(sort(x), sort(y))
}

// An event that is never relayed holds up neither the others nor the mark: it is the only
// exception, and waits still when the store is opened again.
func TestAnEventThatStaysBehind(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.relayAll()
	stuck := e.childrenWithEvents(100, 1)
	for n := range 5 {
		e.relayAll(e.childrenWithEvents(200+10*n, 10)...)
		if got := e.exceptions(); got > 1 {
			t.Fatalf("after %d relays there are %d exceptions", n+1, got)
		}
	}
	if got := e.waiting(); !slices.Equal(got, stuck) {
		t.Errorf("%v wait, want %v", got, stuck)
	}
	e.relayAll()
	if got := e.exceptions(); got != 0 || len(e.waiting()) != 0 {
		t.Errorf("%d exceptions are left", got)
	}
}

// In whatever order events are relayed, about as few exceptions are kept as the mark can leave.
func TestFewExceptionsAreKept(t *testing.T) {
	t.Parallel()
	const many = 10 * looksAhead
	for name, order := range map[string]func(n int) int{
		"the newest first":  func(n int) int { return many - 1 - n },
		"every other first": func(n int) int { return (2*n + 1) % (many + 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			e.relayAll()
			e.childrenWithEvents(0, many)
			batches, err := e.Outboxes(t.Context(), tenancy.AllSlots, many)
			if err != nil || len(batches) != many {
				t.Fatalf("%d wait, %v", len(batches), err)
			}
			for n := range many {
				e.must(e.Relay(t.Context(), batches[order(n)]))
				if got, most := e.exceptions(), min(n+1, many-n-1)+looksAhead; got > most {
					t.Fatalf("after %d relays there are %d exceptions, want at most %d", n+1, got, most)
				}
			}
			e.relayAll(e.childrenWithEvents(many, 1)...)
			if got := e.exceptions(); got != 0 || len(e.waiting()) != 0 {
				t.Errorf("%d exceptions are left", got)
			}
			e.sound(t)
		})
	}
}

// What is written after the last events were purged waits: no number is used twice, be the
// events that are gone relayed in their order or before others.
func TestANumberIsNotUsedTwice(t *testing.T) {
	t.Parallel()
	for early := range 2 {
		e := newEnv(t)
		e.relayAll()
		waits := e.childrenWithEvents(100, 2*early)
		e.relayAll(e.childrenWithEvents(150, 2)...)
		if n, err := e.PurgeEvents(t.Context(), time.Now().AddDate(100, 0, 0), 1000); err != nil || n < 2 {
			t.Fatalf("%d events were purged, %v", n, err)
		}
		e.sound(t)
		waits = append(waits, e.childrenWithEvents(200, 1)...)
		for range 2 {
			if got := e.waiting(); !sameIDs(got, waits) {
				t.Errorf("with %d events that wait before: %v wait, want %v", 2*early, got, waits)
			}
			e.cache.records.InvalidateAll()
		}
	}
}

// Events of an earlier schema are what they were after the upgrade, and what waited waits.
func TestEventsOutliveTheUpgrade(t *testing.T) {
	t.Parallel()
	for _, schema := range []int64{16, 19} {
		dir := unpackSchema(t, schema)
		look := func() (found []rows.LoggedEvent, waiting map[tenancy.ID][]customers.Event) {
			f, err := Look(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = f.Close() }()
			damaged := func(d rows.Damage) { t.Errorf("%+v", d) }
			waiting = map[tenancy.ID][]customers.Event{}
			if err := f.EachEvent(t.Context(), func(e rows.LoggedEvent) error { found = append(found, e); return nil }, damaged); err != nil {
				t.Fatal(err)
			}
			err = f.EachCustomer(t.Context(), func(c *customers.Customer) error {
				if len(c.Outbox) > 0 {
					waiting[c.ID] = c.Outbox
				}
				return nil
			}, damaged)
			if err != nil {
				t.Fatal(err)
			}
			return found, waiting
		}
		log, waiting := look()
		if len(log) == 0 {
			t.Fatal("the log of this store is empty")
		}
		s := openAt(t, dir, 0)
		s.sound(t)
		if err := s.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		after, waits := look()
		if diff := storetest.Diff(log, after) + storetest.Diff(waiting, waits); diff != "" {
			t.Errorf("schema %d (-before +after):\n%s", schema, diff)
		}
	}
}
