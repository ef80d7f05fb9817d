package registry

import (
	"slices"

	"tenantry/customers"
	"tenantry/internal/fault"
)

// demanded returns the one version that a change must find: 0 for any when versions is
// nil, else the version of c. It returns PreconditionFailed when that is not among
// versions; an empty list that is not nil allows none.
func demanded(c *customers.Customer, versions []int64) (int64, error) {
	switch {
	case versions == nil:
		return 0, nil
	case !slices.Contains(versions, c.Version):
		return 0, changedSince()
	}
	return c.Version, nil
}

func changedSince() error {
	return fault.New(fault.PreconditionFailed, fault.CodePrecondition,
		"the customer was changed since you read it; read it again and repeat your change")
}
