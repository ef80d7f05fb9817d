package main

import (
	"context"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"tenantry/internal/config"
)

const (
	// garbageBytes is how much garbage may stand before it is collected, whatever is in use:
	// a cache then takes as many bytes more as are configured for it, and no multiple of them.
	garbageBytes = 64 << 20
	// garbagePercent bounds it by what is in use, as GOGC does, where little is. Go's own 100
	// percent would collect some hundred times a second under load, a tenth of the processor.
	garbagePercent = 400
)

// garbageBeside returns how much garbage may stand beside what is in use, in percent of it.
func garbageBeside(inUse uint64) int {
	return int(min(garbagePercent, garbageBytes*100/max(inUse, 1)))
}

// boundMemory lets garbage stand while there is memory for it, until the context ends. Who
// runs the process may say otherwise with GOGC and GOMEMLIMIT, as for every Go program.
func boundMemory(ctx context.Context, settings *config.Loaded) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
		go func() {
			for often := time.NewTicker(time.Second); ; {
				select {
				case <-ctx.Done():
					often.Stop()
					return
				case <-often.C:
					boundGarbage()
				}
			}
		}()
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(settings.Memory())
	}
}

// boundGarbage goes by what the last collection found in use.
func boundGarbage() {
	known := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/gogc:percent"}}
	metrics.Read(known)
	// Setting it stops all goroutines for a moment.
	if now, want := known[1].Value.Uint64(), garbageBeside(known[0].Value.Uint64()); now != uint64(want) { //nolint:gosec // it is positive
		debug.SetGCPercent(want)
	}
}
