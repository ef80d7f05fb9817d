package app_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"tenantry/customers/rows"
	"tenantry/internal/app"
	"tenantry/internal/store"
	"tenantry/internal/store/memory"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// lost is a store whose outboxes cannot be read.
type lost struct{ store.Store }

func (lost) Outboxes(context.Context, tenancy.Slots, int) ([]rows.Batch, error) {
	return nil, rows.ErrUnavailable
}

// A failure of the background work is reported with the name of what failed, which is one of
// those that are counted, and the work goes on.
func TestFailuresOfTheBackgroundWorkAreNamed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := testkit.Install(t, memory.New(), func(o *app.Options) { o.Store = lost{o.Store} })
		ctx, cancel := context.WithCancel(t.Context())
		type failed struct {
			work string
			err  error
		}
		failures, ended := make(chan failed), make(chan error, 1)
		go func() {
			ended <- h.Svc.Run(ctx, func(work string, err error) { failures <- failed{work, err} })
		}()
		for range 2 {
			if f := <-failures; f.work != "events" || !errors.Is(f.err, rows.ErrUnavailable) || !slices.Contains(app.Work(), f.work) {
				t.Errorf("%s failed: %v", f.work, f.err)
			}
		}
		cancel()
		go func() {
			for range failures {
			}
		}()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		close(failures)
	})
}
