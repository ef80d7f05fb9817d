package mongo_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"

	"tenantry/internal/secret"
	"tenantry/internal/store/mongo"
)

// requests are the commands that change or read documents.
var requests = map[string]bool{"insert": true, "find": true, "update": true, "delete": true, "aggregate": true}

// monitored opens a store that calls before in front of each of its requests.
func monitored(t testing.TB, uri, database string, before func()) *mongo.Store {
	t.Helper()
	monitor := &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		if requests[e.CommandName] && e.DatabaseName == database {
			before()
		}
	}}
	s, err := mongo.Open(t.Context(), mongo.Options{URI: secret.New(uri), Database: database, Timeout: time.Minute, Monitor: monitor})
	if err != nil {
		t.Fatalf("open %s: %v", database, err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	return s
}

func closeStore(t testing.TB, s *mongo.Store) {
	t.Helper()
	if err := s.Close(context.Background()); err != nil {
		t.Errorf("close: %v", err)
	}
}

// turns lets several actors, each with a store of its own, send their requests one at
// a time in an order that the test decides. As only one request is under way at any
// time, the test server's lack of atomicity between connections does not matter.
type turns struct {
	on        atomic.Bool
	settled   chan int // an actor that waits for its turn, or -1-actor when it has ended
	continued []chan struct{}
}

// newTurns opens a store for each actor.
func newTurns(t testing.TB, uri, database string, actors int) (*turns, []*mongo.Store) {
	t.Helper()
	order := &turns{settled: make(chan int)}
	var stores []*mongo.Store
	for actor := range actors {
		goOn := make(chan struct{})
		order.continued = append(order.continued, goOn)
		stores = append(stores, monitored(t, uri, database, func() {
			if order.on.Load() {
				order.settled <- actor
				<-goOn
			}
		}))
	}
	return order, stores
}

// run calls all actors and lets choose decide which of the waiting ones sends its request
// next.
func (o *turns) run(calls []func(), choose func(waiting []int) int) {
	o.on.Store(true)
	defer o.on.Store(false)
	waits := make([]bool, len(calls))
	for actor, call := range calls {
		go func() {
			call()
			o.settled <- -1 - actor
		}()
	}
	for moving, left := len(calls), len(calls); left > 0; moving = 1 {
		for range moving {
			if actor := <-o.settled; actor >= 0 {
				waits[actor] = true
			} else {
				left--
			}
		}
		var waiting []int
		for actor, here := range waits {
			if here {
				waiting = append(waiting, actor)
			}
		}
		if len(waiting) == 0 {
			return
		}
		next := choose(waiting)
		waits[next] = false
		o.continued[next] <- struct{}{}
	}
}

// everyOrder calls round once for each order in which the requests of two actors can
// come with at most so many changes from one actor to the other, and returns how many
// there were. Each round must start from the same state.
func everyOrder(changes int, round func(choose func(waiting []int) int)) (orders int) {
	type choice struct{ taken, of int }
	var path []choice
	for {
		depth, left, last := 0, changes+1, -1
		round(func(waiting []int) int {
			if left == 0 && slices.Contains(waiting, last) {
				return last
			}
			if depth == len(path) {
				path = append(path, choice{0, len(waiting)})
			}
			next := waiting[path[depth].taken]
			depth++
			if next != last {
				left = max(left-1, 0)
			}
			last = next
			return next
		})
		orders++
		for len(path) > 0 && path[len(path)-1].taken == path[len(path)-1].of-1 {
			path = path[:len(path)-1]
		}
		if len(path) == 0 {
			return orders
		}
		path[len(path)-1].taken++
	}
}
