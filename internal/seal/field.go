package seal

import (
	"errors"
	"fmt"

	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Seal encrypts one field of one customer under the current key. The result opens for
// that tenant, customer and field only, and is 33 bytes longer than plain. An empty plain
// is sealed like any other. It returns an internal error if ref or field is empty (the
// value could never be opened again) and if no nonce can be read.
func (r *Ring) Seal(ref tenancy.Ref, field string, plain secret.Text) ([]byte, error) {
	if ref.Tenant.IsZero() || ref.ID.IsZero() || field == "" {
		return nil, fmt.Errorf("sealing %q of %s: %w", field, ref, errNameless)
	}
	under := r.inner.current
	bound := fieldBinding(under.version, ref, field)
	sealed, err := enclose(under.fields, r.inner.random, headerBytes, bound, plain.Reveal())
	if err != nil {
		return nil, fmt.Errorf("sealing %s of %s: %w", field, ref, err)
	}
	return sealed, nil
}

// errNameless is returned for a value that would be bound to nothing.
var errNameless = errors.New("a sealed value needs a tenant, a customer and a field")

// Unseal opens what Seal made for the same customer and field. Anything else,
// down to one flipped bit, is an internal error that shows nothing of the value.
func (r *Ring) Unseal(ref tenancy.Ref, field string, sealed []byte) (secret.Text, error) {
	under, err := r.inner.keyFor(sealed, markerField)
	if err != nil {
		return secret.Text{}, fmt.Errorf("unsealing %s of %s: %w", field, ref, err)
	}
	plain, err := disclose(under.fields, headerBytes, fieldBinding(under.version, ref, field), sealed)
	if err != nil {
		return secret.Text{}, fmt.Errorf("unsealing %s of %s: %w", field, ref, err)
	}
	opened := secret.New(string(plain))
	clear(plain)
	return opened, nil
}

// IsCurrent reports whether a field, or a box under the ring's own key, was sealed under
// the current version. It reads the header and does not open the value; for anything else
// it returns false.
func (r *Ring) IsCurrent(sealed []byte) bool {
	for _, marker := range []byte{markerField, markerRingBox} {
		if version, ok := versionOf(sealed, marker); ok {
			return version == r.Current()
		}
	}
	return false
}

// fieldBinding returns the additional data of a field: header, tenant and customer of
// fixed length, then the field with its length.
func fieldBinding(version uint32, ref tenancy.Ref, field string) []byte {
	size := headerBytes + len(ref.Tenant) + len(ref.ID) + lengthBytes + len(field)
	bound := appendHeader(make([]byte, 0, size), markerField, version)
	bound = append(bound, ref.Tenant[:]...)
	bound = append(bound, ref.ID[:]...)
	return appendText(bound, field)
}
