package api

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tenantry/internal/fault"
	"tenantry/internal/trace"
)

// metrics counts requests by route pattern; no label ever holds an id.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
	refused  *prometheus.CounterVec
	denied   *prometheus.CounterVec
	panics   prometheus.Counter
	// exampled is the second in which a quick request last was an example.
	exampled atomic.Int64
}

// slow is from when on each request is an example of how long requests take.
const slow = 25 * time.Millisecond

func newMetrics(registry *prometheus.Registry, version, mode string, damaged func() int) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tenantry_http_requests_total", Help: "Requests answered, by method, route and status.",
		}, []string{"method", "route", "status"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tenantry_http_request_duration_seconds", Help: "Time from the headers of a request to its answer.",
			Buckets:                     []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15},
			NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 100, NativeHistogramMinResetDuration: time.Hour,
		}, []string{"method", "route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "tenantry_http_requests_in_flight", Help: "Requests that are being served.",
		}),
	}
	m.refused = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tenantry_http_refused_total", Help: "Requests refused by a bound: of rates, of what is at work, or of what a plan lets an account keep.",
	}, []string{"reason"})
	m.denied = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "tenantry_http_denied_total", Help: "Requests answered with 401, 403 or 429, by the code of the refusal.",
	}, []string{"status", "code"})
	m.panics = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "tenantry_panics_total", Help: "Requests that ended in a mistake of the program (panic).",
	})
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "tenantry_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": version, "mode": mode},
	})
	build.Set(1)
	unreadable := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tenantry_store_damaged_records", Help: "Stored records that could not be read since the service started.",
	}, func() float64 { return float64(damaged()) })
	registry.MustRegister(m.requests, m.duration, m.inFlight, m.refused, m.denied, m.panics, build, unreadable)
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

// ended counts a request. Its trace, or else the reference of its answer, stands beside the
// bucket that it falls into, so that a slow one can be looked up in the log: of those that are
// quick, one of each second, because an example costs more than all other figures.
func (m *metrics) ended(req *request, route string, took time.Duration) {
	m.inFlight.Dec()
	method := methodLabel(req.Request().Method)
	m.requests.WithLabelValues(method, route, strconv.Itoa(req.Response().Status)).Inc()
	duration := m.duration.WithLabelValues(method, route)
	second := time.Now().Unix()
	if took < slow && m.exampled.Swap(second) == second {
		duration.Observe(took.Seconds())
		return
	}
	example := prometheus.Labels{"ref": req.ref}
	if id := trace.ID(req.ctx); id != "" {
		example = prometheus.Labels{"trace_id": id}
	}
	if observer, ok := duration.(prometheus.ExemplarObserver); ok {
		observer.ObserveWithExemplar(took.Seconds(), example)
	}
}

// deny counts a refusal that a caller brought about, and a panic. Codes are words of this
// program.
func (m *metrics) deny(err error, refusal *fault.Error) {
	if _, broke := errors.AsType[*panicked](err); broke {
		m.panics.Inc()
	}
	switch status := classOf(refusal.Kind).status; status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
		m.denied.WithLabelValues(strconv.Itoa(status), string(refusal.Code)).Inc()
	}
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
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.options.Registry, promhttp.HandlerOpts{EnableOpenMetrics: true}))
	return mux
}
