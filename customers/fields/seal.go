package fields

import (
	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/secret"
)

// SealLastFour returns the last four digits of a Social Security number sealed; unlike
// those of other sealed values, all of them may show.
func SealLastFour(d *registry.Draft, old *customers.Sealed, last secret.Text) *customers.Sealed {
	sealed := d.Seal(old, customers.FieldPersonalTaxID, last, false)
	if sealed == nil || sealed.Last4 == last.Reveal() {
		return sealed
	}
	shown := *sealed
	shown.Last4 = last.Reveal()
	return &shown
}
