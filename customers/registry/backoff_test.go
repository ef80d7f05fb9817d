package registry_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// contest is an installation with a shop whose changes lose races.
type contest struct {
	*testkit.Env
	shop   testkit.Party
	caller tenancy.Caller
	watch  *testkit.Spy
	// pauses are those so far; ended is what one returns.
	pauses []time.Duration
	ended  error
}

func newContest(t *testing.T) *contest {
	t.Helper()
	watch, watched := testkit.Spied()
	c := &contest{watch: watch}
	c.Env = testkit.Open(t, watched, func(o *app.Options) {
		o.Pause = func(_ context.Context, d time.Duration) error {
			c.pauses = append(c.pauses, d)
			return c.ended
		}
	})
	c.shop = c.Create(c.Cove, testkit.One(``))
	c.caller = c.As(c.shop)
	return c
}

// lose changes the shop's name and lets that lose so many races; it returns what
// the change did and how often it was tried.
func (c *contest) lose(races int, name string) (tries int, err error) {
	var another func(func() error) error
	another = func(func() error) error {
		if races--; races > 0 {
			c.watch.Trap("Replace", another)
		}
		return rows.ErrStale
	}
	c.watch.Trap("Replace", another)
	c.watch.Reset()
	err = c.Attempt(c.caller, "", `{"name":"`+name+`"}`)
	for _, call := range c.watch.Since() {
		if call == "Replace" {
			tries++
		}
	}
	return tries, err
}

// A change that loses a few races is tried again at once. After that it pauses
// before each try, for a random time below a bound that doubles up to 50 ms, so
// that many writers of one customer do not meet again and again.
func TestAChangeThatKeepsLosingPauses(t *testing.T) {
	t.Parallel()
	c := newContest(t)
	if tries, err := c.lose(3, "A"); err != nil || tries != 4 || len(c.pauses) != 0 {
		t.Errorf("after three lost races: %v, %d tries, pauses of %v", err, tries, c.pauses)
	}
	if tries, err := c.lose(63, "B"); err != nil || tries != 64 || len(c.pauses) != 60 {
		t.Fatalf("after 63 lost races: %v, %d tries, %d pauses", err, tries, len(c.pauses))
	}
	bound := 2 * time.Millisecond
	for i, d := range c.pauses {
		if d <= 0 || d > bound {
			t.Errorf("pause %d is %s, want a part of %s", i, d, bound)
		}
		bound = min(2*bound, 50*time.Millisecond)
	}
	late := slices.Sorted(slices.Values(c.pauses[10:]))
	if len(slices.Compact(late)) < 40 || slices.Max(late) < 25*time.Millisecond {
		t.Errorf("the pauses are not spread: %v", c.pauses)
	}
	if c.Record(c.shop.ID).Name != "B" {
		t.Error("the change was lost")
	}
}

// After 64 lost races the caller is told to try again later, without another pause.
func TestAChangeThatLosesEveryRaceIsRefused(t *testing.T) {
	t.Parallel()
	c := newContest(t)
	tries, err := c.lose(64, "A")
	testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	if tries != 64 || len(c.pauses) != 60 {
		t.Errorf("%d tries with %d pauses", tries, len(c.pauses))
	}
}

// A pause that the end of the request breaks off is the last: nothing is tried
// afterwards, and the caller may try again.
func TestAPauseEndsWithTheRequest(t *testing.T) {
	t.Parallel()
	c := newContest(t)
	c.ended = context.DeadlineExceeded
	tries, err := c.lose(10, "A")
	testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
	if tries != 4 || len(c.pauses) != 1 {
		t.Errorf("%d tries with %d pauses", tries, len(c.pauses))
	}
}
