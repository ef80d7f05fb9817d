package registry

import (
	"slices"

	"tenantry/customers"
	"tenantry/internal/fault"
)

// demanded gives the one version that a change must find: 0, which is any, for no
// demand (nil), else that of c, which must be among the demanded ones. It returns
// PreconditionFailed otherwise. An empty demand that is not nil allows none.
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
