package kyc

import (
	"context"
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sony/gobreaker/v2"

	"tenantry/customers/identity"
)

// breaker leaves a service alone that fails again and again, and then lets one
// question at a time through until one is answered.
type breaker = gobreaker.CircuitBreaker[identity.Result]

// errLeft marks a question that its caller gave up. That says nothing about the
// service: clients that hang up must not take it away from every tenant.
var errLeft = errors.New("the caller hung up before the answer")

func newBreaker(o RemoteOptions) *breaker {
	return gobreaker.NewCircuitBreaker[identity.Result](gobreaker.Settings{
		Timeout:     o.Pause,
		ReadyToTrip: func(counts gobreaker.Counts) bool { return int64(counts.ConsecutiveFailures) >= int64(o.Failures) },
		IsExcluded:  func(err error) bool { return errors.Is(err, errLeft) },
	})
}

// figures are those of a Remote.
type figures struct {
	asked *prometheus.CounterVec
	open  prometheus.GaugeFunc
}

// The outcomes of a question.
const (
	askedAnswered  = "answered"
	askedFailed    = "failed"
	askedLeft      = "left"       // its caller hung up
	askedLeftAlone = "left_alone" // the circuit is open
)

func newFigures(b *breaker) figures {
	f := figures{
		asked: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tenantry_identity_questions_total", Help: "Questions to the identity service, by what came of them.",
		}, []string{"outcome"}),
		open: prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "tenantry_identity_breaker_open", Help: "1 while the identity service is left alone because it failed again and again.",
		}, func() float64 {
			if b.State() == gobreaker.StateClosed {
				return 0
			}
			return 1
		}),
	}
	// So that rates are right from the first one on.
	for _, outcome := range []string{askedAnswered, askedFailed, askedLeft, askedLeftAlone} {
		f.asked.WithLabelValues(outcome)
	}
	return f
}

// Metrics returns what tells of the questions, to be registered once.
func (r *Remote) Metrics() []prometheus.Collector {
	return []prometheus.Collector{r.figures.asked, r.figures.open}
}

// Verify asks once. What is no verdict, in time and well-formed, is an error.
func (r *Remote) Verify(ctx context.Context, subject identity.Subject) (identity.Result, error) {
	verdict, err := r.breaker.Execute(func() (identity.Result, error) {
		verdict, err := r.ask(ctx, subject)
		if err != nil && ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", errLeft, err)
		}
		return verdict, err
	})
	outcome := askedFailed
	switch {
	case err == nil:
		outcome = askedAnswered
	case errors.Is(err, errLeft):
		outcome = askedLeft
	case errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests):
		outcome = askedLeftAlone
		err = fmt.Errorf("the identity service failed repeatedly and is left alone for a while: %w", err)
	}
	r.figures.asked.WithLabelValues(outcome).Inc()
	return verdict, err
}
