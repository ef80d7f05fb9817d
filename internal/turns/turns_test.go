package turns_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"tenantry/internal/turns"
)

// A rest grows while there is no work, by a fifth more or less, and is short again after
// some; what failed is reported and tried again.
func TestPaceFollowsTheWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		last, turn, failures := time.Now(), 0, 0
		found := []bool{true, false, false, false, false, true, false}
		rests := []time.Duration{1, 1, 2, 4, 5, 5, 1}
		turns.Paced(ctx, turns.Pace{Busy: time.Second, Idle: 5 * time.Second}, nil, func(error) { failures++ }, func(context.Context) (bool, error) {
			rest, want := time.Since(last), rests[turn]*time.Second
			if rest < want*4/5 || rest > want*6/5 {
				t.Errorf("turn %d comes after %s, want about %s", turn, rest, want)
			}
			last = time.Now()
			if turn++; turn == len(found) {
				stop()
			}
			return found[turn-1], errors.New("each turn fails")
		})
		if turn != len(found) || failures != turn {
			t.Errorf("%d turns, %d of which failed", turn, failures)
		}
	})
}

// Whoever rests is woken at once, and a busy one keeps its pace, however often it is woken.
func TestARestEndsWhenWoken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		woken := make(chan struct{}, 1)
		var at []time.Duration
		began := time.Now()
		go func() {
			turns.Paced(ctx, turns.Pace{Busy: time.Second, Idle: time.Hour}, woken, func(error) {}, func(context.Context) (bool, error) {
				at = append(at, time.Since(began))
				select {
				case woken <- struct{}{}:
				default:
				}
				return true, nil
			})
		}()
		woken <- struct{}{}
		time.Sleep(10 * time.Second) // of the bubble
		stop()
		synctest.Wait()
		if len(at) < 8 || len(at) > 13 || at[0] != 0 {
			t.Errorf("turns at %s", at)
		}
	})
}
