package storetest

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// claim returns a claim for c, taken n milliseconds after the opening.
func (e *env) claim(key string, c *customers.Customer, n int) rows.Reservation {
	return rows.Reservation{Key: key, Customer: c.Ref(), Taken: opened.Add(time.Duration(n) * time.Millisecond)}
}

// taken reserves a free claim.
func (e *env) taken(claim rows.Reservation) rows.Reservation {
	e.Helper()
	holder, ok, err := e.store.Reserve(e.Context(), claim)
	e.must(err, "reserving")
	if !ok {
		e.Fatalf("%q is held by %+v", claim.Key, holder)
	}
	return claim
}

// held tests that the stored claim is exactly this one.
func (e *env) held(claim rows.Reservation) {
	e.Helper()
	holder, err := e.store.ReservationHolder(e.Context(), claim.Key)
	e.must(err, "reading a claim")
	if diff := Diff(claim, holder); diff != "" {
		e.Fatalf("the claim differs (-want +got):\n%s", diff)
	}
}

// free tests that no claim holds the key.
func (e *env) free(key string) {
	e.Helper()
	_, err := e.store.ReservationHolder(e.Context(), key)
	e.refused(err, rows.ErrNotFound, "reading a free claim")
}

// impostors returns claims that name the same key but another taking: another tenant,
// customer or moment.
func (e *env) impostors(claim rows.Reservation) (list []rows.Reservation) {
	for _, ref := range []tenancy.Ref{
		{Tenant: e.b.ID, ID: claim.Customer.ID}, {Tenant: claim.Customer.Tenant, ID: e.missing()}, e.b.Ref(),
		{Tenant: claim.Customer.ID, ID: claim.Customer.Tenant}, {},
	} {
		other := claim
		other.Customer = ref
		list = append(list, other)
	}
	for _, shift := range []time.Duration{-time.Millisecond, time.Millisecond, time.Hour} {
		other := claim
		other.Taken = claim.Taken.Add(shift)
		list = append(list, other)
	}
	return list
}

func claiming() []guarantee {
	return []guarantee{
		{"a held claim is refused to everyone, with who holds it", func(e *env) {
			mine := e.claim("username:ann", e.build(e.a), 1)
			mine.Ends, mine.Request = opened.Add(time.Hour), []byte{0, 1, 0xff}
			e.taken(mine)
			e.held(mine)
			for _, rival := range append(e.impostors(mine), mine) {
				holder, ok, err := e.store.Reserve(e.Context(), rival)
				e.must(err, "reserving a held claim")
				if diff := Diff(mine, holder); ok || diff != "" {
					e.Fatalf("taken is %t, the holder differs (-want +got):\n%s", ok, diff)
				}
			}
			e.taken(e.claim("username:bob", e.build(e.b), 1))
		}},
		{"claims reserved together are reserved each as it would be alone", func(e *env) {
			theirs := e.taken(e.claim("username:bob", e.build(e.b), 1))
			own := e.build(e.a)
			first, second, last := e.claim("username:ann", own, 2), e.claim(theirs.Key, own, 2), e.claim("email:\x00é", own, 2)
			last.Ends, last.Request = opened.Add(time.Hour), []byte{0, 1, 0xff}
			for _, free := range []bool{true, false} {
				holders, taken, err := e.store.ReserveAll(e.Context(), []rows.Reservation{first, second, last})
				e.must(err, "reserving together")
				if diff := Diff([]rows.Reservation{first, theirs, last}, holders); diff != "" || !slices.Equal(taken, []bool{free, false, free}) {
					e.Fatalf("taken are %v, the holders differ (-want +got):\n%s", taken, diff)
				}
				for _, claim := range []rows.Reservation{first, theirs, last} {
					e.held(claim)
				}
			}
			if holders, _, err := e.store.ReserveAll(e.Context(), nil); err != nil || len(holders) > 0 {
				e.Errorf("reserving nothing returns %v (%v)", holders, err)
			}
		}},
		{"a claim is read by its whole key, and reading takes nothing", func(e *env) {
			mine := e.claim("username:ann", e.build(e.a), 1)
			e.free(mine.Key)
			e.taken(mine)
			e.held(mine)
			e.free("username:")
			e.free("username:an")
			e.free("username:ann ")
			e.free("")
			e.must(e.store.Release(e.Context(), mine), "releasing")
			e.free(mine.Key)
		}},
		{"only the holder releases a claim", func(e *env) {
			mine := e.taken(e.claim("username:ann", e.build(e.a), 5))
			for _, impostor := range e.impostors(mine) {
				e.must(e.store.Release(e.Context(), impostor), "releasing another's claim")
				e.held(mine)
			}
			other := e.taken(e.claim("username:bob", e.a, 5))
			e.must(e.store.Release(e.Context(), mine), "releasing")
			e.free(mine.Key)
			e.held(other)
			e.must(e.store.Release(e.Context(), mine), "releasing it again")
		}},
		{"a claim is swapped only from what it says", func(e *env) {
			mine := e.taken(e.claim("idempotency:1", e.build(e.a), 5))
			for _, impostor := range e.impostors(mine) {
				e.swaps(impostor, e.claim(mine.Key, e.b, 9), false)
				e.held(mine)
			}
			next := e.claim(mine.Key, e.build(e.b), 9)
			next.Ends = opened.Add(time.Hour)
			e.swaps(mine, next, true)
			e.held(next)
			e.swaps(mine, e.claim(mine.Key, e.a, 11), false)
			e.must(e.store.Release(e.Context(), mine), "releasing what was swapped away")
			e.held(next)
			e.must(e.store.Release(e.Context(), next), "releasing")
			e.swaps(next, mine, false)
			e.free(mine.Key)
		}},
		{"an answer of 64 KiB and a request of every byte come back", func(e *env) {
			for i, size := range []int{1, 255, 64 << 10} {
				claim := e.claim("idempotency:size", e.build(e.a), i)
				claim.Request = newMaker(e.a.ID, 1, opened).random(32)
				e.taken(claim)
				done := claim
				done.Answer = bytes.Repeat([]byte{0, 0xff, '"', byte(i)}, size)[:size]
				e.swaps(claim, done, true)
				done.Answer = bytes.Clone(done.Answer)
				e.held(done)
				e.must(e.store.Release(e.Context(), done), "releasing")
			}
		}},
		{"claims are found by what they are about, within their tenant", func(e *env) {
			about := func(key string, c *customers.Customer, n int, ids ...tenancy.ID) rows.Reservation {
				claim := e.claim(key, c, n)
				claim.About = ids
				return claim
			}
			mine, both, theirs := tenancy.ID{1}, tenancy.ID{2}, tenancy.ID{3}
			first := e.taken(about("idempotency:1", e.a, 1, mine, both))
			second := e.claim("idempotency:2", e.a, 2)
			e.taken(second)
			e.taken(about("idempotency:3", e.b, 3, theirs, both))
			e.found(e.a.ID, both, first)
			done := second
			done.About, done.Answer = []tenancy.ID{both}, []byte("answer")
			e.swaps(second, done, true)
			e.found(e.a.ID, both, first, done)
			e.found(e.a.ID, mine, first)
			e.found(e.a.ID, theirs)
			e.found(e.b.ID, mine)
			dropped := done
			dropped.About = nil
			e.swaps(done, dropped, true)
			e.held(dropped)
			e.found(e.a.ID, both, first)
			e.must(e.store.Release(e.Context(), first), "releasing")
			e.found(e.a.ID, both)
			e.taken(e.claim("idempotency:1", e.a, 4))
			e.found(e.a.ID, both)
		}},
		{"claims are walked by the beginnings of their keys", func(e *env) {
			var wanted []rows.Reservation
			for n, key := range []string{"a:1", "b:1", "b:2", "b:3", "b:\u00e9", "b;1", "c:1"} {
				claim := e.taken(e.claim(key, e.a, n))
				if key[:2] == "b:" {
					wanted = append(wanted, claim)
				}
			}
			var walked []rows.Reservation
			for after := ""; ; {
				list, err := e.store.ReservationsBehind(e.Context(), "b:", after, 2)
				e.must(err, "walking claims")
				if len(list) > 2 {
					e.Fatalf("%d come at once", len(list))
				}
				if walked = append(walked, list...); len(list) < 2 {
					break
				}
				after = list[1].Key
			}
			if diff := Diff(wanted, walked); diff != "" {
				e.Fatalf("the walk differs (-want +got):\n%s", diff)
			}
			e.must(e.store.Scrub(e.Context()), "scrubbing")
			e.held(wanted[0])
		}},
		{"a store keeps no buffer of a claim that its caller may use again", func(e *env) {
			mine := e.claim("idempotency:buffer", e.a, 1)
			mine.Request = []byte("first")
			e.taken(mine)
			want := mine
			want.Request = []byte("first")
			copy(mine.Request, "XXXXX")
			e.held(want)
		}},
	}
}

// found tests that exactly these claims of a tenant are about an id.
func (e *env) found(tenant, id tenancy.ID, want ...rows.Reservation) {
	e.Helper()
	list, err := e.store.ReservationsAbout(e.Context(), tenant, id)
	e.must(err, "reading claims about an id")
	slices.SortFunc(list, func(a, b rows.Reservation) int { return cmp.Compare(a.Key, b.Key) })
	if diff := Diff(want, list); diff != "" && len(want)+len(list) > 0 {
		e.Fatalf("the claims about %s differ (-want +got):\n%s", id, diff)
	}
}

// swaps tests whether a swap happens.
func (e *env) swaps(held, next rows.Reservation, want bool) {
	e.Helper()
	ok, err := e.store.CompareAndSwap(e.Context(), held, next)
	e.must(err, "swapping")
	if ok != want {
		e.Fatalf("the swap from %+v gives %t", held, ok)
	}
}
