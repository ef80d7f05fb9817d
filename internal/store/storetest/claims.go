package storetest

import (
	"bytes"
	"time"

	"tenantry/customers"
	"tenantry/tenancy"
)

// claim makes a claim for c, taken n milliseconds after the opening.
func (h *house) claim(key string, c *customers.Customer, n int) customers.Claim {
	return customers.Claim{Key: key, Customer: c.Ref(), Taken: opened.Add(time.Duration(n) * time.Millisecond)}
}

// taken reserves a claim that nobody holds.
func (h *house) taken(claim customers.Claim) customers.Claim {
	h.Helper()
	holder, ok, err := h.store.Reserve(h.Context(), claim)
	h.must(err, "reserving")
	if !ok {
		h.Fatalf("%q is held by %+v", claim.Key, holder)
	}
	return claim
}

// held tests that the claim stands exactly so.
func (h *house) held(claim customers.Claim) {
	h.Helper()
	holder, err := h.store.Holder(h.Context(), claim.Key)
	h.must(err, "reading a claim")
	if diff := Diff(claim, holder); diff != "" {
		h.Fatalf("the claim differs (-want +got):\n%s", diff)
	}
}

// free tests that nobody holds the key.
func (h *house) free(key string) {
	h.Helper()
	_, err := h.store.Holder(h.Context(), key)
	h.refused(err, customers.ErrNotFound, "reading a free claim")
}

// impostors are claims that name the same key but another taking: another tenant,
// customer or moment.
func (h *house) impostors(claim customers.Claim) (list []customers.Claim) {
	for _, ref := range []tenancy.Ref{
		{Tenant: h.b.ID, ID: claim.Customer.ID}, {Tenant: claim.Customer.Tenant, ID: h.missing()}, h.b.Ref(),
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
		{"a held claim is refused to everyone, with who holds it", func(h *house) {
			mine := h.claim("username:ann", h.build(h.a), 1)
			mine.Ends, mine.Request = opened.Add(time.Hour), []byte{0, 1, 0xff}
			h.taken(mine)
			h.held(mine)
			for _, rival := range append(h.impostors(mine), mine) {
				holder, ok, err := h.store.Reserve(h.Context(), rival)
				h.must(err, "reserving a held claim")
				if diff := Diff(mine, holder); ok || diff != "" {
					h.Fatalf("taken is %t, the holder differs (-want +got):\n%s", ok, diff)
				}
			}
			h.taken(h.claim("username:bob", h.build(h.b), 1))
		}},
		{"a claim is read by its whole key, and reading takes nothing", func(h *house) {
			mine := h.claim("username:ann", h.build(h.a), 1)
			h.free(mine.Key)
			h.taken(mine)
			h.held(mine)
			h.free("username:")
			h.free("username:an")
			h.free("username:ann ")
			h.free("")
			h.must(h.store.Release(h.Context(), mine), "releasing")
			h.free(mine.Key)
		}},
		{"only the holder releases a claim", func(h *house) {
			mine := h.taken(h.claim("username:ann", h.build(h.a), 5))
			for _, impostor := range h.impostors(mine) {
				h.must(h.store.Release(h.Context(), impostor), "releasing another's claim")
				h.held(mine)
			}
			other := h.taken(h.claim("username:bob", h.a, 5))
			h.must(h.store.Release(h.Context(), mine), "releasing")
			h.free(mine.Key)
			h.held(other)
			h.must(h.store.Release(h.Context(), mine), "releasing it again")
		}},
		{"a claim is swapped only from what it says", func(h *house) {
			mine := h.taken(h.claim("idempotency:1", h.build(h.a), 5))
			for _, impostor := range h.impostors(mine) {
				h.swaps(impostor, h.claim(mine.Key, h.b, 9), false)
				h.held(mine)
			}
			next := h.claim(mine.Key, h.build(h.b), 9)
			next.Ends = opened.Add(time.Hour)
			h.swaps(mine, next, true)
			h.held(next)
			h.swaps(mine, h.claim(mine.Key, h.a, 11), false)
			h.must(h.store.Release(h.Context(), mine), "releasing what was swapped away")
			h.held(next)
			h.must(h.store.Release(h.Context(), next), "releasing")
			h.swaps(next, mine, false)
			h.free(mine.Key)
		}},
		{"an answer of 64 KiB and a request of every byte come back", func(h *house) {
			for i, size := range []int{1, 255, 64 << 10} {
				claim := h.claim("idempotency:size", h.build(h.a), i)
				claim.Request = newMaker(h.a.ID, 1, opened).random(32)
				h.taken(claim)
				done := claim
				done.Answer = bytes.Repeat([]byte{0, 0xff, '"', byte(i)}, size)[:size]
				h.swaps(claim, done, true)
				done.Answer = bytes.Clone(done.Answer)
				h.held(done)
				h.must(h.store.Release(h.Context(), done), "releasing")
			}
		}},
		{"a store keeps no buffer of a claim that its caller may use again", func(h *house) {
			mine := h.claim("idempotency:buffer", h.a, 1)
			mine.Request = []byte("first")
			h.taken(mine)
			want := mine
			want.Request = []byte("first")
			copy(mine.Request, "XXXXX")
			h.held(want)
		}},
	}
}

// swaps tests whether a swap happens.
func (h *house) swaps(held, next customers.Claim, want bool) {
	h.Helper()
	ok, err := h.store.Swap(h.Context(), held, next)
	h.must(err, "swapping")
	if ok != want {
		h.Fatalf("the swap from %+v gives %t", held, ok)
	}
}
