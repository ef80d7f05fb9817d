package registry

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Wanted is one of the new customers of InsertAll.
type Wanted struct {
	NewCustomer
	// Fill fills its draft.
	Fill func(*Draft) error
}

// Outcome is what came of one new customer.
type Outcome struct {
	Created Created
	Err     error
}

// InsertAll is Insert for many new customers of one caller, written together. It returns
// the outcomes of the first of them, one at least, in their order; the caller asks again
// for the rest: those that want a value which one before them in the list wants too come
// later, as if they had been asked for one by one. With stop it ends at the first that is
// refused, and nothing behind that is written.
func InsertAll(ctx context.Context, s *Registry, caller tenancy.Caller, list []Wanted, stop bool) []Outcome {
	outcomes, all := make([]Outcome, len(list)), make([]*insertion, len(list))
	apart(len(list), runtime.GOMAXPROCS(0), func(i int) {
		outcomes[i].Err = safely(func() (err error) {
			all[i], err = s.ready(ctx, caller, list[i].NewCustomer, list[i].Fill)
			return err
		})
	})
	n := independent(all, outcomes, stop)
	// Reservations wait for the store, so that many of them share one commit of it.
	apart(n, n, func(i int) {
		if outcomes[i].Err == nil {
			outcomes[i].Err = safely(func() error { return all[i].hold(ctx) })
		}
	})
	if stop {
		for i := range n {
			if outcomes[i].Err != nil {
				releaseBehind(ctx, all[:n], outcomes, i)
				n = i + 1
				break
			}
		}
	}
	written := s.writeAll(ctx, all[:n], outcomes, stop)
	releaseBehind(ctx, all[:n], outcomes, written-1)
	return outcomes[:written]
}

// apart calls do for each of n, on that many goroutines.
func apart(n, goroutines int, do func(i int)) {
	if n < 2 || goroutines < 2 {
		for i := range n {
			do(i)
		}
		return
	}
	var group sync.WaitGroup
	next := make(chan int)
	for range min(n, goroutines) {
		group.Go(func() {
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
}

// independent returns how many of the customers, from the first one on, can be written
// together: none wants a value that one before it wants, and with stop none but the last
// is refused already.
func independent(all []*insertion, outcomes []Outcome, stop bool) int {
	wanted := map[string]bool{}
	for i, one := range all {
		if outcomes[i].Err != nil {
			if stop {
				return i + 1
			}
			continue
		}
		values := UniqueKeys(one.draft.Customer, one.draft.Parent)
		for _, key := range values {
			if wanted[key] {
				return i
			}
		}
		for _, key := range values { // the same value twice in one customer is refused by itself
			wanted[key] = true
		}
	}
	return len(all)
}

// releaseBehind releases what the customers behind one hold.
func releaseBehind(ctx context.Context, all []*insertion, outcomes []Outcome, last int) {
	for i := last + 1; i < len(all); i++ {
		if outcomes[i].Err == nil {
			all[i].release(ctx)
		}
	}
}

// writeAll writes those that are held, by one call of the store, and returns how many have
// an outcome.
func (s *Registry) writeAll(ctx context.Context, all []*insertion, outcomes []Outcome, stop bool) int {
	var places []int
	var list []rows.Insertion
	for i, one := range all {
		if outcomes[i].Err == nil {
			places = append(places, i)
			list = append(list, rows.Insertion{Customer: one.draft.Customer, With: one.with})
		}
	}
	if len(places) == 0 {
		return len(all)
	}
	results := s.store.InsertAll(ctx, list, stop)
	apart(len(results), len(results), func(k int) {
		i := places[k]
		outcomes[i].Err = safely(func() (err error) {
			var again bool
			outcomes[i].Created, again, err = all[i].outcome(ctx, results[k])
			if again { // it lost a race, and is written by itself
				outcomes[i].Created, err = s.insert(ctx, all[i])
			}
			return err
		})
	})
	if len(results) < len(places) {
		return places[len(results)-1] + 1
	}
	return len(all)
}

// safely turns a panic into an error: on a goroutine of its own it would end the process.
func safely(do func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
		}
	}()
	return do()
}
