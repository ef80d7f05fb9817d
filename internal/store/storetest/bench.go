package storetest

import (
	"context"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// childrenVariable names the environment variable that sets how many children the listed
// customer of Bench has; 1,000 if it is not set.
const childrenVariable = "TENANTRY_BENCH_CHILDREN"

// writers is how many goroutines insert at once in a benchmark, and to prepare one.
const writers = 16

// Bench measures an engine with typical customers: a read by id at random, an insert by
// 16 writers at once, and pages of 50 at the front of a long list, with and without the
// total, and deep inside behind a cursor. Every open must return an empty store of its
// own; Bench closes it.
func Bench(b *testing.B, open func(b *testing.B) store.Store) {
	b.Helper()
	store := open(b)
	b.Cleanup(func() {
		if err := store.Close(context.Background()); err != nil {
			b.Errorf("closing the store: %v", err)
		}
	})
	operator := Operator(opened)
	parent := Child(operator)
	for _, c := range []*customers.Customer{operator, parent} {
		if err := store.Insert(b.Context(), c); err != nil {
			b.Fatalf("inserting: %v", err)
		}
	}
	refs := fill(b, store, parent, children(b))

	b.Run("Get", func(b *testing.B) { benchGet(b, store, refs) })
	var tenants atomic.Uint64 // a benchmark runs several times, each with a tenant of its own
	b.Run("Insert", func(b *testing.B) { benchInsert(b, store, operator, &tenants) })
	for _, order := range []rows.OrderBy{rows.ByCreated, rows.ByName} {
		first := rows.Query{Tenant: parent.Tenant, Under: parent.ID, Order: rows.Order{By: order}, Limit: 50}
		b.Run("ListFirst/"+string(order), func(b *testing.B) { benchList(b, store, first) })
		counted := first
		counted.Count = true
		b.Run("ListFirstCounted/"+string(order), func(b *testing.B) { benchList(b, store, counted) })
		deep := first
		deep.After = middle(b, store, first, len(refs))
		b.Run("ListDeepCursor/"+string(order), func(b *testing.B) { benchList(b, store, deep) })
	}
}

func children(b *testing.B) int {
	b.Helper()
	text := os.Getenv(childrenVariable)
	if text == "" {
		return 1000
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		b.Fatalf("%s is %q, which is no number of children", childrenVariable, text)
	}
	return n
}

// fill inserts n typical children of parent, made a second apart.
func fill(b *testing.B, store store.Store, parent *customers.Customer, n int) []tenancy.Ref {
	b.Helper()
	refs := make([]tenancy.Ref, n)
	var work sync.WaitGroup
	for writer := range writers {
		work.Go(func() {
			for i := writer; i < n; i += writers {
				c := Child(parent, Seed(uint64(i)), At(opened.Add(time.Duration(i)*time.Second)), Typical())
				refs[i] = c.Ref()
				if err := store.Insert(b.Context(), c); err != nil {
					b.Errorf("inserting: %v", err)
					return
				}
			}
		})
	}
	work.Wait()
	if b.Failed() {
		b.FailNow()
	}
	return refs
}

// middle returns the place of the row in the middle of a list of n.
func middle(b *testing.B, store store.Store, q rows.Query, n int) *rows.Position {
	b.Helper()
	q.Offset, q.Limit = n/2, 1
	page, err := store.List(b.Context(), q)
	if err != nil || len(page.Customers) != 1 {
		b.Fatalf("finding the middle of the list: %d rows, %v", len(page.Customers), err)
	}
	position := rows.PositionOf(page.Customers[0], q.Order.By)
	return &position
}

func benchGet(b *testing.B, store store.Store, refs []tenancy.Ref) {
	m := newMaker(tenancy.ID{}, 1, opened)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := store.Get(b.Context(), refs[m.number.IntN(len(refs))]); err != nil {
			b.Fatalf("getting: %v", err)
		}
	}
}

// benchInsert inserts into a tenant of its own, so that lists stay as long as they are.
func benchInsert(b *testing.B, store store.Store, operator *customers.Customer, tenants *atomic.Uint64) {
	tenant := Child(operator, Seed(tenants.Add(1)))
	if err := store.Insert(b.Context(), tenant); err != nil {
		b.Fatalf("inserting the tenant: %v", err)
	}
	made := make([]*customers.Customer, b.N)
	for i := range made {
		made[i] = Child(tenant, Seed(uint64(i)), Typical())
	}
	var taken atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	var work sync.WaitGroup
	for range writers {
		work.Go(func() {
			for i := taken.Add(1) - 1; i < int64(len(made)); i = taken.Add(1) - 1 {
				if err := store.Insert(b.Context(), made[i]); err != nil {
					b.Errorf("inserting: %v", err)
					return
				}
			}
		})
	}
	work.Wait()
}

func benchList(b *testing.B, store store.Store, q rows.Query) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := store.List(b.Context(), q); err != nil {
			b.Fatalf("listing: %v", err)
		}
	}
}
