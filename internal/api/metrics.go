package api

import (
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics counts requests by route pattern; no label ever holds an id.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
	refused  *prometheus.CounterVec
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
	m.refused = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tenantry_http_refused_total", Help: "Requests refused by a bound: of rates, of what is at work, or of what a plan lets an account keep.",
	}, []string{"reason"})
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "tenantry_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": version, "mode": mode},
	})
	build.Set(1)
	unreadable := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tenantry_store_damaged_records", Help: "Stored records that could not be read since the service started.",
	}, func() float64 { return float64(damaged()) })
	registry.MustRegister(m.requests, m.duration, m.inFlight, m.refused, build, unreadable)
	return m
}

// watch adds the figures of what is at work.
func (m *metrics) watch(registry *prometheus.Registry, load *inFlight, open *streams) {
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tenantry_event_streams_open", Help: "Open streams of events.",
	}, open.count))
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tenantry_http_body_bytes_in_flight", Help: "Bytes of the bodies of requests at work at this moment.",
	}, load.bytesHeld))
}

// watchSwept adds the figures of what background work removed as left over.
func watchSwept(registry *prometheus.Registry, swept map[string]*atomic.Int64) {
	for what, count := range swept {
		registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "tenantry_swept_total", Help: "Leftovers that background work removed.", ConstLabels: prometheus.Labels{"what": what},
		}, func() float64 { return float64(count.Load()) }))
	}
}

// refuse counts a request that a bound refused; reasons are words of this program.
func (m *metrics) refuse(reason string) { m.refused.WithLabelValues(reason).Inc() }

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
