package storetest

import (
	"context"
	"slices"
	"testing"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// Reopen tests that a durable engine finds everything again after Close: open must open
// the store kept in dir, or create it there. The suite closes what it opened.
func Reopen(t *testing.T, open func(t *testing.T, dir string) store.Store) {
	t.Helper()
	dir := t.TempDir()
	e := &env{T: t, store: open(t, dir)}
	again := func() {
		t.Helper()
		e.must(e.store.Close(context.Background()), "closing")
		e.store = open(t, dir)
	}
	again() // an empty store too
	e.operator = e.insert(Operator(opened))
	e.a, e.b = e.child(e.operator), e.child(e.operator)
	mine, theirs := e.crowd()

	parent := e.child(e.a)
	changed := rename(parent)
	e.must(e.store.Replace(e.Context(), changed, 1), "replacing")
	e.note(changed.Ref(), notes(7))
	changed = used(changed, e.get(changed.Ref()).KeyUse)
	erased := e.child(parent)
	tombstone := e.erase(erased)
	story := e.child(e.a, With(withEvents(events(1, 3))))
	e.relay(e.batch(story.Ref()))
	more := next(story, withEvents(events(4, 5)))
	e.must(e.store.Replace(e.Context(), more, 1), "replacing")

	held := e.claim("username:ann", e.a, 1)
	held.Request, held.Answer = []byte{0, 0xff}, []byte("sealed")
	e.taken(held)
	off := e.switched(e.child(e.b), customers.StatusLocked)
	released := e.taken(e.claim("username:bob", e.b, 1))
	e.must(e.store.Release(e.Context(), released), "releasing")
	lapsing := e.claim("idempotency:1", e.a, 1)
	lapsing.Ends = opened
	e.taken(lapsing)

	e.must(e.store.SetInstallation(e.Context(), e.installed(1)), "writing the installation")

	everyone := slices.Concat(mine, theirs, []*customers.Customer{e.a, e.b, changed, more, off})
	for range 2 {
		again()
		e.must(e.store.Ping(e.Context()), "pinging")
		root, err := e.store.Root(e.Context())
		e.must(err, "getting the root")
		if diff := Diff(e.operator, root); diff != "" {
			t.Errorf("the root differs (-want +got):\n%s", diff)
		}
		for _, c := range everyone {
			e.stands(c)
		}
		e.firstInactive(e.b.ID, []tenancy.ID{off.ID}, customers.StatusLocked)
		e.nowhere(erased.ID)
		e.refused(e.store.Insert(e.Context(), erased), rows.ErrExists, "inserting over the tombstone")
		e.refused(e.store.Insert(e.Context(), e.build(tombstone)), rows.ErrParentGone, "inserting below the tombstone")
		e.refused(e.store.Replace(e.Context(), rename(parent), 1), rows.ErrStale, "replacing the version before")
		e.refused(e.store.Erase(e.Context(), Tombstone(e.a), 1), rows.ErrHasChildren, "erasing a parent")
		for _, order := range orders() {
			page := e.page(rows.Query{Under: e.operator.ID, Deep: true, Order: order, Limit: 100, Count: true})
			e.sameOrder("everyone", page.Customers, inOrder(everyone, order))
		}
		e.logged(story.Ref(), events(1, 5))
		if diff := Diff(events(4, 5), e.batch(story.Ref()).Events); diff != "" {
			t.Errorf("the outbox differs (-want +got):\n%s", diff)
		}
		e.held(held)
		e.free(released.Key)
		e.held(lapsing)
		e.installedAs(e.installed(1))
	}
	e.sweeps(opened.AddDate(1, 0, 0), 1)
	e.relay(e.batch(story.Ref()))
	e.erase(changed)
	again()
	e.free(lapsing.Key)
	e.silent(story.Ref())
	e.logged(story.Ref(), events(1, 5))
	e.nowhere(changed.ID)
	e.must(e.store.Close(context.Background()), "closing")
}
