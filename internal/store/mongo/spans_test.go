package mongo

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"go.mongodb.org/mongo-driver/v2/event"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"tenantry/internal/trace"
)

// Requests to the server are spans of the trace that asked for them, told apart though they
// are under way at the same time; outside of a trace they leave nothing behind.
func TestRequestsToTheServerAreSpans(t *testing.T) {
	t.Parallel()
	recorder := tracetest.NewSpanRecorder()
	tracer := trace.New(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder)))
	m := newMetrics()
	monitor := m.monitor(nil)
	ctx, request := tracer.Request(t.Context(), nil, "GET /v3/customers")
	monitor.Started(t.Context(), &event.CommandStartedEvent{CommandName: "ping", ConnectionID: "a", RequestID: 1})
	monitor.Started(ctx, &event.CommandStartedEvent{CommandName: "find", ConnectionID: "a", RequestID: 2})
	monitor.Started(ctx, &event.CommandStartedEvent{CommandName: "update", ConnectionID: "b", RequestID: 2})
	finished := func(name, connection string, id int64) event.CommandFinishedEvent {
		return event.CommandFinishedEvent{CommandName: name, ConnectionID: connection, RequestID: id}
	}
	monitor.Failed(ctx, &event.CommandFailedEvent{CommandFinishedEvent: finished("update", "b", 2)})
	monitor.Succeeded(ctx, &event.CommandSucceededEvent{CommandFinishedEvent: finished("find", "a", 2)})
	monitor.Succeeded(t.Context(), &event.CommandSucceededEvent{CommandFinishedEvent: finished("ping", "a", 1)})
	request.End()
	ended := recorder.Ended()
	if len(ended) != 3 || ended[0].Name() != "update" || ended[1].Name() != "find" {
		t.Fatalf("the spans are %v", ended)
	}
	for _, span := range ended[:2] {
		if span.Parent().SpanID() != ended[2].SpanContext().SpanID() {
			t.Errorf("%s is not within the request", span.Name())
		}
	}
	if ended[0].Status().Description != "failed" || ended[1].Status().Description != "" {
		t.Errorf("they ended as %v and %v", ended[0].Status(), ended[1].Status())
	}
	m.spans.Range(func(key, _ any) bool {
		t.Errorf("%v is left behind", key)
		return true
	})
}

// Connections are counted as they open, work and close.
func TestConnectionsAreCounted(t *testing.T) {
	t.Parallel()
	m := newMetrics()
	demand := func(open, used float64) {
		t.Helper()
		for gauge, want := range map[prometheus.Gauge]float64{m.open: open, m.used: used} {
			var got dto.Metric
			if err := gauge.Write(&got); err != nil || got.GetGauge().GetValue() != want {
				t.Errorf("%s is %v, want %v (%v)", gauge.Desc(), got.GetGauge().GetValue(), want, err)
			}
		}
	}
	tell := func(kinds ...string) {
		for _, kind := range kinds {
			m.pool().Event(&event.PoolEvent{Type: kind})
		}
	}
	tell(event.ConnectionCreated, event.ConnectionCreated, event.ConnectionCheckedOut, event.ConnectionCheckOutFailed)
	demand(2, 1)
	tell(event.ConnectionCheckedIn, event.ConnectionClosed)
	demand(1, 0)
}
