package mongo

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	"go.mongodb.org/mongo-driver/v2/event"
)

// metrics counts the requests to the server.
type metrics struct {
	took   *prometheus.HistogramVec
	failed *prometheus.CounterVec
}

func newMetrics() *metrics {
	return &metrics{
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tenantry_store_request_duration_seconds", Help: "Time that each request to MongoDB takes, by its command.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15},
		}, []string{"command"}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tenantry_store_requests_failed_total", Help: "Requests to MongoDB that failed, by their command.",
		}, []string{"command"}),
	}
}

// monitor returns what the driver tells of each request. Commands are words of the driver.
func (m *metrics) monitor() *event.CommandMonitor {
	return &event.CommandMonitor{
		Succeeded: func(_ context.Context, e *event.CommandSucceededEvent) {
			m.took.WithLabelValues(e.CommandName).Observe(e.Duration.Seconds())
		},
		Failed: func(_ context.Context, e *event.CommandFailedEvent) {
			m.took.WithLabelValues(e.CommandName).Observe(e.Duration.Seconds())
			m.failed.WithLabelValues(e.CommandName).Inc()
		},
	}
}

// Metrics returns what tells of the work of the store, to be registered once.
func (s *Store) Metrics() []prometheus.Collector {
	return []prometheus.Collector{s.metrics.took, s.metrics.failed}
}
