package client

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"
)

// Waits grow from shortestWait and double up to longestWait; the real one lies anywhere
// between nothing and that, so that many clients do not come back at once. A service that
// asks for more than longestAsked is not waited for.
const (
	shortestWait = 250 * time.Millisecond
	longestWait  = 15 * time.Second
	longestAsked = 2 * time.Minute
)

// sleeper waits, or returns why the context ended.
type sleeper func(ctx context.Context, wait time.Duration) error

func sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// try carries a call out, again and again where that is safe and promises something. It
// gives a write its key, so that all tries have the same.
func (c *Client) try(ctx context.Context, what *Request, once func(ctx context.Context) error) error {
	if what.IdempotencyKey == "" && what.takesKey() && what.Header.Get(headerIdempotency) == "" {
		what.IdempotencyKey = newIdempotencyKey()
	}
	unsure := false // whether a try before may have been carried out
	for tries := 0; ; tries++ {
		err := once(ctx)
		if ctx.Err() != nil && errors.Is(err, ErrUnreachable) {
			return fmt.Errorf("%s %s: %w", what.Method, what.Path, context.Cause(ctx))
		}
		if err == nil || tries == c.shared.retries || what.Reader != nil || !again(what, err, unsure) {
			return err
		}
		wait := c.wait(tries, err)
		if deadline, ok := ctx.Deadline(); wait > longestAsked || ok && deadline.Sub(c.shared.now()) <= wait {
			return err
		}
		if c.shared.sleep(ctx, wait) != nil {
			return err // the reason to wait says more than the end of the context
		}
		unsure = unsure || !refusedBefore(err)
	}
}

// again reports whether another try may end better than one that ended with err.
func again(what *Request, err error, unsure bool) bool {
	if refusal, ok := errors.AsType[*Error](err); ok {
		switch refusal.Status {
		case http.StatusTooManyRequests:
			return true
		case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return what.repeatable()
		case http.StatusConflict:
			// The try whose answer was lost is still at work, under the same key.
			return unsure && refusal.Code == ErrIdempotencyConflict
		default:
			return false
		}
	}
	if !errors.Is(err, ErrUnreachable) || hopeless(err) {
		return false
	}
	return what.repeatable() || neverSent(err)
}

// wait returns how long to wait after some tries, the last of which ended with err.
func (c *Client) wait(tries int, err error) time.Duration {
	most := min(shortestWait<<min(tries, 16), longestWait)
	wait := time.Duration(c.shared.random() * float64(most))
	if refusal, ok := errors.AsType[*Error](err); ok && refusal.RetryAfter > 0 {
		// Not before the time that was asked for, and not all at that very time.
		wait = refusal.RetryAfter + min(wait, shortestWait)
	}
	return wait
}

// retryAfter reads the header of that name: seconds, or a date.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), 0)
	}
	return 0
}

// refusedBefore reports whether a try surely changed nothing.
func refusedBefore(err error) bool {
	if refusal, ok := errors.AsType[*Error](err); ok {
		return refusal.Status == http.StatusTooManyRequests
	}
	return neverSent(err)
}

// neverSent reports whether no connection was made.
func neverSent(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "dial"
}

// lost returns the error of a try that was not answered.
func lost(what Request, err error) error {
	return fmt.Errorf("%w: %s %s: %w", ErrUnreachable, what.Method, what.Path, err)
}
