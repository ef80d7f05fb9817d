package mongo

import (
	"context"
	"errors"
	"fmt"
	"slices"

	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"tenantry/customers/rows"
)

// refusals are the answers of the port that are not faults.
var refusals = []error{
	rows.ErrNotFound, rows.ErrStale, rows.ErrExists, rows.ErrParentGone, rows.ErrHasChildren,
}

// passing are the codes with which a server says that the trouble is its own and not the
// request's: it is starting, stopping, no longer primary, cut off from the others, out of
// time or out of disk. One is what a proxy answers that has lost its own store. Zero is the driver's own word about a connection that ended under
// a command: a server's answers have a code.
var passing = []int{
	0, 1, 6, 7, 50, 64, 79, 89, 91, 100, 112, 133, 189, 262, 317, 9001, 10058, 10107, 11600, 11602, 13388, 13435, 13436, 14031, 20663,
}

// unfit is a fault of a record that no other try can fix.
type unfit struct{ cause error }

func (u *unfit) Error() string { return u.cause.Error() }
func (u *unfit) Unwrap() error { return u.cause }

// failed returns the error of a call whose requests ended with err; ctx is the caller's.
func failed(ctx context.Context, doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case slices.Contains(refusals, err), isFull(err):
		return err
	case errors.Is(ctx.Err(), context.Canceled):
		return fmt.Errorf("%s: %w", doing, context.Canceled)
	case mayPass(err):
		return fmt.Errorf("%s: %w: %w", doing, rows.ErrUnavailable, plain(err))
	default:
		return fmt.Errorf("%s: %w", doing, plain(err))
	}
}

func isFull(err error) bool {
	_, full := errors.AsType[rows.Full](err)
	return full
}

// mayPass reports whether another try may succeed. What the driver reports without an
// answer of the server is always about the way to the server.
func mayPass(err error) bool {
	if driver.IsNetworkError(err) || driver.IsTimeout(err) {
		return true
	}
	if answer, ok := errors.AsType[driver.ServerError](err); ok {
		return answer.HasErrorLabel("RetryableWriteError") || lacksConcern(err) ||
			slices.ContainsFunc(answer.ErrorCodes(), func(code int) bool { return slices.Contains(passing, code) })
	}
	_, ours := errors.AsType[*unfit](err)
	_, marshal := errors.AsType[driver.MarshalError](err)
	_, argument := errors.AsType[driver.InvalidArgumentError](err)
	return !ours && !marshal && !argument
}

// lacksConcern reports whether a write was done, but not on enough members in time to
// survive for certain.
func lacksConcern(err error) bool {
	if one, ok := errors.AsType[driver.WriteException](err); ok {
		return one.WriteConcernError != nil
	}
	many, ok := errors.AsType[driver.BulkWriteException](err)
	return ok && many.WriteConcernError != nil
}

// answered stands for an error that the server answered: its own words may quote values
// of a record or of an index key, so only the codes are shown.
type answered struct {
	codes []int
	cause error
}

func (a *answered) Error() string { return fmt.Sprintf("MongoDB answered with error %v", a.codes) }
func (a *answered) Unwrap() error { return a.cause }

// plain returns err without anything personal or secret in its text.
func plain(err error) error {
	if driver.IsNetworkError(err) || driver.IsTimeout(err) {
		return err
	}
	if answer, ok := errors.AsType[driver.ServerError](err); ok {
		return &answered{codes: answer.ErrorCodes(), cause: err}
	}
	return err
}
