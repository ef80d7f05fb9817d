package seal

import (
	"errors"
	"fmt"

	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Seal encrypts one field of one customer under the current key. The result opens for
// that tenant, customer, part and field only, and is 33 bytes longer than plain. The part
// is the bank, owner or other thing of the customer that the field is of, and zero for a
// field of the customer itself. An empty plain is sealed like any other. It returns an
// internal error if ref or field is empty (the value could never be opened again) and if
// no nonce can be read.
func (r *Ring) Seal(ref tenancy.Ref, part tenancy.ID, field string, plain secret.Text) ([]byte, error) {
	if ref.Tenant.IsZero() || ref.ID.IsZero() || field == "" {
		return nil, fmt.Errorf("sealing %q of %s: %w", field, ref, errNameless)
	}
	under := r.inner.current
	bound := partBinding(under.version, ref, part, field)
	sealed, err := enclose(under.fields, r.inner.random, headerBytes, bound, plain.Reveal())
	if err != nil {
		return nil, fmt.Errorf("sealing %s of %s: %w", field, ref, err)
	}
	return sealed, nil
}

// errNameless is returned for a value that would be bound to nothing.
var errNameless = errors.New("a sealed value needs a tenant, a customer and a field")

// Unseal opens what Seal made for the same customer, part and field. Anything else, down
// to one flipped bit, is an internal error that shows nothing of the value. What a release
// sealed that did not bind parts opens for any part.
func (r *Ring) Unseal(ref tenancy.Ref, part tenancy.ID, field string, sealed []byte) (secret.Text, error) {
	marker := markerPart
	if len(sealed) > 0 && sealed[0] == markerField {
		marker = markerField
	}
	under, err := r.inner.keyFor(sealed, marker)
	if err != nil {
		return secret.Text{}, fmt.Errorf("unsealing %s of %s: %w", field, ref, err)
	}
	bound := partBinding(under.version, ref, part, field)
	if marker == markerField {
		bound = fieldBinding(under.version, ref, field)
	}
	plain, err := disclose(under.fields, headerBytes, bound, sealed)
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
	version, ok := VersionOf(sealed)
	return ok && version == r.Current()
}

// VersionOf returns the version of the key that a field, or a box under a ring's own key,
// was sealed under; ok is false for anything else. It does not open the value.
func VersionOf(sealed []byte) (version uint32, ok bool) {
	for _, marker := range []byte{markerPart, markerField, markerRingBox} {
		if version, ok := versionOf(sealed, marker); ok {
			return version, true
		}
	}
	return 0, false
}

// partBinding returns the additional data of a field of a part: header, tenant, customer
// and part of fixed length, then the field with its length.
func partBinding(version uint32, ref tenancy.Ref, part tenancy.ID, field string) []byte {
	size := headerBytes + len(ref.Tenant) + len(ref.ID) + len(part) + lengthBytes + len(field)
	bound := appendHeader(make([]byte, 0, size), markerPart, version)
	bound = append(bound, ref.Tenant[:]...)
	bound = append(bound, ref.ID[:]...)
	bound = append(bound, part[:]...)
	return appendText(bound, field)
}

// fieldBinding returns what earlier releases bound a field to.
func fieldBinding(version uint32, ref tenancy.Ref, field string) []byte {
	size := headerBytes + len(ref.Tenant) + len(ref.ID) + lengthBytes + len(field)
	bound := appendHeader(make([]byte, 0, size), markerField, version)
	bound = append(bound, ref.Tenant[:]...)
	bound = append(bound, ref.ID[:]...)
	return appendText(bound, field)
}
