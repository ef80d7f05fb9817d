package keys

import (
	"crypto/hkdf"
	"crypto/sha256"

	"tenantry/internal/secret"
)

const derivedBytes = 32

// Derive returns 32 bytes that only the holder of the whole key can make again, different
// for every label. It returns nil for the zero Presented, so that nothing is ever sealed
// under a key that a stranger could compute.
func (p Presented) Derive(label string) []byte { return DeriveFrom(p.text, label) }

// DeriveFrom is Derive for any presented credential, such as an access token. It returns
// nil for the empty text.
func DeriveFrom(text secret.Text, label string) []byte {
	if text.Empty() {
		return nil
	}
	derived, err := hkdf.Key(sha256.New, []byte(text.Reveal()), nil, label, derivedBytes)
	if err != nil {
		return nil
	}
	return derived
}
