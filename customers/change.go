package customers

import (
	"context"
	"errors"
	"fmt"

	"tenantry/internal/fault"
)

// StoreFault turns what a store answered into what a caller may see.
func StoreFault(err error, doing string) error {
	switch {
	case err == nil:
		return nil
	case fault.KindOf(err) != fault.Internal:
		return err
	case errors.Is(err, ErrNotFound):
		return fault.NotFoundError()
	case errors.Is(err, ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.Wrap(fmt.Errorf("%s: %w", doing, err), fault.Unavailable, fault.CodeUnavailable,
			"the store cannot serve now; try again in a moment")
	default:
		return fmt.Errorf("%s: %w", doing, err)
	}
}
