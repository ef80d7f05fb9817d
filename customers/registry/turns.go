package registry

import (
	"context"
	"errors"
	"time"
)

// InTurn does a work every so often until ctx ends. Faults go to report, and the work is
// tried again at its next turn.
func InTurn(ctx context.Context, every time.Duration, report func(error), work func(context.Context) error) {
	turn := time.NewTicker(every)
	defer turn.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-turn.C:
		}
		if err := work(ctx); err != nil && !errors.Is(err, context.Canceled) {
			report(err)
		}
	}
}
