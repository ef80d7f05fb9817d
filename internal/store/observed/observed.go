package observed

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/trace"
)

// Observer makes a store tell how long its operations take and which of them fail, in
// figures and, within a request that is traced, as spans.
type Observer struct {
	// system is the kind of the store in spans; empty for one that tells of its requests by
	// itself.
	system string
	took   *prometheus.HistogramVec
	failed *prometheus.CounterVec
}

// New returns an Observer. The name of the system stands in spans; it is empty for
// an engine that makes spans of its own.
func New(system string) *Observer {
	return &Observer{
		system: system,
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tenantry_store_operation_duration_seconds", Help: "Time that the operations of the store take, by operation.",
			Buckets:                     []float64{.0001, .0005, .0025, .01, .05, .25, 1, 5},
			NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 100, NativeHistogramMinResetDuration: time.Hour,
		}, []string{"operation"}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tenantry_store_operations_failed_total", Help: "Operations of the store that it could not do, by operation. What is not found or was changed meanwhile is no failure.",
		}, []string{"operation"}),
	}
}

// Metrics returns the figures of an Observer, to be registered once.
func (o *Observer) Metrics() []prometheus.Collector { return []prometheus.Collector{o.took, o.failed} }

// Store returns the store as it is observed.
func (o *Observer) Store(of store.Store) store.Store { return observed{of, o} }

// observed is a store that tells of each of its operations. All of them are methods of its
// own; TestEveryOperationIsObserved holds that.
type observed struct {
	store.Store
	observer *Observer
}

// operation is one operation under way.
type operation struct {
	name    string
	of      *Observer
	started time.Time
	span    trace.Span
}

func (s observed) begin(ctx context.Context, name string) (context.Context, operation) {
	o := operation{name: name, of: s.observer, started: time.Now()}
	if s.observer.system != "" {
		ctx, o.span = trace.Query(ctx, s.observer.system, name)
	}
	return ctx, o
}

func (o operation) end(err error) {
	o.of.took.WithLabelValues(o.name).Observe(time.Since(o.started).Seconds())
	if isFailure(err) {
		o.of.failed.WithLabelValues(o.name).Inc()
		o.span.Fail("failed")
	}
	o.span.End()
}

// isFailure reports whether an error says that the store could not do what it was asked
// for, and not that the records forbid it or that the caller left.
func isFailure(err error) bool {
	if err == nil {
		return false
	}
	for _, answer := range []error{
		rows.ErrNotFound, rows.ErrStale, rows.ErrExists, rows.ErrParentGone, rows.ErrHasChildren, rows.ErrBusy, rows.ErrTooMuchWork, context.Canceled,
	} {
		if errors.Is(err, answer) {
			return false
		}
	}
	_, full := errors.AsType[rows.Full](err)
	return !full
}
