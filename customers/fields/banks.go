package fields

import (
	"reflect"

	"tenantry/customers"
)

// SameBank tells whether nothing but the stamps differs.
func SameBank(a, b customers.Bank) bool {
	a.LastUpdated = b.LastUpdated
	return reflect.DeepEqual(a, b)
}
