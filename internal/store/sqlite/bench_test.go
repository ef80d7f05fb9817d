package sqlite

import (
	"testing"

	"tenantry/internal/store"
	"tenantry/internal/store/storetest"
)

func BenchmarkStore(b *testing.B) {
	storetest.Bench(b, func(b *testing.B) store.Store { return openAt(b, b.TempDir(), 0) })
}

func BenchmarkStoreWithoutCache(b *testing.B) {
	storetest.Bench(b, func(b *testing.B) store.Store { return openAt(b, b.TempDir(), -1) })
}

func BenchmarkService(b *testing.B) {
	storetest.BenchService(b, func(b *testing.B) store.Store { return openAt(b, b.TempDir(), 0) })
}

func BenchmarkScreened(b *testing.B) {
	storetest.BenchScreened(b, func(b *testing.B) store.Store { return openAt(b, b.TempDir(), 0) })
}
