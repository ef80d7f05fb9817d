package seal_test

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
	"testing"

	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// The key of a tenant is derived once: a fingerprint of a tenant that is known allocates
// much less than the first one.
func TestTheFingerprintKeyOfATenantIsDerivedOnce(t *testing.T) {
	ring, err := seal.Generate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if ring, err = ring.AddVersion(rand.Reader, 0); err != nil {
		t.Fatal(err)
	}
	tenant, value := tenancy.ID{1}, secret.New("000000000")
	ring.Fingerprint(tenant, "bank", value)
	again := testing.AllocsPerRun(100, func() { ring.Fingerprint(tenant, "bank", value) })
	next := byte(1)
	first := testing.AllocsPerRun(100, func() {
		next++
		ring.Fingerprint(tenancy.ID{next}, "bank", value)
	})
	if again > first/2 {
		t.Errorf("a fingerprint allocates %v times for a known tenant and %v times for a new one", again, first)
	}
}

// Fingerprints of many more tenants than keys are kept for, made at once from several
// goroutines and under rings that share their keys, are what a ring that knows no tenant
// makes: no key is mistaken for another.
func TestFingerprintsDoNotDependOnWhichKeysAreKept(t *testing.T) {
	t.Parallel()
	old, err := seal.Generate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ring, err := old.AddVersion(rand.Reader, 0)
	if err != nil {
		t.Fatal(err)
	}
	path := t.TempDir() + "/ring"
	if err := seal.Save(ring, path); err != nil {
		t.Fatal(err)
	}
	const tenants = 5000
	value := secret.New("000000000")
	idOf := func(n int) (id tenancy.ID) {
		binary.BigEndian.PutUint32(id[:], uint32(n))
		return id
	}
	var group sync.WaitGroup
	made := make([][]string, 4)
	for worker := range made {
		group.Go(func() {
			under := ring
			if worker%2 > 0 {
				under = ring.DropOld()
			}
			for n := range tenants {
				made[worker] = append(made[worker], under.Fingerprint(idOf(n), "bank", value))
			}
		})
	}
	group.Wait()
	seen := map[string]bool{}
	for n, want := range made[0] {
		for worker := range made {
			if made[worker][n] != want {
				t.Fatalf("tenant %d has two fingerprints of one value", n)
			}
		}
		if seen[want] {
			t.Fatalf("tenant %d shares a fingerprint with another", n)
		}
		seen[want] = true
		if n%500 > 0 {
			continue
		}
		fresh, err := seal.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := fresh.Fingerprint(idOf(n), "bank", value); got != want {
			t.Errorf("a ring that knows no tenant makes %s, not %s", got, want)
		}
	}
}
