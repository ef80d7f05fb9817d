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

// SameFingerprint reports whether two fingerprints of the customer's are of one value, also
// if a rotation of the key ring has made only one of them anew.
func SameFingerprint(d *registry.Draft, a, b string) bool {
	first, err := d.Sealer().Relink(d.Customer.Tenant, a)
	if err != nil {
		return a == b
	}
	second, err := d.Sealer().Relink(d.Customer.Tenant, b)
	return err == nil && first == second
}

// NewestFingerprint returns a fingerprint that was made earlier as it is made now.
func NewestFingerprint(d *registry.Draft, fingerprint string) string {
	newest, err := d.Sealer().Relink(d.Customer.Tenant, fingerprint)
	d.Fail(err)
	return newest
}
