package keys_test

import (
	"testing"
	"time"

	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// After 30 failures from one source a key entry is limited there, whichever secret is
// shown, without another slow hash. Other entries are not, nor is its holder elsewhere;
// half a token per second comes back.
func TestFailuresOfAnEntryAreLimited(t *testing.T) {
	t.Parallel()
	time0 := newClock()
	v, hashes := newVerifier(t, keys.VerifierOptions{Now: time0.now})
	entry, pair := mintPair(t, 1)
	for i := range 30 {
		wantRefused(t, v.Verify(t.Context(), wrongSecret(t, 1, uint16(i)), proofOf(entry), ""))
	}
	wantLimited(t, v.Verify(t.Context(), parse(t, pair.Secret), proofOf(entry), ""), 2)
	wantRuns(t, hashes, 30)
	if err := v.Verify(t.Context(), parse(t, pair.Secret), proofOf(entry), "192.0.2.9"); err != nil {
		t.Errorf("failures elsewhere locked the holder out: %v", err)
	}

	wantRefused(t, v.Verify(t.Context(), wrongSecret(t, 2, 1), proofOf(entry), ""))
	stranger := owner
	stranger.ID = tenancy.ID{1}
	other := parse(t, secret.New(keys.Compose(keys.Secret, keys.Test, stranger, 1, sampleRandom)))
	wantRefused(t, v.Verify(t.Context(), other, proofOf(entry), ""))

	time0.advance(time.Second)
	wantLimited(t, v.Verify(t.Context(), wrongSecret(t, 1, 99), proofOf(entry), ""), 1)
	time0.advance(time.Second)
	wantRefused(t, v.Verify(t.Context(), wrongSecret(t, 1, 99), proofOf(entry), ""))
	wantLimited(t, v.Verify(t.Context(), wrongSecret(t, 1, 99), proofOf(entry), ""), 2)
}

// Wrong keys of a dead entry and of a customer that does not exist are limited as those of
// a live entry are: after as many, and for as long, so that limits tell nobody which live.
func TestWrongKeysAreLimitedWhoeverTheyName(t *testing.T) {
	t.Parallel()
	v, hashes := newVerifier(t, keys.VerifierOptions{Now: newClock().now})
	for range 30 {
		wantRefused(t, v.Refuse(wrongSecret(t, 1, 1), "192.0.2.1"))
	}
	wantLimited(t, v.Refuse(wrongSecret(t, 1, 2), "192.0.2.1"), 2)
	wantRefused(t, v.Refuse(wrongSecret(t, 1, 1), "192.0.2.2"))
	wantRefused(t, v.Refuse(wrongSecret(t, 2, 1), "192.0.2.1"))
	few, _ := newVerifier(t, keys.VerifierOptions{Now: newClock().now, FailuresPerAddressPerMinute: 3})
	for i := range 3 {
		wantRefused(t, few.Refuse(wrongSecret(t, int32(i+1), 1), "192.0.2.1"))
	}
	wantLimited(t, few.Refuse(wrongSecret(t, 9, 1), "192.0.2.1"), 20)
	wantRuns(t, hashes, 0)
}

// A remembered key passes while strangers fail at its entry: they cannot lock out a
// holder that is already known.
func TestARememberedKeyPassesTheLimits(t *testing.T) {
	t.Parallel()
	v, _ := newVerifier(t, keys.VerifierOptions{Now: newClock().now, FailuresPerKeyPerMinute: 1, FailuresPerAddressPerMinute: 1})
	entry, pair := mintPair(t, 1)
	good := parse(t, pair.Secret)
	if err := v.Verify(t.Context(), good, proofOf(entry), "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, v.Verify(t.Context(), wrongSecret(t, 1, 1), proofOf(entry), "192.0.2.1"))
	wantLimited(t, v.Verify(t.Context(), wrongSecret(t, 1, 2), proofOf(entry), "192.0.2.1"), 60)
	if err := v.Verify(t.Context(), good, proofOf(entry), "192.0.2.1"); err != nil {
		t.Errorf("the remembered key got %v", err)
	}
}

// Only failures count: any number of successes leaves the limit untouched.
func TestSuccessesDoNotCount(t *testing.T) {
	t.Parallel()
	v, hashes := newVerifier(t, keys.VerifierOptions{Now: newClock().now, FailuresPerAddressPerMinute: 1})
	for number := int32(1); number <= 5; number++ {
		entry, pair := mintPair(t, number)
		if err := v.Verify(t.Context(), parse(t, pair.Secret), proofOf(entry), "192.0.2.1"); err != nil {
			t.Error(err)
		}
	}
	wantRuns(t, hashes, 5)
}

// An address is limited over all keys it tries, an IPv6 one with its whole /64. Other
// addresses are not limited, and without an address nothing is.
func TestFailuresOfAnAddressAreLimited(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, first, second string
		shared              bool
	}{
		{"the same IPv4 address", "192.0.2.1", "192.0.2.1", true},
		{"its neighbor", "192.0.2.1", "192.0.2.2", false},
		{"the same, mapped into IPv6", "192.0.2.1", "::ffff:192.0.2.1", true},
		{"the same IPv6 network", "2001:db8:1:2::1", "2001:db8:1:2:ffff::1", true},
		{"another IPv6 network", "2001:db8:1:2::1", "2001:db8:1:3::1", false},
		{"an IPv6 zone", "fe80::1%eth0", "fe80::2%eth1", true},
		{"what is no address", "socket", "socket", true},
		{"no address", "", "", false},
	}
	entry, _ := mintPair(t, 1)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			v, _ := newVerifier(t, keys.VerifierOptions{Now: newClock().now})
			for number := int32(1); number <= 60; number++ {
				wantRefused(t, v.Verify(t.Context(), wrongSecret(t, number, 1), proofOf(entry), row.first))
			}
			err := v.Verify(t.Context(), wrongSecret(t, 61, 1), proofOf(entry), row.second)
			if row.shared {
				wantLimited(t, err, 1)
			} else {
				wantRefused(t, err)
			}
		})
	}
}
