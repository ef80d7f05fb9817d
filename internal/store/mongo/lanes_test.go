package mongo_test

import (
	"context"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/mongo"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// waitingFor returns a pending delivery to a webhook of a customer, due n minutes after the
// opening.
func waitingFor(c *customers.Customer, webhook, n byte) rows.Delivery {
	due := opened.Add(time.Duration(n) * time.Minute)
	return rows.Delivery{
		ID: tenancy.ID{0: c.ID[len(c.ID)-1], 1: webhook, 11: n}, Endpoint: rows.WebhookRef{Customer: c.Ref(), ID: tenancy.ID{11: webhook}},
		Event: tenancy.ID{11: n}, Source: c.Ref(), Topic: "customer.updated", State: rows.DeliveryPending, Due: due, Created: due, Version: 1,
	}
}

// due returns how many webhooks are named at a moment.
func (e *env) due(at time.Time) int {
	e.Helper()
	list, err := e.store.DueEndpoints(e.Context(), rows.DueQuery{At: at, Of: tenancy.AllSlots, Each: 100, Limit: 100})
	e.must(err, "reading due endpoints")
	return len(list)
}

// In every order of their requests, a webhook is found whose deliveries were added, and asked
// for again, while it was settled.
func TestSettlingRacesAddingInEveryOrder(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	order, stores := newTurns(t, testServer(t), e.raw.Name(), 2)
	for name, write := range map[string]func(s *mongo.Store, d rows.Delivery) error{
		"added": func(s *mongo.Store, d rows.Delivery) error {
			d.ID[5] = 1
			return s.AddDeliveries(t.Context(), []rows.Delivery{d})
		},
		"asked for again": func(s *mongo.Store, d rows.Delivery) error {
			d.Version = 3
			return s.UpdateDelivery(t.Context(), d, 2)
		},
	} {
		round := byte(0)
		orders := everyOrder(6, func(choose func([]int) int) {
			round++
			first := waitingFor(e.tenant, round, 1)
			first.ID[4] = name[1]
			ended := first
			ended.Version, ended.State = 2, rows.DeliveryDelivered
			e.must(e.store.AddDeliveries(t.Context(), []rows.Delivery{first}), "adding")
			e.must(e.store.UpdateDelivery(t.Context(), ended, 1), "ending it")
			var settled, written error
			order.run([]func(){
				func() { settled = stores[0].SettleEndpoint(t.Context(), first.Endpoint) },
				func() { written = write(stores[1], first) },
			}, choose)
			e.must(settled, "settling")
			e.must(written, "writing")
			if n := e.due(first.Due); n != 1 {
				t.Fatalf("%s in round %d, %d webhooks are due", name, round, n)
			}
			for _, collection := range []string{"deliveries", "lanes"} {
				_, err := e.raw.Collection(collection).DeleteMany(t.Context(), bson.D{{Key: "tenant", Value: bson.ObjectID(e.tenant.ID)}})
				e.must(err, "forgetting")
			}
		})
		if orders < 4 {
			t.Errorf("%s: only %d orders", name, orders)
		}
	}
}

// A process that dies in front of any request of an update leaves no delivery that waits
// without its webhook being found.
func TestAnInterruptedRetryIsFound(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for dies := range int64(3) {
		d := waitingFor(e.tenant, byte(dies), 1)
		ended := d
		ended.Version, ended.State = 2, rows.DeliveryDelivered
		again := d
		again.Version = 3
		e.must(e.store.AddDeliveries(t.Context(), []rows.Delivery{d}), "adding")
		e.must(e.store.UpdateDelivery(t.Context(), ended, 1), "ending it")
		e.must(e.store.SettleEndpoint(t.Context(), d.Endpoint), "settling")
		interrupted, stop := context.WithCancel(t.Context())
		e.die = stop
		e.left.Store(dies)
		if err := e.store.UpdateDelivery(interrupted, again, 2); err == nil {
			t.Fatal("the interrupted update says that it is done")
		}
		e.left.Store(unlimited)
		list, err := e.store.DueDeliveries(t.Context(), d.Endpoint, d.Due, 1)
		e.must(err, "reading due deliveries")
		if n := e.due(d.Due); len(list) > n {
			t.Errorf("dead in front of request %d, %d deliveries wait at %d webhooks", dies, len(list), n)
		}
		e.must(e.store.SettleEndpoint(t.Context(), d.Endpoint), "settling")
		if len(list) > 0 {
			ended.Version = 4
			e.must(e.store.UpdateDelivery(t.Context(), ended, 3), "ending it")
			e.must(e.store.SettleEndpoint(t.Context(), d.Endpoint), "settling")
		}
	}
}

// Deliveries of an earlier build, of two tenants, are found after the migration, once they
// are due and not before; an interrupted migration is done again, and a later one looks at
// none. What an earlier build adds beside this one is found ten minutes after it is due.
func TestMigrateFindsEarlierDeliveries(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	other := e.child(e.operator)
	add := func(list ...rows.Delivery) {
		t.Helper()
		e.must(e.store.AddDeliveries(t.Context(), list), "adding")
	}
	forget := func(filter bson.D) {
		t.Helper()
		_, err := e.raw.Collection("lanes").DeleteMany(t.Context(), filter)
		e.must(err, "removing the lanes")
	}
	e.due(opened) // which looks for what was left behind; the next look is ten minutes later
	add(waitingFor(e.tenant, 1, 1), waitingFor(e.tenant, 1, 2), waitingFor(e.tenant, 2, 3), waitingFor(other, 1, 4))
	forget(bson.D{})

	interrupted, stop := context.WithCancel(t.Context())
	e.die = stop
	e.left.Store(1)
	if err := e.store.NoteAll(interrupted); err == nil {
		t.Fatal("the interrupted migration says that it is done")
	}
	e.left.Store(unlimited)
	e.must(e.store.Migrate(t.Context()), "migrating")
	for minute, want := range map[byte]int{0: 0, 1: 1, 2: 1, 3: 2, 4: 3} {
		if n := e.due(opened.Add(time.Duration(minute) * time.Minute)); n != want {
			t.Errorf("after %d minutes %d webhooks are due, want %d", minute, n, want)
		}
	}

	forget(bson.D{{Key: "slot", Value: bson.D{{Key: "$exists", Value: true}}}})
	e.must(e.store.Migrate(t.Context()), "migrating again")
	if n := e.due(opened.Add(9 * time.Minute)); n != 0 {
		t.Errorf("a second migration notes %d webhooks", n)
	}
	if n := e.due(opened.Add(13 * time.Minute)); n != 2 {
		t.Errorf("of what is due for ten minutes, %d webhooks are found", n)
	}
}

// The operator is found by its reference once it was found, and again when another one has
// its place.
func TestTheOperatorIsReadByItsReference(t *testing.T) {
	t.Parallel()
	store, noted := watched(t)
	h := testkit.Install(t, store)
	read := func() {
		c, err := store.Root(t.Context())
		if testkit.Must(t, err); c.ID.String() != h.Operator.ID {
			t.Errorf("the operator is %s", c.ID)
		}
	}
	read()
	if sent := noted.of(read); len(sent) != 1 || !sent[0].isTargeted() {
		t.Errorf("it is read by %+v", sent)
	}
}
