package fair_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"tenantry/internal/fair"
)

// served records in which order callers get in.
type served struct {
	mu    sync.Mutex
	order []string
}

// arrive starts a caller that leaves the gate at once when it got in, and waits until it
// stands in the queue or has its answer.
func (s *served) arrive(ctx context.Context, g *fair.Gate, class int, name string) chan error {
	answer := make(chan error, 1)
	go func() {
		err := g.Enter(ctx, class, name)
		if err == nil {
			s.mu.Lock()
			s.order = append(s.order, name)
			s.mu.Unlock()
			g.Leave()
		}
		answer <- err
	}()
	synctest.Wait()
	return answer
}

func hold(t *testing.T, g *fair.Gate) {
	t.Helper()
	if err := g.Enter(t.Context(), 0, "holder"); err != nil {
		t.Fatal(err)
	}
}

// However many callers of one source wait, another source waits for one of them only.
func TestSourcesTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g, s := fair.New(1, 1, 100), served{}
		hold(t, g)
		for range 4 {
			s.arrive(t.Context(), g, 0, "flood")
		}
		s.arrive(t.Context(), g, 0, "a")
		s.arrive(t.Context(), g, 0, "b")
		s.arrive(t.Context(), g, 0, "a")
		g.Leave()
		synctest.Wait()
		if got := strings.Join(s.order, " "); got != "flood a b flood a flood flood" {
			t.Errorf("served in the order %s", got)
		}
	})
}

// Classes take turns too, whatever the number of sources in each.
func TestClassesTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g, s := fair.New(1, 3, 100), served{}
		hold(t, g)
		for _, stranger := range []string{"s1", "s2", "s3", "s4", "s5"} {
			s.arrive(t.Context(), g, 2, stranger)
		}
		s.arrive(t.Context(), g, 1, "known")
		s.arrive(t.Context(), g, 0, "own")
		g.Leave()
		synctest.Wait()
		if at := slices.Index(s.order, "known"); at > 2 {
			t.Errorf("served in the order %v", s.order)
		}
		if at := slices.Index(s.order, "own"); at > 2 {
			t.Errorf("served in the order %v", s.order)
		}
	})
}

// A full queue turns away whoever has the most in it, and nobody who has less.
func TestAFullQueueTurnsTheLongestAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g, s := fair.New(1, 2, 3), served{}
		hold(t, g)
		var flood []chan error
		for range 4 {
			flood = append(flood, s.arrive(t.Context(), g, 0, "flood"))
		}
		if err := <-flood[3]; !errors.Is(err, fair.ErrFull) {
			t.Errorf("the fourth of three: %v", err)
		}
		a := s.arrive(t.Context(), g, 0, "a")
		if err := <-flood[2]; !errors.Is(err, fair.ErrFull) {
			t.Errorf("who gives way: %v", err)
		}
		if err := <-s.arrive(t.Context(), g, 0, "a"); !errors.Is(err, fair.ErrFull) {
			t.Errorf("a source with as many as the longest would have: %v", err)
		}
		other := s.arrive(t.Context(), g, 1, "other class")
		if g.Waiting(0) != 3 || g.Waiting(1) != 1 {
			t.Errorf("%d and %d wait", g.Waiting(0), g.Waiting(1))
		}
		g.Leave()
		for _, answer := range []chan error{flood[0], flood[1], a, other} {
			if err := <-answer; err != nil {
				t.Error(err)
			}
		}
	})
}

// A caller that gives up leaves the queue and keeps no slot.
func TestGivingUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g, s := fair.New(1, 1, 1), served{}
		hold(t, g)
		ctx, give := context.WithCancelCause(t.Context())
		first := s.arrive(ctx, g, 0, "a")
		reason := errors.New("enough")
		give(reason)
		if err := <-first; !errors.Is(err, reason) {
			t.Errorf("giving up: %v", err)
		}
		if err := g.Enter(ctx, 0, "a"); !errors.Is(err, reason) {
			t.Errorf("entering with an ended context: %v", err)
		}
		next := s.arrive(t.Context(), g, 0, "b")
		g.Leave()
		if err := <-next; err != nil {
			t.Error(err)
		}
		hold(t, g)
	})
}

// No slot is lost or made, whatever callers do at the same time.
func TestSlotsAreKept(t *testing.T) {
	t.Parallel()
	const slots = 3
	g := fair.New(slots, 2, 8)
	var mu sync.Mutex
	inside, most := 0, 0
	var callers sync.WaitGroup
	for i := range 32 {
		callers.Go(func() {
			for n := range 200 {
				ctx, cancel := context.WithCancel(context.Background())
				if n%3 == 0 {
					go cancel()
				}
				if g.Enter(ctx, i%2, string(rune('a'+i%5))) == nil {
					mu.Lock()
					inside++
					most = max(most, inside)
					mu.Unlock()
					mu.Lock()
					inside--
					mu.Unlock()
					g.Leave()
				}
				cancel()
			}
		})
	}
	callers.Wait()
	if most > slots || g.Waiting(0) != 0 || g.Waiting(1) != 0 {
		t.Fatalf("%d were inside at once, %d and %d wait", most, g.Waiting(0), g.Waiting(1))
	}
	for range slots {
		if err := g.Enter(t.Context(), 0, "last"); err != nil {
			t.Fatal(err)
		}
	}
}
