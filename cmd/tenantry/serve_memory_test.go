package main

import (
	"math"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
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
			boundMemory(t.Context(), &config.Loaded{Config: settings})
			if got := debug.SetMemoryLimit(-1); got != row.want {
				t.Errorf("the bound is %d, want %d", got, row.want)
			}
		})
	}
}

// As much garbage may stand whatever is in use, so that a larger cache takes its own size more
// and no multiple of it; where little is in use it is bounded by that.
func TestGarbageDoesNotGrowWithWhatIsInUse(t *testing.T) {
	percent := debug.SetGCPercent(100)
	t.Cleanup(func() { debug.SetGCPercent(percent) })
	for _, inUse := range []int{0, 96 << 20, 384 << 20} {
		held := make([]byte, inUse)
		runtime.GC()
		boundGarbage()
		known := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/heap/goal:bytes"}}
		metrics.Read(known)
		live, goal := known[0].Value.Uint64(), known[1].Value.Uint64()
		runtime.KeepAlive(held)
		// The goal counts stacks and globals in, a few MiB.
		if garbage, want := goal-live, min(garbageBytes, live*garbagePercent/100); garbage < want*8/10 || garbage > want*13/10+(8<<20) {
			t.Errorf("with %d bytes in use %d of garbage may stand, not about %d", live, garbage, want)
		}
	}
}
