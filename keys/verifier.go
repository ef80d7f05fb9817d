package keys

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/sync/singleflight"
)

// VerifierOptions sets a Verifier up. Zero means the default; below zero is refused.
type VerifierOptions struct {
	// Remembered bounds how many verified keys are remembered; default 100,000,
	// some 15 MB when full.
	Remembered int
	// Concurrency bounds how many slow hashes run at once; default GOMAXPROCS.
	Concurrency int
	// FailuresPerKeyPerMinute is how many failures one key entry from one source, or one account,
	// may have at once, and how many it gets back each minute; default 30.
	FailuresPerKeyPerMinute int
	// FailuresPerAddressPerMinute is the same for one source address; default 60.
	FailuresPerAddressPerMinute int
	// Now is the clock of the failure limits; nil means time.Now.
	Now func() time.Time
	// Random makes the key under which verified keys are remembered; nil means crypto/rand.
	Random io.Reader
}

// Verifier compares presented secrets with their stored hashes. It is safe for
// concurrent use; one serves the process.
//
// A verified key is remembered, which is not a cache that could go stale: whether
// a secret fits a hash never changes, and whether the entry with that hash is
// still live is read from its record on every request, before Verify.
type Verifier struct {
	now        func() time.Time
	compare    func(hash, input []byte) error
	digests    *digests
	remembered *otter.Cache[digest, struct{}]
	flights    singleflight.Group
	gate       *gate
	perKey     *failures
	perAddress *failures
}

// NewVerifier makes a Verifier. It fails for an option below zero, or without randomness.
func NewVerifier(options VerifierOptions) (*Verifier, error) {
	if min(options.Remembered, options.Concurrency, options.FailuresPerKeyPerMinute, options.FailuresPerAddressPerMinute) < 0 {
		return nil, errors.New("making a verifier: an option is below zero")
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Random == nil {
		options.Random = rand.Reader
	}
	key := make([]byte, len(digest{}))
	if _, err := io.ReadFull(options.Random, key); err != nil {
		return nil, fmt.Errorf("reading randomness for a verifier: %w", err)
	}
	remembered, err := otter.New(&otter.Options[digest, struct{}]{MaximumSize: orDefault(options.Remembered, 100_000)})
	if err != nil {
		return nil, fmt.Errorf("making the map of verified keys: %w", err)
	}
	perKey, err := newFailures(orDefault(options.FailuresPerKeyPerMinute, 30))
	if err != nil {
		return nil, err
	}
	perAddress, err := newFailures(orDefault(options.FailuresPerAddressPerMinute, 60))
	if err != nil {
		return nil, err
	}
	return &Verifier{
		now: options.Now, compare: bcrypt.CompareHashAndPassword,
		digests: newDigests(key), remembered: remembered,
		gate:   newGate(orDefault(options.Concurrency, runtime.GOMAXPROCS(0))),
		perKey: perKey, perAddress: perAddress,
	}, nil
}

// Format prints the name of the type alone: what is inside is keyed by secrets,
// and changes under the hands of whoever prints it.
func (*Verifier) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "keys.Verifier") }

func orDefault(value, standard int) int {
	if value == 0 {
		return standard
	}
	return value
}
