package kyc

import (
	"context"
	"errors"
	"fmt"

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

// Verify asks once. What is no verdict, in time and well-formed, is an error.
func (r *Remote) Verify(ctx context.Context, subject identity.Subject) (identity.Result, error) {
	verdict, err := r.breaker.Execute(func() (identity.Result, error) {
		verdict, err := r.ask(ctx, subject)
		if err != nil && ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", errLeft, err)
		}
		return verdict, err
	})
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		err = fmt.Errorf("the identity service failed repeatedly and is left alone for a while: %w", err)
	}
	return verdict, err
}
