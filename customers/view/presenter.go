package view

import (
	"crypto/rand"
	"time"

	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/tenancy"
)

// Unsealer opens sealed values of customers.
type Unsealer interface {
	Unseal(ref tenancy.Ref, part tenancy.ID, kind string, sealed []byte) (secret.Text, error)
}

// Presenter makes the representations of customers. It is safe for concurrent use.
type Presenter struct {
	catalog *plans.Catalog
	mode    keys.Mode
	sealer  Unsealer
	now     func() time.Time
	secret  string // of the marks of holes
}

// New returns a Presenter for the plans and the mode of an installation.
func New(catalog *plans.Catalog, mode keys.Mode, sealer Unsealer, now func() time.Time) *Presenter {
	return &Presenter{catalog: catalog, mode: mode, sealer: sealer, now: now, secret: rand.Text()}
}
