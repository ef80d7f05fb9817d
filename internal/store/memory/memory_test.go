package memory_test

import (
	"testing"

	"tenantry/internal/store"
	"tenantry/internal/store/memory"
	"tenantry/internal/store/storetest"
)

func open(*testing.T) store.Store { return memory.New() }

// The oracle keeps the contract that the engines must keep.
func TestKeepsTheContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, open)
}

// The model runs both sides on memory, so that a fault of the suite itself shows.
func TestEqualsItself(t *testing.T) {
	t.Parallel()
	storetest.RunModel(t, open)
}

func BenchmarkMemory(b *testing.B) {
	storetest.Bench(b, func(*testing.B) store.Store { return memory.New() })
}
