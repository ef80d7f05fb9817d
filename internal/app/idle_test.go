package app_test

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tenantry/internal/app"
	"tenantry/internal/store/memory"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
	"tenantry/internal/webhook"
)

// Each of two processes that have nothing to do asks the store less than once a second, the
// look at the installation each 30 seconds included; each of these calls is one command on
// MongoDB, whose clock is asked for once a minute at most. Nothing waits meanwhile: what a
// process writes is relayed and delivered at once.
func TestAnIdleProcessAsksSeldom(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		shared := memory.New()
		h := testkit.Install(t, shared)
		ctx, cancel := context.WithCancel(context.Background())
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		var mu sync.Mutex
		var calls [2]map[string]int
		var services []*app.App
		for i := range calls {
			calls[i] = map[string]int{}
			steps := storetest.NewSteps(shared)
			var sender *webhook.Sender
			svc := h.Service(h.Ring, func(o *app.Options) {
				o.Store, o.Relayed = steps, func() { sender.Wake() }
			})
			sender = webhook.New(webhook.Options{Source: svc.Relay, Store: steps, Now: h.Clock.Now})
			steps.On(func(step storetest.Step, call func() error) error {
				if step.Method != "Skew" {
					mu.Lock()
					calls[i][step.Method]++
					mu.Unlock()
				}
				return call()
			})
			running.Go(func() { sender.Run(ctx, nil) })
			running.Go(func() { testkit.Must(t, svc.Run(ctx, nil)) })
			services = append(services, svc)
		}
		pass := func(d time.Duration) {
			for range d / (100 * time.Millisecond) {
				h.Clock.Advance(100 * time.Millisecond)
				time.Sleep(100 * time.Millisecond) // of the bubble of the test, which takes no time
			}
		}
		pass(time.Minute)
		mu.Lock()
		for i := range calls {
			clear(calls[i])
		}
		mu.Unlock()
		const idle = 10 * time.Minute
		pass(idle)
		mu.Lock()
		for i := range calls {
			n := 1.0/60 + 2.0/30 // the clock of the server, and the look at the installation
			for _, count := range calls[i] {
				n += float64(count) / idle.Seconds()
			}
			t.Logf("process %d: %.2f calls a second: %v", i, n, maps.Clone(calls[i]))
			if n >= 1 {
				t.Errorf("an idle process asks %.2f times a second", n)
			}
		}
		mu.Unlock()

		for n, svc := range []*app.App{services[0], services[1], services[0], services[1]} {
			with := *h
			with.Svc = svc
			with.Create(h.Operator, fmt.Sprintf(`{"name":"P","email":"p%d@example.com","planKey":"platform"}`, n))
			synctest.Wait()
			if waits, err := svc.Relay.Backlog(t.Context()); err != nil || waits.Customers != 0 {
				t.Errorf("%d customers wait after write %d (%v)", waits.Customers, n, err)
			}
			pass(10 * time.Second)
		}
	})
}
