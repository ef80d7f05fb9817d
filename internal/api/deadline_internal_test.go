package api

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// The time limit of a request ends when one of context.WithTimeout would, for whoever waits,
// asks, or made another context below it, in whichever order, and begins a timer only once
// somebody waits.
func TestTheTimeLimitEndsAsAnyOther(t *testing.T) {
	t.Parallel()
	ends := map[string]struct {
		by   func(above, own context.CancelFunc)
		want error
	}{
		"by time":       {func(_, _ context.CancelFunc) { time.Sleep(time.Second) }, context.DeadlineExceeded},
		"by the client": {func(above, _ context.CancelFunc) { above() }, context.Canceled},
		"by the answer": {func(_, own context.CancelFunc) { own() }, context.Canceled},
	}
	for name, end := range ends {
		for _, waited := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				above, leave := context.WithCancel(t.Context())
				defer leave()
				d, own := withTimeout(above, time.Second)
				defer own()
				if at, ok := d.Deadline(); !ok || time.Until(at) != time.Second {
					t.Errorf("%s: it ends at %s", name, at)
				}
				below := context.Context(d)
				if waited {
					child, stop := context.WithCancel(d)
					defer stop()
					below = child
				} else if d.Err() != nil || d.timer != nil {
					t.Errorf("%s: err %v, timer %v before anybody waited", name, d.Err(), d.timer)
				}
				end.by(leave, own)
				synctest.Wait()
				if err := d.Err(); !errors.Is(err, end.want) {
					t.Errorf("%s, waited for %t: ended with %v, want %v", name, waited, err, end.want)
				}
				<-d.Done()
				if err := below.Err(); !errors.Is(err, end.want) {
					t.Errorf("%s, waited for %t: below it is %v, want %v", name, waited, err, end.want)
				}
			})
		}
	}
}

// A request that nobody waits for costs no timer: one allocation, and none for asking.
func TestTheTimeLimitIsCheap(t *testing.T) {
	above := t.Context()
	if n := testing.AllocsPerRun(100, func() {
		d, end := withTimeout(above, time.Minute)
		_ = d.Err()
		end()
	}); n > 2 {
		t.Errorf("%v allocations", n)
	}
}
