package registry

import (
	"io"

	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Sealer encrypts sensitive values; internal/seal implements it.
type Sealer interface {
	// Seal encrypts plain so that it opens for this customer, part and kind only; a zero
	// part is the customer itself.
	Seal(ref tenancy.Ref, part tenancy.ID, kind string, plain secret.Text) ([]byte, error)
	// Unseal opens what Seal made.
	Unseal(ref tenancy.Ref, part tenancy.ID, kind string, sealed []byte) (secret.Text, error)
	// IsCurrent reports whether sealed was made with the newest key.
	IsCurrent(sealed []byte) bool
	// Fingerprint is equal for equal values of one kind within one tenant.
	Fingerprint(tenant tenancy.ID, kind string, value secret.Text) string
	// Fingerprinting returns the Fingerprint of what is written, once all of it is.
	Fingerprinting(tenant tenancy.ID, kind string) (io.Writer, func() string)
	// Relink returns a stored fingerprint as Fingerprint makes it now: a rotation of the
	// key ring changes them.
	Relink(tenant tenancy.ID, fingerprint string) (string, error)
	// SealBox encrypts bytes under the given 32-byte key, or under the service's
	// own when key is nil; it opens under the same label only.
	SealBox(key []byte, label string, plain []byte) ([]byte, error)
	// OpenBox opens what SealBox made.
	OpenBox(key []byte, label string, box []byte) ([]byte, error)
}
