package doctor

import (
	"bytes"
	"crypto/rand"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// sealedUnder returns a customer whose date of birth is sealed under a ring.
func sealedUnder(t *testing.T, ring *seal.Ring, c *customers.Customer, plain string) *customers.Customer {
	t.Helper()
	box, err := ring.Seal(c.Ref(), tenancy.ID{}, customers.FieldIPAddress, secret.New(plain))
	if err != nil {
		t.Fatal(err)
	}
	next := *c
	next.Device = &customers.Device{IPAddress: &customers.Sealed{Box: box, Fingerprint: ring.Fingerprint(c.Tenant, customers.FieldIPAddress, secret.New(plain))}}
	return &next
}

// The digest is equal for the same customers in any order and under any key ring, and
// differs as soon as one of them does, in what is sealed too.
func TestTheDigestIsOfWhatIsHeld(t *testing.T) {
	t.Parallel()
	operator := storetest.Operator(time.Date(2025, time.March, 1, 12, 0, 0, 0, time.UTC))
	rings := make([]*seal.Ring, 2)
	for at := range rings {
		made, err := seal.Generate(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		rings[at] = made
	}
	one := storetest.Child(operator, storetest.Seed(1))
	two := storetest.Child(operator, storetest.Bare(), storetest.Seed(2))
	of := func(ring *seal.Ring, list ...*customers.Customer) string {
		t.Helper()
		var d digest
		for _, c := range list {
			if err := d.add(c, ring); err != nil {
				t.Fatal(err)
			}
		}
		return d.text()
	}
	relayed := *two
	relayed.Outbox = nil
	first := of(rings[0], sealedUnder(t, rings[0], one, "192.0.2.1"), two)
	if other := of(rings[1], &relayed, sealedUnder(t, rings[1], one, "192.0.2.1")); other != first {
		t.Errorf("in another order and under another ring: %s, first %s", other, first)
	}
	renamed := *two
	renamed.Name += "x"
	for name, other := range map[string]string{
		"one less":                   of(rings[0], sealedUnder(t, rings[0], one, "192.0.2.1")),
		"one twice":                  of(rings[0], sealedUnder(t, rings[0], one, "192.0.2.1"), two, two),
		"another name":               of(rings[0], sealedUnder(t, rings[0], one, "192.0.2.1"), &renamed),
		"another sealed value":       of(rings[0], sealedUnder(t, rings[0], one, "192.0.2.2"), two),
		"nothing":                    of(rings[0]),
		"a value that does not open": of(rings[1], sealedUnder(t, rings[0], one, "192.0.2.1"), two),
	} {
		t.Run(name, func(t *testing.T) {
			if other == first {
				t.Error("the digest is the same")
			}
		})
	}
}

// A disk that has no room for another copy of the store is told in time, and what is free
// is measured.
func TestTheDiskIsMeasured(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		size int64
		want Level
	}{"a small store": {1, OK}, "a store larger than what is free": {1 << 61, Warning}} {
		t.Run(name, func(t *testing.T) {
			f, err := checkDisk(t.Context(), &examination{Options: Options{Disk: t.TempDir(), Size: row.size}})
			if err != nil || f.Level != row.want || !bytes.Contains([]byte(f.Text), []byte("iB are free on the disk of ")) {
				t.Errorf("%+v, %v", f, err)
			}
		})
	}
}
