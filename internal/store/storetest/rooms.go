package storetest

import (
	"errors"
	"sync/atomic"

	"tenantry/customers"
	"tenantry/customers/rows"
)

// room returns the companion of a write that needs a place below c.
func room(c *customers.Customer, most int64) rows.Companion {
	return rows.Companion{Room: &rows.Room{Of: c.ID, Most: most}}
}

// full fails the test unless err is the refusal of a customer below c, which is full.
func (e *env) full(err error, c *customers.Customer) {
	e.Helper()
	if refused, ok := errors.AsType[rows.Full](err); !ok || refused.Of != c.ID {
		e.Fatalf("inserting ends with %v instead of %v", err, rows.Full{Of: c.ID})
	}
}

func rooming() []guarantee {
	return []guarantee{
		{"an insert beyond the room of a customer is refused and leaves nothing", func(e *env) {
			// One was there before the room was bounded, and is counted all the same.
			e.child(e.a)
			e.child(e.b)
			e.must(e.store.Insert(e.Context(), e.build(e.a), room(e.a, 2)), "inserting into the last place")
			refused := e.build(e.a)
			e.full(e.store.Insert(e.Context(), refused, room(e.a, 2)), e.a)
			e.nowhere(refused.ID)
			e.must(e.store.Insert(e.Context(), refused, room(e.a, 3)), "inserting once there is more room")
			e.must(e.store.Insert(e.Context(), e.build(e.b), room(e.b, 2)), "inserting into the room of another tenant")
			e.full(e.store.Insert(e.Context(), e.build(e.b), room(e.b, 2)), e.b)
		}},
		{"customers at any depth take the room of all above them that are named", func(e *env) {
			account := e.child(e.a)
			below := e.build(account)
			e.must(e.store.Insert(e.Context(), below, room(e.a, 3), room(account, 1)), "inserting below an account")
			e.full(e.store.Insert(e.Context(), e.build(account), room(e.a, 3), room(account, 1)), account)
			e.must(e.store.Insert(e.Context(), e.build(below), room(e.a, 3)), "inserting deeper, where the refused one left its place")
			e.full(e.store.Insert(e.Context(), e.build(e.a), room(e.a, 3)), e.a)
		}},
		{"an erasure leaves its place, a refused write takes none", func(e *env) {
			c := e.build(e.a)
			e.must(e.store.Insert(e.Context(), c, room(e.a, 1)), "inserting")
			e.refused(e.store.Insert(e.Context(), c, room(e.a, 1)), rows.ErrExists, "inserting it again")
			e.refused(e.store.Erase(e.Context(), Tombstone(c), 7, room(e.a, 1)), rows.ErrStale, "erasing another version")
			e.full(e.store.Insert(e.Context(), e.build(e.a), room(e.a, 1)), e.a)
			e.must(e.store.Erase(e.Context(), Tombstone(c), c.Version, room(e.a, 1)), "erasing")
			gone := rows.Reservation{Key: "merchantKey:gone", Customer: c.Ref()}
			e.refused(e.store.Insert(e.Context(), e.build(e.a), relying(gone), room(e.a, 1)), rows.ErrStale, "inserting what relies on nothing")
			e.must(e.store.Insert(e.Context(), e.build(e.a), room(e.a, 1)), "inserting in its place")
		}},
		{"of many inserts at once no more succeed than there is room for", func(e *env) {
			const most, rivals = 5, 16
			var inserted atomic.Int64
			list := make([]*customers.Customer, rivals)
			for i := range list {
				list[i] = e.build(e.a)
			}
			together(rivals, func(i int) {
				err := e.store.Insert(e.Context(), list[i], room(e.a, most))
				if err == nil {
					inserted.Add(1)
				} else if _, full := errors.AsType[rows.Full](err); !full {
					e.Errorf("inserting: %v", err)
				}
			})
			if inserted.Load() != most {
				e.Errorf("%d customers have room for %d", inserted.Load(), most)
			}
		}},
	}
}
