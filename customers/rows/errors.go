package rows

import (
	"context"
	"errors"
	"fmt"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Errors that a store returns. Any other error is a fault of the store; it wraps
// ErrUnavailable when another try may succeed.
var (
	// ErrNotFound says that the tenant has no such record, or its tombstone only.
	ErrNotFound = errors.New("no such record")
	// ErrStale says that the record has another version than the write names.
	ErrStale = errors.New("the record was changed meanwhile")
	// ErrExists says that a record with that id exists (also as a tombstone).
	ErrExists = errors.New("the record exists already")
	// ErrParentGone says that the parent of a new record is missing or a tombstone.
	ErrParentGone = errors.New("the parent is gone")
	// ErrHasChildren says that a record with living children cannot be erased.
	ErrHasChildren = errors.New("the record has children")
	// ErrUnavailable says that the store cannot serve now (lost server, full disk,
	// time-out). A write that ended with it may or may not have happened.
	ErrUnavailable = errors.New("the store is unavailable")
	// ErrReplaced reports that the files of the store are no longer the ones that were
	// opened; it comes with ErrUnavailable, and only a restart ends it.
	ErrReplaced = errors.New("the files of the store were removed or replaced while it was open; restore them and start again")
	// ErrBusy says that too many searches are waiting already.
	ErrBusy = errors.New("too many searches are waiting")
	// ErrTooMuchWork says that a search had looked at too much by the time that it may
	// take.
	ErrTooMuchWork = errors.New("the search takes too long")
)

// Full says that a customer has as many customers below it as there is room for. It is the
// only error of a store that is a value, so that it can name that customer.
type Full struct{ Of tenancy.ID }

// Error implements error.
func (f Full) Error() string {
	return "customer " + f.Of.String() + " has no room for another one below it"
}

// retryAfterSeconds is how long a caller should wait whose search was refused.
const retryAfterSeconds = 2

// StoreFault turns the error of a store into one that a caller may see; doing says what
// was tried.
func StoreFault(err error, doing string) error {
	switch {
	case err == nil:
		return nil
	case fault.KindOf(err) != fault.Internal:
		return err
	case errors.Is(err, ErrNotFound):
		return fault.NotFoundError()
	case errors.Is(err, ErrDamaged):
		return fault.Wrap(fmt.Errorf("%s: %w", doing, err), fault.Internal, fault.CodeDamaged,
			"this record is damaged in the service's store and cannot be read; tell its operator the ref of this answer")
	case errors.Is(err, ErrReplaced):
		return fault.Wrap(fmt.Errorf("%s: %w", doing, err), fault.Unavailable, fault.CodeUnavailable,
			"the files of the store were removed or replaced while the service was running; it takes no changes until it is started again")
	case errors.Is(err, ErrBusy):
		return overloaded(err, doing, "too many searches are running at this moment; try again as Retry-After says")
	case errors.Is(err, ErrTooMuchWork):
		return overloaded(err, doing, "this list looks at more customers than can be read in time; "+
			"narrow it by email, externalId or merchantKey, or try again as Retry-After says")
	case errors.Is(err, ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.Wrap(fmt.Errorf("%s: %w", doing, err), fault.Unavailable, fault.CodeUnavailable,
			"the store cannot serve now; try again in a moment")
	default:
		return fmt.Errorf("%s: %w", doing, err)
	}
}

func overloaded(err error, doing, text string) error {
	refused := fault.Wrap(fmt.Errorf("%s: %w", doing, err), fault.Unavailable, fault.CodeUnavailable, text)
	refused.RetryAfterSeconds = retryAfterSeconds
	return refused
}
