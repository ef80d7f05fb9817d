package storetest

import (
	"errors"
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
			batches, err := e.store.Outboxes(e.Context(), 100)
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
			at, err := e.examined().Clock(e.Context())
			if e.must(err, "asking for the time"); !at.IsZero() && time.Since(at).Abs() > time.Minute {
				e.Errorf("it says %s", at)
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
