package trace_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"tenantry/internal/trace"
)

// While nothing is traced, spans take no memory, in a context as deep as that of a request.
func TestNothingIsAllocatedWhileNothingIsTraced(t *testing.T) {
	type key int
	ctx := t.Context()
	for i := range 8 {
		ctx = context.WithValue(ctx, key(i), i)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var off trace.Tracer
	header := http.Header{}
	allocated := testing.AllocsPerRun(100, func() {
		within, request := off.Request(ctx, header, "GET /v3/customers/:id")
		within, span := trace.Start(within, "registry.Change")
		span.Set(trace.Customer, "id")
		within, query := trace.Query(within, "sqlite", "Get")
		within, call := trace.Call(off.With(within), "webhook attempt")
		trace.Send(within, header)
		if trace.ID(within) != "" || span.On() || off.On() {
			t.Error("something is traced")
		}
		call.End()
		query.Fail("failed")
		query.End()
		span.SetInt(trace.Status, 200)
		span.End()
		request.End()
	})
	if allocated != 0 || len(header) != 0 {
		t.Errorf("%v allocations, headers %v", allocated, header)
	}
}

// BenchmarkOff is what the spans of a read cost while nothing is traced.
func BenchmarkOff(b *testing.B) {
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	defer cancel()
	b.ReportAllocs()
	for b.Loop() {
		within, span := trace.Start(ctx, "getCustomer")
		_, query := trace.Query(within, "sqlite", "Get")
		query.End()
		span.End()
	}
}
