package storetest

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// surveying returns the guarantees of engines that can be examined, which are those that
// keep anything.
func surveying() []guarantee {
	return []guarantee{
		{"a survey meets every record of every tenant once", func(e *env) {
			c := e.child(e.a)
			gone := e.child(e.b)
			e.erase(gone)
			e.taken(e.claim("vanityName:one", c, 1))
			e.put(activity(c.Ref(), 1, customers.ActivityHold))
			e.must(e.store.PutDocument(e.Context(), c.Ref(), e.missing(), []byte("x")), "putting")
			e.must(e.store.AddDeliveries(e.Context(), []rows.Delivery{delivery(c, 1), delivery(e.b, 2)}), "adding deliveries")
			batches, err := e.store.Outboxes(e.Context(), tenancy.AllSlots, 100)
			e.must(err, "reading outboxes")
			logged := 0
			for _, batch := range batches {
				logged += len(batch.Events)
				e.must(e.store.Relay(e.Context(), batch), "relaying")
			}
			survey := e.survey()
			met, list := map[string]int{}, map[tenancy.ID]*customers.Customer{}
			broken := func(d rows.Damage) { e.Errorf("%v", d) }
			count := func(kind string) error { met[kind]++; return nil }
			e.must(errors.Join(
				survey.EachCustomer(e.Context(), func(c *customers.Customer) error { list[c.ID] = c; return count("customer") }, broken),
				survey.EachReservation(e.Context(), func(rows.Reservation) error { return count("reservation") }, broken),
				survey.EachEvent(e.Context(), func(rows.LoggedEvent) error { return count("event") }, broken),
				survey.EachDelivery(e.Context(), func(rows.Delivery) error { return count("delivery") }, broken),
				survey.EachActivity(e.Context(), func(customers.Activity) error { return count("activity") }, broken),
				survey.EachFile(e.Context(), func(rows.StoredFile) error { return count("file") }),
				survey.Integrity(e.Context()), survey.Close(),
			), "surveying")
			for kind, want := range map[string]int{"customer": 4, "reservation": 1, "event": logged, "delivery": 2, "activity": 1, "file": 1} {
				if met[kind] != want {
					e.Errorf("it meets %d of %d: %s", met[kind], want, kind)
				}
			}
			if diff := Diff(e.get(c.Ref()), list[c.ID]); diff != "" || list[gone.ID] != nil {
				e.Errorf("the customer that it meets differs (-want +got):\n%s", diff)
			}
		}},
		{"a survey passes customers in the order of their ids, parents or not", func(e *env) {
			for range 5 {
				e.child(e.child(e.a))
			}
			survey := e.survey()
			var met []tenancy.ID
			err := survey.EachCustomer(e.Context(), func(c *customers.Customer) error { met = append(met, c.ID); return nil }, func(d rows.Damage) { e.Errorf("%v", d) })
			e.must(errors.Join(err, survey.Close()), "surveying")
			if !slices.IsSortedFunc(met, func(a, b tenancy.ID) int { return bytes.Compare(a[:], b[:]) }) || len(met) != 13 {
				e.Errorf("it meets %v", met)
			}
		}},
		{"events go into the log once, of customers that live in the tenant that is named", func(e *env) {
			c, gone := e.child(e.a), e.child(e.b)
			e.erase(gone)
			event := func(n byte) customers.Event {
				return customers.Event{ID: tenancy.ID{0x70, n}, Type: "customer.updated", At: c.Created.Add(time.Duration(n) * time.Minute), Number: int64(n), Resource: []byte(`{}`)}
			}
			batches := []rows.Batch{
				{Customer: c.Ref(), Path: c.Path, Events: []customers.Event{event(1), event(2)}},
				{Customer: gone.Ref(), Path: gone.Path, Events: []customers.Event{event(3)}},
				{Customer: tenancy.Ref{Tenant: e.b.ID, ID: c.ID}, Path: c.Path, Events: []customers.Event{event(4)}},
				{Customer: e.b.Ref(), Path: e.b.Path, Events: []customers.Event{event(5)}},
			}
			for _, want := range []int{3, 0} {
				added, err := e.examined().LogEvents(e.Context(), batches)
				if e.must(err, "logging"); added != want {
					e.Errorf("%d events were added, want %d", added, want)
				}
			}
			list, err := e.store.Events(e.Context(), rows.EventQuery{Tenant: e.a.ID, Under: e.a.ID, Limit: 100})
			e.must(err, "reading events")
			var numbers []int64
			for _, logged := range list {
				if logged.ID[0] == 0x70 {
					numbers = append(numbers, logged.Number)
				}
			}
			if !slices.Equal(numbers, []int64{2, 1}) {
				e.Errorf("the tenant has the events %v", numbers)
			}
		}},
		{"an error of who surveys ends the survey", func(e *env) {
			survey, enough := e.survey(), errors.New("enough")
			err := survey.EachCustomer(e.Context(), func(*customers.Customer) error { return enough }, func(rows.Damage) {})
			e.refused(err, enough, "surveying")
			e.must(survey.Close(), "closing")
		}},
		{"a new store lacks no index, and making them again changes nothing", func(e *env) {
			x := e.examined()
			for range 2 {
				missing, err := x.MissingIndexes(e.Context())
				if e.must(err, "looking for indexes"); len(missing) > 0 {
					e.Fatalf("it lacks %v", missing)
				}
				e.must(x.MakeIndexes(e.Context()), "making indexes")
			}
		}},
		{"counting anew what was counted right changes nothing", func(e *env) {
			x := e.examined()
			e.child(e.child(e.a))
			e.erase(e.child(e.a))
			before := e.counts()
			for _, id := range []tenancy.ID{e.operator.ID, e.a.ID, e.b.ID, e.missing()} {
				e.must(x.Recount(e.Context(), id), "counting anew")
			}
			after := e.counts()
			for id, count := range before {
				if after[id] != count {
					e.Errorf("%s had %+v and has %+v", id, count, after[id])
				}
			}
			page, err := e.store.List(e.Context(), rows.Query{Under: e.operator.ID, Deep: true, Limit: 10, Count: true})
			if e.must(err, "listing"); page.Total != 4 || len(page.Customers) != 4 {
				e.Errorf("the operator has %d below it, %d of them listed", page.Total, len(page.Customers))
			}
		}},
		{"the clock of the store is that of its machine", func(e *env) {
			skew, err := e.store.Skew(e.Context())
			if e.must(err, "asking for the time"); skew.Abs() > time.Second {
				e.Errorf("it differs by %s", skew)
			}
		}},
	}
}

// examined returns the store as those see it who look after it, and skips the test for an
// engine that nobody does.
func (e *env) examined() store.Examined {
	e.Helper()
	x, ok := e.store.(store.Examined)
	if !ok {
		e.Skip("this engine keeps nothing")
	}
	return x
}

func (e *env) survey() store.Survey {
	e.Helper()
	s, err := e.examined().Survey(e.Context())
	e.must(err, "beginning a survey")
	return s
}

// counts returns what the engine keeps counted.
func (e *env) counts() map[tenancy.ID]store.Count {
	e.Helper()
	all, survey := map[tenancy.ID]store.Count{}, e.survey()
	e.must(errors.Join(survey.EachCount(e.Context(), func(c store.Count) error { all[c.ID] = c; return nil }), survey.Close()), "reading counts")
	return all
}
