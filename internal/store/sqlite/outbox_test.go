package sqlite

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// kept returns the outboxes that documents hold themselves.
func (s *Store) kept(t *testing.T) (list []string) {
	t.Helper()
	err := s.read(t.Context(), "testing", func(c *conn) error {
		return eachDocument(t, c, func(one *customers.Customer) {
			if len(one.Outbox) > 0 {
				list = append(list, one.ID.String())
			}
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// Events that waited in the documents of an older schema wait after the upgrade, in their
// order, are in the log, and are relayed once; those too that an early build did not put
// into the log with their write.
func TestWaitingEventsOutliveTheUpgrade(t *testing.T) {
	t.Parallel()
	for name, early := range map[string]bool{"in the log": false, "not in the log": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := unpackSchema(t, 14)
			if early {
				withoutWaiting(t, dir)
			}
			look := func() map[tenancy.ID][]customers.Event {
				found := map[tenancy.ID][]customers.Event{}
				f, err := Look(t.Context(), dir)
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = f.Close() }()
				err = f.EachCustomer(t.Context(), func(c *customers.Customer) error {
					if len(c.Outbox) > 0 {
						found[c.ID] = c.Outbox
					}
					return nil
				}, func(d rows.Damage) { t.Errorf("%+v", d) })
				if err != nil {
					t.Fatal(err)
				}
				return found
			}
			want := look()
			if len(want) == 0 {
				t.Fatal("no event waits in this store")
			}
			s := openAt(t, dir, 0)
			if left := s.kept(t); len(left) > 0 {
				t.Errorf("the documents of %v hold events still", left)
			}
			if diff := storetest.Diff(want, look()); diff != "" {
				t.Errorf("what waits after the upgrade (-want +got):\n%s", diff)
			}
			batches, err := s.Outboxes(t.Context(), tenancy.AllSlots, 100)
			if err != nil || len(batches) != len(want) {
				t.Fatalf("%d of %d outboxes, %v", len(batches), len(want), err)
			}
			for _, batch := range batches {
				if diff := storetest.Diff(want[batch.Customer.ID], batch.Events); diff != "" {
					t.Errorf("what is to be relayed (-want +got):\n%s", diff)
				}
				if err := s.Relay(t.Context(), batch); err != nil {
					t.Fatal(err)
				}
				log, err := s.Events(t.Context(), rows.EventQuery{Customer: batch.Customer, Limit: 100})
				if err != nil || len(log) < len(batch.Events) {
					t.Errorf("the log has %d of %d events, %v", len(log), len(batch.Events), err)
				}
			}
			if left, err := s.Outboxes(t.Context(), tenancy.AllSlots, 100); err != nil || len(left) > 0 {
				t.Errorf("%d outboxes are left, %v", len(left), err)
			}
			s.sound(t)
			if err := s.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			if left := look(); len(left) > 0 {
				t.Errorf("%d outboxes came back", len(left))
			}
		})
	}
}

// withoutWaiting takes the events that wait out of the log of an older schema.
func withoutWaiting(t *testing.T, dir string) {
	t.Helper()
	c, err := dial(t.Context(), PathIn(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.close() }()
	for _, text := range []string{`DELETE FROM event_within WHERE number IN (SELECT number FROM events WHERE whole = 2)`, `DELETE FROM events WHERE whole = 2`} {
		if changed, err := c.exec(t.Context(), text); err != nil || changed == 0 {
			t.Fatal(changed, err)
		}
	}
}

// A relay writes no document: that of the customer stays as it is, byte for byte.
func TestARelayWritesNoDocument(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := child(e.tenant, 1)
	c.Outbox = []customers.Event{{ID: tenancy.ID{9, 1}, Type: "customer.created", At: opened}}
	e.insert(c)
	if kept := e.kept(t); len(kept) > 0 {
		t.Errorf("the documents of %v hold events", kept)
	}
	e.must(e.writer.do(t.Context(), "spoiling", func(t *transaction) error {
		_, err := t.exec(forbidDocuments)
		return err
	}))
	e.must(e.Relay(t.Context(), rows.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox}))
	found, err := e.Get(t.Context(), c.Ref())
	if err != nil || len(found.Outbox) > 0 {
		t.Errorf("%+v, %v", found, err)
	}
}

// An event that waits and cannot be read holds up neither its customer nor the events
// beside it, and is reported.
func TestADamagedEventThatWaits(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := child(e.tenant, 1)
	for n := range byte(3) {
		c.Outbox = append(c.Outbox, customers.Event{ID: tenancy.ID{9, n}, Type: "customer.tried", Reason: fmt.Sprintf("tried_%d", n), At: opened})
	}
	e.insert(c)
	e.spoil("events", c.Outbox[1].ID, "tried_1")
	found, err := e.Get(t.Context(), c.Ref())
	if err != nil || len(found.Outbox) != 2 {
		t.Fatalf("%d events, %v", len(found.Outbox), err)
	}
	e.must(e.Replace(t.Context(), renamed(found, "Other"), found.Version))
	e.must(e.Relay(t.Context(), rows.Batch{Customer: c.Ref(), Path: c.Path, Events: found.Outbox}))
	batches, err := e.Outboxes(t.Context(), tenancy.AllSlots, 100)
	if err != nil || strings.Contains(fmt.Sprint(batches), c.ID.String()) {
		t.Errorf("%v, %v", batches, err)
	}
	if damaged := e.Damaged(); len(damaged) != 1 || damaged[0].ID != c.Outbox[1].ID {
		t.Errorf("%+v", damaged)
	}
}

// An event that was relayed after its record was read does not wait again when the record
// is written over.
func TestARelayedEventDoesNotWaitAgain(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := child(e.tenant, 1)
	c.Outbox = []customers.Event{{ID: tenancy.ID{9, 1}, Type: "customer.created", At: opened}}
	e.insert(c)
	e.must(e.Relay(t.Context(), rows.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox}))
	e.must(e.Replace(t.Context(), renamed(c, "Other"), c.Version))
	for _, from := range []string{"cache", "file"} {
		found, err := e.Get(t.Context(), c.Ref())
		if err != nil || found.Version != 2 || len(found.Outbox) > 0 {
			t.Errorf("from the %s: %+v, %v", from, found, err)
		}
		e.cache.records.InvalidateAll()
	}
}

// Two batches of one customer in one call empty its outbox, in the cache as in the file.
func TestTwoBatchesOfOneCustomer(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := child(e.tenant, 1)
	for n := range byte(2) {
		c.Outbox = append(c.Outbox, customers.Event{ID: tenancy.ID{9, n}, Type: "customer.tried", At: opened})
	}
	e.insert(c)
	e.must(e.Relay(t.Context(), rows.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox[:1]}, rows.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox[1:]}))
	for _, from := range []string{"cache", "file"} {
		if found, err := e.Get(t.Context(), c.Ref()); err != nil || len(found.Outbox) > 0 {
			t.Errorf("from the %s: %+v, %v", from, found.Outbox, err)
		}
		e.cache.records.InvalidateAll()
	}
}

// The outboxes of customers that were just written are read from what is kept of them, and as
// they are by then: a relay empties what is kept too.
func TestOutboxesOfWhatIsKept(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := shop(e.tenant, 1)
	e.must(e.Insert(t.Context(), c))
	// What the file has cannot be read, so only what is kept can be shown.
	e.must(e.writer.do(t.Context(), "damaging", func(t *transaction) error {
		_, err := t.exec(`UPDATE customers SET document = zeroblob(8) WHERE id = ?`, c.ID)
		return err
	}))
	waits := func() bool {
		batches, err := e.Outboxes(t.Context(), tenancy.AllSlots, 10)
		e.must(err)
		return slices.ContainsFunc(batches, func(b rows.Batch) bool { return b.Customer == c.Ref() && len(b.Events) == 1 })
	}
	if !waits() {
		t.Error("its outbox is read anew")
	}
	e.must(e.Relay(t.Context(), rows.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox}))
	if waits() {
		t.Error("its outbox was not emptied")
	}
}
