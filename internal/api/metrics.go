package api

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics counts requests by route pattern; no label ever holds an id.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
}

func newMetrics(registry *prometheus.Registry, version, mode string, damaged func() int) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tenantry_http_requests_total", Help: "Requests answered, by method, route and status.",
		}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tenantry_http_request_duration_seconds", Help: "Time from the headers of a request to its answer.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15},
		}, []string{"method", "route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "tenantry_http_requests_in_flight", Help: "Requests that are being served.",
		}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "tenantry_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": version, "mode": mode},
	})
	build.Set(1)
	unreadable := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tenantry_store_damaged_records", Help: "Stored records that could not be read since the service started.",
	}, func() float64 { return float64(damaged()) })
	registry.MustRegister(m.requests, m.duration, m.inFlight, build, unreadable)
	return m
}

func (m *metrics) began() { m.inFlight.Inc() }

func (m *metrics) ended(method, route string, status int, took time.Duration) {
	m.inFlight.Dec()
	method = methodLabel(method)
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.duration.WithLabelValues(method, route).Observe(took.Seconds())
}

// methodLabel returns a known method or a placeholder, so that methods that clients make
// up stay out of labels and logs.
func methodLabel(method string) string {
	known := []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut,
		http.MethodPatch, http.MethodDelete, http.MethodOptions,
	}
	if slices.Contains(known, method) {
		return method
	}
	return "OTHER"
}

// MetricsHandler serves GET /metrics, for a listener of its own.
func (s *Server) MetricsHandler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.options.Registry, promhttp.HandlerOpts{}))
	return mux
}
