package keys

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/sync/singleflight"

	"tenantry/internal/fault"
)

// VerifierOptions configures a Verifier. Zero means the default; below zero is refused.
type VerifierOptions struct {
	// Remembered bounds how many verified keys are remembered; default 100,000,
	// some 15 MB when full.
	Remembered int
	// Concurrency bounds how many keys are compared or minted at once; default half of
	// GOMAXPROCS, at least 1.
	Concurrency int
	// PasswordConcurrency bounds how many passwords are hashed or compared at once;
	// default a quarter of GOMAXPROCS, at least 1. By default keys and passwords together
	// take half of GOMAXPROCS, at least 2.
	PasswordConcurrency int
	// TagKey is what tags of keys are made under, the same on every process of an
	// installation; empty makes none and looks at none.
	TagKey []byte
	// PasswordCost is the bcrypt cost of new passwords, 4 to 31, and decides how long an
	// unknown user name takes; default DefaultPasswordCost, whose comment says what a
	// change means.
	PasswordCost int
	// FailuresPerKeyPerMinute is how many failures one key entry, or one account, may
	// have at once from one source, and how many it gets back each minute; default 30. An
	// account may have ten times as many from all sources together.
	FailuresPerKeyPerMinute int
	// FailuresPerAddressPerMinute is the same for one source address; default 60.
	FailuresPerAddressPerMinute int
	// LoginsPerMinute is how many log-ins, good ones too, one account may have at
	// once from one source, and how many it gets back each minute; default 20.
	LoginsPerMinute int
	// LoginsPerAddressPerMinute is the same for all accounts of one source address;
	// default 120.
	LoginsPerAddressPerMinute int
	// Now is the clock of the failure limits; nil means time.Now.
	Now func() time.Time
	// Random makes the key under which verified keys are remembered; nil means crypto/rand.
	Random io.Reader
}

// Verifier compares presented secrets with their stored hashes. It is safe for concurrent
// use; one serves the process.
//
// A verified key is remembered. That memory cannot go stale: whether a secret fits a hash
// never changes, and whether the entry with that hash is still live is read from its
// record on every request, before Verify.
type Verifier struct {
	now        func() time.Time
	compare    func(hash, input []byte) error
	digests    *digests
	remembered *otter.Cache[digest, struct{}]
	flights    singleflight.Group
	gate       *gate
	tags       *tags
	// Failures of a key or account from one source, of an account from all sources, and
	// of one address.
	perKey, perAccount, perAddress *failures

	passwords *gate
	// signedIn remembers from where accounts signed in.
	signedIn     *otter.Cache[digest, struct{}]
	passwordCost int
	decoyHash    []byte
	// outcomes counts log-ins by how they ended.
	outcomes struct{ good, wrong, limited atomic.Int64 }
	// All log-ins, of an account from one source and of one address.
	logins, addressLogins *failures
}

// Waiting returns how many keys and how many passwords wait for their hash.
func (v *Verifier) Waiting() (ofKeys, ofPasswords int) {
	for class := range classes {
		ofKeys += v.gate.slots.Waiting(class)
		ofPasswords += v.passwords.slots.Waiting(class)
	}
	return ofKeys, ofPasswords
}

// Logins returns how many log-ins were good, had a wrong name or password, and were refused
// because there were too many.
func (v *Verifier) Logins() (good, wrong, limited int64) {
	return v.outcomes.good.Load(), v.outcomes.wrong.Load(), v.outcomes.limited.Load()
}

// countOutcome counts a log-in by how it ended; one that could not be checked is none.
func (v *Verifier) countOutcome(err error) {
	switch {
	case err == nil:
		v.outcomes.good.Add(1)
	case fault.KindOf(err) == fault.Unauthenticated:
		v.outcomes.wrong.Add(1)
	case fault.KindOf(err) == fault.RateLimited:
		v.outcomes.limited.Add(1)
	}
}

// allSources is how many times as many failures an account may have from all sources
// together as from one.
const allSources = 10

// NewVerifier makes a Verifier. It fails for an option below zero, a cost that
// bcrypt does not have, or without randomness.
func NewVerifier(options VerifierOptions) (*Verifier, error) {
	if min(options.Remembered, options.Concurrency, options.PasswordConcurrency, options.FailuresPerKeyPerMinute,
		options.FailuresPerAddressPerMinute, options.LoginsPerMinute, options.LoginsPerAddressPerMinute) < 0 {
		return nil, errors.New("making a verifier: an option is below zero")
	}
	cost := orDefault(options.PasswordCost, DefaultPasswordCost)
	if cost < bcrypt.MinCost || cost > bcrypt.MaxCost {
		return nil, fmt.Errorf("making a verifier: bcrypt cost %d is not between %d and %d", cost, bcrypt.MinCost, bcrypt.MaxCost)
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
	signedIn, err := otter.New(&otter.Options[digest, struct{}]{MaximumSize: countedFailures})
	if err != nil {
		return nil, fmt.Errorf("making the map of log-ins: %w", err)
	}
	tags, err := newTags(options.TagKey)
	if err != nil {
		return nil, err
	}
	v := &Verifier{
		now: options.Now, compare: bcrypt.CompareHashAndPassword,
		digests: newDigests(key), remembered: remembered,
		tags: tags, signedIn: signedIn,
		passwordCost: cost, decoyHash: decoyHash(cost),
	}
	v.gate, v.passwords = newGates(options.Concurrency, options.PasswordConcurrency)
	if err := v.makeLimits(options); err != nil {
		return nil, err
	}
	return v, nil
}

func (v *Verifier) makeLimits(options VerifierOptions) error {
	perKey := orDefault(options.FailuresPerKeyPerMinute, 30)
	for _, limit := range []struct {
		of        **failures
		perMinute int
	}{
		{&v.perKey, perKey},
		{&v.perAccount, allSources * perKey},
		{&v.perAddress, orDefault(options.FailuresPerAddressPerMinute, 60)},
		{&v.logins, orDefault(options.LoginsPerMinute, 20)},
		{&v.addressLogins, orDefault(options.LoginsPerAddressPerMinute, 120)},
	} {
		made, err := newFailures(limit.perMinute)
		if err != nil {
			return err
		}
		*limit.of = made
	}
	return nil
}

// Format prints the name of the type alone: its content is keyed by secrets, and changes
// while it is printed.
func (*Verifier) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "keys.Verifier") }

func orDefault(value, standard int) int {
	if value == 0 {
		return standard
	}
	return value
}
