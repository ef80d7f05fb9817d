package sandbox_test

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/sandbox"
)

// sample is the seed that operators find beside the other files for deployment.
func sample(t testing.TB) *sandbox.Seed {
	t.Helper()
	text, err := os.ReadFile("../../deploy/sandbox/seed.yaml")
	if err != nil {
		t.Fatal(err)
	}
	seed, err := sandbox.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return seed
}

func open(t testing.TB, seed *sandbox.Seed) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.Open(t.Context(), sandbox.Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// The same seed has the same ids and keys at every start and after a reset.
func TestASeedIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	began := time.Now()
	s := open(t, sample(t))
	t.Log("ready after", time.Since(began))
	first := s.Named()
	if diff := cmp.Diff(first, open(t, sample(t)).Named()); diff != "" {
		t.Errorf("another start differs:\n%s", diff)
	}
	if err := s.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, s.Named()); diff != "" {
		t.Errorf("a reset differs:\n%s", diff)
	}
	for _, n := range first {
		t.Log(n)
	}
}
