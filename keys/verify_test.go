package keys_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
)

// Both keys of a pair are accepted; each is compared once and remembered after.
func TestAKeyIsComparedOnce(t *testing.T) {
	t.Parallel()
	v, hashes := newVerifier(t, keys.VerifierOptions{})
	entry, pair := mintPair(t, 1)
	for range 3 {
		for _, text := range []secret.Text{pair.Secret, pair.Publishable} {
			if err := authenticate(t.Context(), v, []keys.Entry{entry}, text, "192.0.2.1"); err != nil {
				t.Fatal(err)
			}
		}
	}
	wantRuns(t, hashes, 2)
}

// A remembered key does not open another hash: memory is of a key and a hash together.
func TestMemoryIsOfKeyAndHashTogether(t *testing.T) {
	t.Parallel()
	v, hashes := newVerifier(t, keys.VerifierOptions{})
	entry, pair := mintPair(t, 1)
	other, _ := mintPair(t, 1)
	if err := authenticate(t.Context(), v, []keys.Entry{entry}, pair.Secret, ""); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, authenticate(t.Context(), v, []keys.Entry{other}, pair.Secret, ""))
	wantRuns(t, hashes, 2)
}

// A key that is malformed, unknown, dead or without a hash costs no slow hash.
func TestWhatCannotBeRightCostsNoSlowHash(t *testing.T) {
	t.Parallel()
	v, hashes := newVerifier(t, keys.VerifierOptions{})
	entry, pair := mintPair(t, 1)
	text := pair.Secret.Reveal()
	revoked, _ := keys.Revoke([]keys.Entry{entry}, 1, start)
	flipped := "0"
	if strings.HasSuffix(text, flipped) {
		flipped = "1"
	}
	wantRefused(t, authenticate(t.Context(), v, []keys.Entry{entry}, secret.New(text[:len(text)-1]+flipped), ""))
	wantRefused(t, authenticate(t.Context(), v, revoked, pair.Secret, ""))
	wantRefused(t, authenticate(t.Context(), v, nil, pair.Secret, ""))
	wantRefused(t, v.Verify(t.Context(), keys.Presented{}, proofOf(entry), ""))
	wantRefused(t, v.Verify(t.Context(), parse(t, pair.Secret), keys.Proof{}, ""))
	wantRuns(t, hashes, 0)
}

// A failure is not remembered: it neither turns into a success nor spoils the right key.
func TestFailuresAreNotRemembered(t *testing.T) {
	t.Parallel()
	v, hashes := newVerifier(t, keys.VerifierOptions{})
	entry, pair := mintPair(t, 1)
	for range 2 {
		wantRefused(t, v.Verify(t.Context(), wrongSecret(t, 1, 1), proofOf(entry), ""))
	}
	if err := v.Verify(t.Context(), parse(t, pair.Secret), proofOf(entry), ""); err != nil {
		t.Error(err)
	}
	wantRuns(t, hashes, 3)
}

// The slow hash never sees more than the 72 bytes it would use, for the longest password
// as for keys.
func TestTheSlowHashSeesAllItIsGiven(t *testing.T) {
	t.Parallel()
	v, hashes := newVerifier(t, keys.VerifierOptions{})
	entry, pair := mintPair(t, 1)
	if err := authenticate(t.Context(), v, []keys.Entry{entry}, pair.Secret, ""); err != nil {
		t.Fatal(err)
	}
	if got := hashes.longest.Load(); got != keys.RandomLength {
		t.Errorf("of a key it saw %d bytes, want the random part of %d", got, keys.RandomLength)
	}
	long := strings.Repeat("🔑", 127)
	hash, err := keys.HashPassword(secret.New(long+"a"), 4)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.VerifyPassword(t.Context(), "ada", hash, secret.New(long+"a"), ""); err != nil {
		t.Error(err)
	}
	wantRefused(t, v.VerifyPassword(t.Context(), "ada", hash, secret.New(long+"b"), ""))
	if got := hashes.longest.Load(); got > 72 {
		t.Errorf("it saw %d bytes", got)
	}
}

// A damaged hash is a fault of ours: the caller is not told that its key is wrong, and it
// does not count as a failure.
func TestADamagedHashIsOurFault(t *testing.T) {
	t.Parallel()
	v, _ := newVerifier(t, keys.VerifierOptions{FailuresPerKeyPerMinute: 1})
	_, pair := mintPair(t, 1)
	for range 2 {
		err := v.Verify(t.Context(), parse(t, pair.Secret), keys.Proof{Hash: []byte("no hash")}, "192.0.2.1")
		if fault.KindOf(err) != fault.Internal || err == nil {
			t.Errorf("got %v", err)
		}
	}
}

// A request that has ended is refused before any work is done for it; a remembered key is
// still answered.
func TestAnEndedRequestCostsNoSlowHash(t *testing.T) {
	t.Parallel()
	entry, pair := mintPair(t, 1)
	p := parse(t, pair.Secret)
	synctest.Test(t, func(t *testing.T) {
		v, hashes := newVerifier(t, keys.VerifierOptions{})
		reason := errors.New("the client hung up")
		ended, cancel := context.WithCancelCause(t.Context())
		cancel(reason)
		err := v.Verify(ended, p, proofOf(entry), "")
		synctest.Wait()
		wantKind(t, err, fault.Unavailable, fault.CodeUnavailable)
		if !errors.Is(err, reason) {
			t.Errorf("the cause is lost in %v", err)
		}
		wantRuns(t, hashes, 0)
		if err := v.Verify(t.Context(), p, proofOf(entry), ""); err != nil {
			t.Fatal(err)
		}
		if err := v.Verify(ended, p, proofOf(entry), ""); err != nil {
			t.Errorf("a remembered key was refused: %v", err)
		}
	})
}

// A verifier that cannot be trusted is not made.
func TestNewVerifierRefusals(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]keys.VerifierOptions{
		"memory below zero":      {Remembered: -1},
		"concurrency below zero": {Concurrency: -1},
		"key limit below zero":   {FailuresPerKeyPerMinute: -1},
		"address limit below 0":  {FailuresPerAddressPerMinute: -1},
		"log-ins below zero":     {LoginsPerMinute: -1},
		"their address below 0":  {LoginsPerAddressPerMinute: -1},
		"passwords below zero":   {PasswordConcurrency: -1},
		"cost below bcrypt's":    {PasswordCost: 3},
		"cost above bcrypt's":    {PasswordCost: 32},
		"no randomness":          {Random: strings.NewReader("short")},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := keys.NewVerifier(options); err == nil {
				t.Errorf("%s: accepted", name)
			}
		})
	}
}
