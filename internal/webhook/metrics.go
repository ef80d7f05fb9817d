package webhook

import (
	"github.com/prometheus/client_golang/prometheus"

	"tenantry/customers/rows"
)

// metrics counts what a sender sends.
type metrics struct{ attempts, ended *prometheus.CounterVec }

func newMetrics() metrics {
	m := metrics{
		attempts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tenantry_webhook_attempts_total", Help: "Messages sent to receivers, by what came of them.",
		}, []string{"outcome"}),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tenantry_webhook_deliveries_total", Help: "Deliveries that ended: delivered, or given up.",
		}, []string{"outcome"}),
	}
	// So that rates are right from the first one on.
	for _, outcome := range []string{"accepted", "refused"} {
		m.attempts.WithLabelValues(outcome)
	}
	for _, outcome := range []string{"delivered", "failed"} {
		m.ended.WithLabelValues(outcome)
	}
	return m
}

// Metrics returns what tells of the work of the sender, to be registered once.
func (s *Sender) Metrics() []prometheus.Collector {
	return []prometheus.Collector{s.metrics.attempts, s.metrics.ended}
}

// count counts the outcome of a delivery that was recorded.
func (m metrics) count(d rows.Delivery, o outcome) {
	switch {
	case o.accepted:
		m.attempts.WithLabelValues("accepted").Inc()
	case o.tried:
		m.attempts.WithLabelValues("refused").Inc()
	}
	switch d.State {
	case rows.DeliveryDelivered:
		m.ended.WithLabelValues("delivered").Inc()
	case rows.DeliveryFailed:
		m.ended.WithLabelValues("failed").Inc()
	}
}
