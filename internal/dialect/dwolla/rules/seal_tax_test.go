package rules

import (
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/secret"
	"tenantry/internal/store/memory"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/tenancy"
)

// unableSealer has fingerprints and seals nothing.
type unableSealer struct{ registry.Sealer }

func (unableSealer) Fingerprint(tenancy.ID, string, secret.Text) string { return "f" }

func (unableSealer) Seal(tenancy.Ref, tenancy.ID, string, secret.Text) ([]byte, error) {
	return nil, errors.New("no randomness")
}

// Where sealing fails, the last four digits of a Social Security number fail the
// request; they are neither kept nor a crash.
func TestLastFourDigitsThatCannotBeSealed(t *testing.T) {
	t.Parallel()
	catalog, err := plans.NewCatalog(plans.Defaults())
	if err != nil {
		t.Fatal(err)
	}
	r, err := registry.New(registry.Options{
		Store: memory.New(), Sealer: unableSealer{}, View: view.New(catalog, keys.Test, nil, time.Now), Plans: catalog, Now: time.Now, Random: rand.Reader,
	})
	if err != nil {
		t.Fatal(err)
	}
	d := r.Probe(tenancy.Caller{}, &customers.Customer{})
	if sealed := sealTax(d, nil, secret.New("6789"), "ssn", whole); sealed != nil || d.Err() == nil {
		t.Errorf("it gives %+v and the error %v", sealed, d.Err())
	}
}
