package main

import (
	"math"
	"runtime/debug"
	"testing"

	"tenantry/internal/config"
)

// The process is bounded to what the configuration says, unless who runs it says otherwise.
func TestMemoryIsBounded(t *testing.T) {
	limit, percent := debug.SetMemoryLimit(-1), debug.SetGCPercent(100)
	t.Cleanup(func() { debug.SetMemoryLimit(limit); debug.SetGCPercent(percent) })
	for name, row := range map[string]struct {
		configured int
		env        string
		want       int64
	}{
		"by the cache": {0, "", 224 << 20},
		"configured":   {1 << 30, "", 1 << 30},
		"environment":  {1 << 30, "1GiB", math.MaxInt64},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("GOMEMLIMIT", row.env)
			debug.SetMemoryLimit(math.MaxInt64)
			settings := config.Default()
			settings.Limits.MemoryBytes = row.configured
			boundMemory(&config.Loaded{Config: settings})
			if got := debug.SetMemoryLimit(-1); got != row.want {
				t.Errorf("the bound is %d, want %d", got, row.want)
			}
		})
	}
}

// The garbage that may stand is as much whatever is configured for the cache, so that a larger
// one takes its own size more and no multiple of it.
func TestGarbageDoesNotGrowWithTheCache(t *testing.T) {
	t.Parallel()
	for _, cache := range []int{-1, 0, 32 << 20, 128 << 20, 1 << 30} {
		inUse := ownBytes + max(cache, 0)
		if garbage, want := inUse*garbageBeside(cache)/100, ownBytes*garbagePercent/100; garbage > want || garbage < want*8/10 {
			t.Errorf("beside a cache of %d bytes stand %d of garbage, not %d", cache, garbage, want)
		}
	}
}
