package seal_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"tenantry/internal/fault"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

const field = "legalEntity.personalTaxId"

var (
	alice  = tenancy.Ref{Tenant: tenancy.ID{1}, ID: tenancy.ID{2}}
	taxID  = secret.New("123-45-6789")
	moment = time.Date(2026, 3, 4, 5, 6, 7, 8, time.UTC)
)

func newRing(t testing.TB, options ...seal.Option) *seal.Ring {
	t.Helper()
	ring, err := seal.Generate(rand.Reader, options...)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

func addVersion(t testing.TB, ring *seal.Ring) *seal.Ring {
	t.Helper()
	next, err := ring.AddVersion(rand.Reader, 0)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func sealed(t testing.TB, ring *seal.Ring, plain secret.Text) []byte {
	t.Helper()
	out, err := ring.Seal(alice, tenancy.ID{}, field, plain)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// mustNotOpen demands an internal error and no value.
func mustNotOpen(t testing.TB, ring *seal.Ring, ref tenancy.Ref, name string, value []byte) {
	t.Helper()
	plain, err := ring.Unseal(ref, tenancy.ID{}, name, value)
	if err == nil {
		t.Fatalf("%s of %s opened a value that is not its own", name, ref)
	}
	if !plain.Empty() {
		t.Errorf("a value came along with the error %v", err)
	}
	if fault.KindOf(err) != fault.Internal {
		t.Errorf("the error is of kind %d, not an internal one: %v", fault.KindOf(err), err)
	}
	if len(value) > 0 && (strings.Contains(err.Error(), string(value)) || strings.Contains(err.Error(), taxID.Reveal())) {
		t.Errorf("the error shows bytes: %v", err)
	}
}

// flips calls try with every one-bit change of value.
func flips(value []byte, try func(changed []byte)) {
	for bit := range 8 * len(value) {
		changed := bytes.Clone(value)
		changed[bit/8] ^= 1 << (bit % 8)
		try(changed)
	}
}
