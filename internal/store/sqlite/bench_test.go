package sqlite

import (
	"syscall"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/storetest"
)

func BenchmarkStore(b *testing.B) {
	storetest.Bench(b, func(b *testing.B) store.Store { return openAt(b, b.TempDir(), 0) })
}

func BenchmarkStoreWithoutCache(b *testing.B) {
	storetest.Bench(b, func(b *testing.B) store.Store { return openAt(b, b.TempDir(), -1) })
}

func BenchmarkService(b *testing.B) {
	storetest.BenchService(b, func(b *testing.B) store.Store { return openAt(b, b.TempDir(), 0) })
}

func BenchmarkScreened(b *testing.B) {
	storetest.BenchScreened(b, func(b *testing.B) store.Store { return openAt(b, b.TempDir(), 0) })
}

// BenchmarkChange changes the name of one of 2,000 customers after the other, and relays the
// event of each: cpu-ns/op is the processor time of both, which other work disturbs least.
func BenchmarkChange(b *testing.B) {
	ctx := b.Context()
	s := openAt(b, b.TempDir(), 0)
	operator := storetest.Operator(opened)
	tenant := storetest.Child(operator, storetest.Bare())
	list := []rows.Insertion{{Customer: operator}, {Customer: tenant}}
	for n := range 2000 {
		list = append(list, rows.Insertion{Customer: shop(tenant, n)})
	}
	for _, err := range s.InsertAll(ctx, list, true) {
		if err != nil {
			b.Fatal(err)
		}
	}
	shops := list[2:]
	relay := func(c *customers.Customer) {
		if err := s.Relay(ctx, rows.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox}); err != nil {
			b.Fatal(err)
		}
		relayed := *c
		relayed.Outbox = nil
		*c = relayed
	}
	for _, one := range shops {
		relay(one.Customer)
	}
	n, began := 0, processorTime()
	b.ReportAllocs()
	for b.Loop() {
		at := n * 7 % len(shops)
		next := changed(shops[at].Customer, n)
		if err := s.Replace(ctx, next, next.Version-1); err != nil {
			b.Fatal(err)
		}
		relay(next)
		shops[at].Customer = next
		n++
	}
	b.ReportMetric(float64(processorTime()-began)/float64(n), "cpu-ns/op")
}

// processorTime returns what the process used until now.
func processorTime() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
