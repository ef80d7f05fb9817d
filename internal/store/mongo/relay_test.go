package mongo_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// Two relays that race the writers of one customer lose no event and store none twice,
// and when all is quiet nothing waits.
func TestRelayRacingWrites(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.drain()
	c := e.child(e.tenant)
	const writers, each = 3, 12
	var made sync.Map
	var writing atomic.Int32
	var work sync.WaitGroup
	writing.Store(writers)
	for writer := range writers {
		work.Go(func() {
			defer writing.Add(-1)
			for n := range each {
				event := customers.Event{ID: tenancy.ID{1: byte(writer), 2: byte(n), 11: 1}, Type: "customer.updated", At: opened}
				if err := appendEvent(e, c.Ref(), event); err != nil {
					t.Error(err)
					return
				}
				made.Store(event.ID, true)
			}
		})
	}
	for range 2 {
		work.Go(func() {
			for writing.Load() > 0 {
				batches, err := e.store.Outboxes(t.Context(), tenancy.AllSlots, 10)
				for _, batch := range batches {
					err = errors.Join(err, e.store.Relay(t.Context(), batch))
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	work.Wait()
	e.drain()

	log, err := e.store.Events(t.Context(), rows.EventQuery{Customer: c.Ref(), Limit: 100})
	e.must(err, "reading events")
	for _, logged := range log {
		if _, known := made.LoadAndDelete(logged.ID); !known {
			t.Errorf("event %s is there twice or nobody's", logged.ID)
		}
	}
	made.Range(func(id, _ any) bool { t.Errorf("event %s is lost", id); return true })
	got, err := e.store.Get(t.Context(), c.Ref())
	e.must(err, "getting")
	if got.Outbox != nil || got.Version != 1+writers*each {
		t.Errorf("%d events wait, the version is %d", len(got.Outbox), got.Version)
	}
}

// appendEvent writes an event into the outbox as services do: read, change, replace,
// again if stale.
func appendEvent(e *env, ref tenancy.Ref, event customers.Event) error {
	for {
		c, err := e.store.Get(e.Context(), ref)
		if err != nil {
			return err
		}
		next := *c
		next.Version++
		next.Outbox = append(append([]customers.Event{}, c.Outbox...), event)
		if err := e.store.Replace(e.Context(), &next, c.Version); !errors.Is(err, rows.ErrStale) {
			return err
		}
	}
}

// In every order of their requests, a relay and a write that adds an event lose none:
// what is not in the log waits.
func TestRelayAgainstReplaceInEveryOrder(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.drain()
	order, stores := newTurns(t, testServer(t), e.raw.Name(), 2)
	everyOrder(6, func(choose func([]int) int) {
		first, second := customers.Event{ID: tenancy.ID{0: byte(e.seeds), 11: 1}, At: opened}, customers.Event{ID: tenancy.ID{0: byte(e.seeds), 11: 2}, At: opened}
		c := e.child(e.tenant, storetest.With(func(c *customers.Customer) { c.Outbox = []customers.Event{first} }))
		batches, err := e.store.Outboxes(t.Context(), tenancy.AllSlots, 10)
		e.must(err, "reading outboxes")
		next := *c
		next.Version, next.Outbox = 2, []customers.Event{first, second}
		var relayed, replaced error
		order.run([]func(){
			func() { relayed = stores[0].Relay(t.Context(), batches[0]) },
			func() { replaced = stores[1].Replace(t.Context(), &next, 1) },
		}, choose)
		if relayed != nil || replaced != nil {
			t.Fatalf("the relay gave %v, the write %v", relayed, replaced)
		}
		e.drain()
		log, err := e.store.Events(t.Context(), rows.EventQuery{Customer: c.Ref(), Limit: 10})
		e.must(err, "reading events")
		want := []rows.LoggedEvent{{Event: second, Customer: c.Ref()}, {Event: first, Customer: c.Ref()}}
		if diff := storetest.Diff(want, log); diff != "" {
			t.Fatalf("the log differs (-want +got):\n%s", diff)
		}
		e.forget()
	})
}

// An outbox that a relay emptied before it died, without noting so, is noted as empty by
// the next call of Outboxes and not returned.
func TestEmptiedOutboxIsNoted(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.drain()
	whose := bson.D{{Key: "_id", Value: bson.ObjectID(e.tenant.ID)}}
	half := bson.D{{Key: "$set", Value: bson.D{{Key: "outbox", Value: bson.A{}}, {Key: "pending", Value: true}}}}
	_, err := e.raw.Collection("customers").UpdateOne(t.Context(), whose, half)
	e.must(err, "emptying")
	batches, err := e.store.Outboxes(t.Context(), tenancy.AllSlots, 10)
	if err != nil || len(batches) > 0 {
		t.Errorf("%d batches came (%v)", len(batches), err)
	}
	waiting, err := e.raw.Collection("customers").CountDocuments(t.Context(), bson.D{{Key: "pending", Value: true}})
	if err != nil || waiting > 0 {
		t.Errorf("%d outboxes are taken for full (%v)", waiting, err)
	}
}

// A customer that a build without slots wrote is relayed by whoever has the first slot, and
// by nobody else.
func TestCustomersWithoutASlotAreRelayed(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.drain()
	c := e.child(e.tenant, storetest.With(func(c *customers.Customer) {
		c.Outbox = []customers.Event{{ID: tenancy.ID{11: 1}, At: opened}}
	}))
	older := bson.D{{Key: "$unset", Value: bson.D{{Key: "slot", Value: ""}}}}
	_, err := e.raw.Collection("customers").UpdateOne(t.Context(), bson.D{{Key: "_id", Value: bson.ObjectID(c.ID)}}, older)
	e.must(err, "making it older")
	for want, of := range map[int]tenancy.Slots{1: tenancy.Slots(0).With(0), 0: tenancy.AllSlots &^ 1} {
		if batches, err := e.store.Outboxes(t.Context(), of, 10); err != nil || len(batches) != want {
			t.Errorf("slots %x hold %d outboxes, want %d (%v)", of, len(batches), want, err)
		}
	}
}

// The events of fifty customers of two tenants take eight commands to the log and to the
// webhooks, however many webhooks there are; outboxes are read as a majority has them, so
// that no failover undoes what a webhook told.
func TestRelayingFiftyCustomersTakesEightCommands(t *testing.T) {
	t.Parallel()
	store, noted := watched(t)
	h := testkit.Install(t, store)
	hear := `,"settings":{"events":{"enabled":true,"includeChildren":true,"urls":{"always":["https://hooks.example.com/a","https://hooks.example.com/b"]}}}}`
	h.Cove = h.Create(h.Operator, `{"name":"Cove","email":"ops@cove.example","planKey":"platform"`+hear)
	h.Rival = h.Create(h.Operator, `{"name":"Rival","email":"ops@rival.example","planKey":"platform"`+hear)
	h.Relay()
	const many = 50
	for n := range many {
		h.Create([]testkit.Party{h.Cove, h.Rival}[n%2], fmt.Sprintf(`{"name":"P","email":"p%d@example.com","planKey":"payer"}`, n))
	}
	sent := noted.of(h.Relay)
	if len(sent) > 8 {
		t.Errorf("it took %d commands: %+v", len(sent), sent)
	}
	if first := sent[0]; first.collection != "customers" || first.concern != "majority" {
		t.Errorf("the outboxes are read by %+v", first)
	}
	pending, err := store.PendingDeliveries(t.Context(), 1000)
	testkit.Must(t, err)
	if pending < 2*many {
		t.Errorf("%d deliveries wait, want two for each customer at least", pending)
	}
}
