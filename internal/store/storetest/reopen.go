package storetest

import (
	"context"
	"slices"
	"testing"

	"tenantry/customers"
)

// Reopen tests that a durable engine finds everything again after Close: open must
// open the store kept in dir, or make it there. The suite closes what it opened.
func Reopen(t *testing.T, open func(t *testing.T, dir string) customers.Store) {
	t.Helper()
	dir := t.TempDir()
	h := &house{T: t, store: open(t, dir)}
	again := func() {
		t.Helper()
		h.must(h.store.Close(context.Background()), "closing")
		h.store = open(t, dir)
	}
	again() // an empty store too
	h.operator = h.insert(Operator(opened))
	h.a, h.b = h.child(h.operator), h.child(h.operator)
	mine, theirs := h.crowd()

	parent := h.child(h.a)
	changed := rename(parent)
	h.must(h.store.Replace(h.Context(), changed, 1), "replacing")
	h.note(changed.Ref(), notes(7))
	changed = used(changed, h.get(changed.Ref()).KeyUse)
	erased := h.child(parent)
	tombstone := h.erase(erased)
	story := h.child(h.a, With(withEvents(events(1, 3))))
	h.relay(h.batch(story.Ref()))
	more := next(story, withEvents(events(4, 5)))
	h.must(h.store.Replace(h.Context(), more, 1), "replacing")

	held := h.claim("username:ann", h.a, 1)
	held.Request, held.Answer = []byte{0, 0xff}, []byte("sealed")
	h.taken(held)
	released := h.taken(h.claim("username:bob", h.b, 1))
	h.must(h.store.Release(h.Context(), released), "releasing")
	lapsing := h.claim("idempotency:1", h.a, 1)
	lapsing.Ends = opened
	h.taken(lapsing)

	everyone := slices.Concat(mine, theirs, []*customers.Customer{h.a, h.b, changed, more})
	for range 2 {
		again()
		h.must(h.store.Ping(h.Context()), "pinging")
		root, err := h.store.Root(h.Context())
		h.must(err, "getting the root")
		if diff := Diff(h.operator, root); diff != "" {
			t.Errorf("the root differs (-want +got):\n%s", diff)
		}
		for _, c := range everyone {
			h.stands(c)
		}
		h.nowhere(erased.ID)
		h.refused(h.store.Insert(h.Context(), erased), customers.ErrExists, "inserting over the tombstone")
		h.refused(h.store.Insert(h.Context(), h.build(tombstone)), customers.ErrParentGone, "inserting below the tombstone")
		h.refused(h.store.Replace(h.Context(), rename(parent), 1), customers.ErrStale, "replacing the version before")
		h.refused(h.store.Erase(h.Context(), Tombstone(h.a), 1), customers.ErrHasChildren, "erasing a parent")
		for _, order := range orders() {
			page := h.page(customers.Query{Under: h.operator.ID, Deep: true, Order: order, Limit: 100, Count: true})
			h.sameOrder("everyone", page.Customers, inOrder(everyone, order))
		}
		h.logged(story.Ref(), events(1, 3))
		if diff := Diff(events(4, 5), h.batch(story.Ref()).Events); diff != "" {
			t.Errorf("the outbox differs (-want +got):\n%s", diff)
		}
		h.held(held)
		h.free(released.Key)
		h.held(lapsing)
	}
	h.sweeps(opened.AddDate(1, 0, 0), 1)
	h.relay(h.batch(story.Ref()))
	h.erase(changed)
	again()
	h.free(lapsing.Key)
	h.silent(story.Ref())
	h.logged(story.Ref(), events(1, 5))
	h.nowhere(changed.ID)
	h.must(h.store.Close(context.Background()), "closing")
}
