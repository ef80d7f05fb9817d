package storetest

import (
	"errors"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// relying returns the companion of a write that relies on a reservation.
func relying(held rows.Reservation) rows.Companion { return rows.Companion{Held: held} }

// writing is a way to write a customer with companions; it returns the customer and the
// write, which no one has done yet.
type writing struct {
	name  string
	write func(e *env) (c *customers.Customer, write func(with ...rows.Companion) error)
}

// writings are the writes that may rely on reservations.
func writings() []writing {
	return []writing{
		{"an insert", func(e *env) (*customers.Customer, func(...rows.Companion) error) {
			c := e.build(e.a)
			return c, func(with ...rows.Companion) error { return e.store.Insert(e.Context(), c, with...) }
		}},
		{"a replacement", func(e *env) (*customers.Customer, func(...rows.Companion) error) {
			c := next(e.child(e.a), func(n *customers.Customer) { n.MerchantKey = "contested" })
			return c, func(with ...rows.Companion) error {
				return e.store.Replace(e.Context(), c, c.Version-1, with...)
			}
		}},
	}
}

// contested returns a reservation whose fence was raised.
func contested(held rows.Reservation) rows.Reservation {
	held.Fence++
	held.Taken = held.Taken.Add(time.Millisecond)
	return held
}

func companions() (list []guarantee) {
	for _, w := range writings() {
		list = append(list,
			guarantee{w.name + " goes through while what it relies on stands", func(e *env) {
				c, write := w.write(e)
				first, second := e.taken(e.claim("merchantKey:one", c, 0)), e.taken(e.claim("vanityName:two", c, 1))
				// Another taking for the same customer under the same fence will do.
				again := e.claim(second.Key, c, 5)
				e.swaps(second, again, true)
				e.must(write(relying(first), relying(second)), "writing")
				e.stands(c)
				e.held(first)
				e.held(again)
			}},
			guarantee{w.name + " is stale and changes nothing when what it relies on is gone", func(e *env) {
				for what, lose := range map[string]func(held rows.Reservation){
					"released": func(held rows.Reservation) { e.must(e.store.Release(e.Context(), held), "releasing") },
					"another's": func(held rows.Reservation) {
						e.swaps(held, e.claim(held.Key, e.b, 9), true)
					},
					"contested": func(held rows.Reservation) { e.swaps(held, contested(held), true) },
				} {
					c, write := w.write(e)
					held, safe := e.taken(e.claim("merchantKey:"+what, c, 0)), e.taken(e.claim("vanityName:"+what, c, 0))
					lose(held)
					kept := e.taken(e.claim("idempotency:"+what, c, 0))
					answered := kept
					answered.Answer = []byte("answer")
					e.refused(write(relying(safe), relying(held), rows.Companion{Held: kept, Next: &answered}), rows.ErrStale, "writing, "+what)
					found, err := e.store.Get(e.Context(), c.Ref())
					if err == nil && found.Version == c.Version {
						e.Fatalf("%s: it was written all the same", what)
					}
					e.held(kept)
				}
			}},
			guarantee{w.name + " and a contest for its value: one sees the other", func(e *env) {
				for range 24 {
					c, write := w.write(e)
					held := e.taken(e.claim("merchantKey:"+c.ID.String(), c, 0))
					var written, contest error
					var seen bool
					together(2, func(i int) {
						if i == 0 {
							written = write(relying(held))
							return
						}
						var ok bool
						if ok, contest = e.store.CompareAndSwap(e.Context(), held, contested(held)); contest == nil && !ok {
							contest = errors.New("the reservation changed hands")
						}
						found, err := e.store.Get(e.Context(), c.Ref())
						seen = err == nil && found.Version == c.Version
					})
					e.must(contest, "contesting")
					if written != nil && !errors.Is(written, rows.ErrStale) {
						e.Fatalf("writing: %v", written)
					}
					if written == nil && !seen {
						e.Fatal("the customer was written after a contest that did not see it")
					}
				}
			}},
			guarantee{w.name + " takes a reservation along, if it still stands", func(e *env) {
				c, write := w.write(e)
				kept := e.taken(e.claim("idempotency:kept", c, 0))
				lost := e.claim("idempotency:lost", c, 0)
				taken := e.taken(e.claim(lost.Key, e.b, 3))
				answered, late := kept, lost
				answered.Answer, late.Answer = []byte("answer"), []byte("late")
				answered.About, late.About = []tenancy.ID{c.ID}, []tenancy.ID{c.ID}
				e.must(write(rows.Companion{Held: kept, Next: &answered}, rows.Companion{Held: lost, Next: &late}), "writing")
				e.stands(c)
				e.held(answered)
				e.held(taken)
				about, err := e.store.ReservationsAbout(e.Context(), answered.Customer.Tenant, c.ID)
				e.must(err, "reading what is about the customer")
				if len(about) != 1 || about[0].Key != answered.Key {
					e.Errorf("%d reservations are about the customer: %v", len(about), about)
				}
				if foreign, err := e.store.ReservationsAbout(e.Context(), e.b.ID, c.ID); err != nil || len(foreign) > 0 {
					e.Errorf("another tenant finds %v: %v", foreign, err)
				}
			}})
	}
	return append(list, guarantee{"a tombstone is read within its tenant, or anywhere, and is no living customer", func(e *env) {
		c := e.child(e.a)
		_, err := e.store.Tombstone(e.Context(), c.Ref())
		e.refused(err, rows.ErrNotFound, "reading a living customer as a tombstone")
		left := e.erase(c)
		for _, ref := range []tenancy.Ref{c.Ref(), {ID: c.ID}} {
			found, err := e.store.Tombstone(e.Context(), ref)
			e.must(err, "reading a tombstone")
			if diff := Diff(left, found); diff != "" {
				e.Fatalf("the tombstone differs (-want +got):\n%s", diff)
			}
		}
		for _, ref := range []tenancy.Ref{{Tenant: e.b.ID, ID: c.ID}, {Tenant: c.Tenant, ID: e.missing()}} {
			_, err := e.store.Tombstone(e.Context(), ref)
			e.refused(err, rows.ErrNotFound, "reading a tombstone of another")
		}
	}})
}
