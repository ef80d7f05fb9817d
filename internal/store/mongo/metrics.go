package mongo

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.mongodb.org/mongo-driver/v2/event"

	"tenantry/internal/trace"
)

// metrics counts the requests to the server, and makes a span of each that is part of a
// trace.
type metrics struct {
	// spans are those of requests under way, by underWay: trace.Span.
	spans  sync.Map
	took   *prometheus.HistogramVec
	failed *prometheus.CounterVec
	// open and used count connections of the pool.
	open, used prometheus.Gauge
}

func newMetrics() *metrics {
	return &metrics{
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tenantry_store_request_duration_seconds", Help: "Time that each request to MongoDB takes, by its command.",
			Buckets:                     []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15},
			NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 100, NativeHistogramMinResetDuration: time.Hour,
		}, []string{"command"}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tenantry_store_requests_failed_total", Help: "Requests to MongoDB that failed, by their command.",
		}, []string{"command"}),
		used: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "tenantry_store_connections_in_use", Help: "Connections of the store that work at this moment: readers of SQLite, or connections to MongoDB.",
		}),
		open: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "tenantry_store_connections", Help: "Connections of the store that are open.",
		}),
	}
}

// pool returns what the driver tells of its connections.
func (m *metrics) pool() *event.PoolMonitor {
	return &event.PoolMonitor{Event: func(e *event.PoolEvent) {
		switch e.Type {
		case event.ConnectionCreated:
			m.open.Inc()
		case event.ConnectionClosed:
			m.open.Dec()
		case event.ConnectionCheckedOut:
			m.used.Inc()
		case event.ConnectionCheckedIn:
			m.used.Dec()
		}
	}}
}

// underWay names a request while it is under way.
type underWay struct {
	connection string
	request    int64
}

// began begins the span of a request that is part of a trace. The text of the command, which
// holds what is stored, is no part of it.
func (m *metrics) began(ctx context.Context, e *event.CommandStartedEvent) {
	if _, span := trace.Query(ctx, "mongodb", e.CommandName); span.On() {
		m.spans.Store(underWay{e.ConnectionID, e.RequestID}, span)
	}
}

func (m *metrics) ended(connection string, request int64, failed bool) {
	found, ok := m.spans.LoadAndDelete(underWay{connection, request})
	if !ok {
		return
	}
	span := found.(trace.Span)
	if failed {
		span.Fail("failed")
	}
	span.End()
}

// monitor returns a monitor of what the driver tells of each request. It passes the beginnings
// of requests on to another one, unless that is nil. Commands are words of the driver.
func (m *metrics) monitor(also *event.CommandMonitor) *event.CommandMonitor {
	return &event.CommandMonitor{
		Started: func(ctx context.Context, e *event.CommandStartedEvent) {
			if m.began(ctx, e); also != nil {
				also.Started(ctx, e)
			}
		},
		Succeeded: func(_ context.Context, e *event.CommandSucceededEvent) {
			m.took.WithLabelValues(e.CommandName).Observe(e.Duration.Seconds())
			m.ended(e.ConnectionID, e.RequestID, false)
		},
		Failed: func(_ context.Context, e *event.CommandFailedEvent) {
			m.took.WithLabelValues(e.CommandName).Observe(e.Duration.Seconds())
			m.failed.WithLabelValues(e.CommandName).Inc()
			m.ended(e.ConnectionID, e.RequestID, true)
		},
	}
}

// Metrics returns what tells of the work of the store, to be registered once.
func (s *Store) Metrics() []prometheus.Collector {
	return []prometheus.Collector{s.metrics.took, s.metrics.failed, s.metrics.open, s.metrics.used}
}
