package rows

import (
	"errors"

	"tenantry/customers"
)

// Insertion is a new customer with what its write goes with.
type Insertion struct {
	Customer *customers.Customer
	With     []Companion
}

// InsertEach inserts one customer after the other and returns the outcome of each. With
// stop it ends at the first that is not inserted, and the rest has no outcome.
func InsertEach(list []Insertion, stop bool, insert func(Insertion) error) (outcomes []error) {
	for _, one := range list {
		err := insert(one)
		outcomes = append(outcomes, err)
		if err != nil && stop {
			break
		}
	}
	return outcomes
}

// RefusesInsert reports whether an error of Insert says that the customer was not written,
// and why; any other is a failure of the engine.
func RefusesInsert(err error) bool {
	_, full := errors.AsType[Full](err)
	return full || errors.Is(err, ErrExists) || errors.Is(err, ErrStale) || errors.Is(err, ErrParentGone)
}
