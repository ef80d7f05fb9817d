package main

import (
	"os"
	"runtime/debug"

	"tenantry/internal/config"
)

// garbagePercent is how much garbage may stand beside what is in use before it is collected,
// in percent. What the service itself holds is a few megabytes, so that Go's own 100 would
// collect some hundred times a second under load: a tenth of the processor.
const garbagePercent = 400

// boundMemory lets garbage stand while there is memory for it. Who runs the process may say
// otherwise with GOGC and GOMEMLIMIT, as for every Go program.
func boundMemory(settings *config.Loaded) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(settings.Memory())
	}
}
