package keys_test

import (
	"context"
	"errors"
	"hash/crc32"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

var (
	start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	// owner has bytes in which a swap of tenant and customer would show.
	owner = tenancy.Ref{
		Tenant: tenancy.ID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
		ID:     tenancy.ID{0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc},
	}
	minter = keys.Minter{Mode: keys.Test}
)

// clock is a clock that tests move by hand.
type clock struct{ nanos atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.nanos.Store(start.UnixNano())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()).UTC() }
func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

// counter counts the slow hashes that ran and the longest input they saw.
type counter struct{ runs, longest atomic.Int64 }

func (c *counter) wrap(compare func(hash, input []byte) error) func(hash, input []byte) error {
	return func(hash, input []byte) error {
		c.runs.Add(1)
		for {
			seen := c.longest.Load()
			if int64(len(input)) <= seen || c.longest.CompareAndSwap(seen, int64(len(input))) {
				break
			}
		}
		return compare(hash, input)
	}
}

func newVerifier(t testing.TB, options keys.VerifierOptions) (*keys.Verifier, *counter) {
	t.Helper()
	v, err := keys.NewVerifier(options)
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{}
	v.WrapCompare(c.wrap)
	return v, c
}

func mintPair(t testing.TB, number int32) (keys.Entry, keys.Pair) {
	t.Helper()
	entry, pair, err := minter.Pair(t.Context(), owner, number, start)
	if err != nil {
		t.Fatal(err)
	}
	return entry, pair
}

func parse(t testing.TB, text secret.Text) keys.Presented {
	t.Helper()
	p, err := keys.Parse(text)
	if err != nil {
		t.Fatalf("a minted key was refused: %v", err)
	}
	return p
}

// wrongSecret returns a well-formed key of the entry that was never minted.
func wrongSecret(t testing.TB, number int32, nth uint16) keys.Presented {
	t.Helper()
	random := make([]byte, 21)
	random[0], random[1] = byte(nth>>8), byte(nth)
	return parse(t, secret.New(keys.Compose(keys.Secret, keys.Test, owner, number, random)))
}

// authenticate does what a server does with the text of a key.
func authenticate(ctx context.Context, v *keys.Verifier, entries []keys.Entry, text secret.Text, address string) error {
	p, err := keys.Parse(text)
	if err != nil {
		return err
	}
	_, proof, err := keys.Admit(entries, p, start)
	if err != nil {
		return err
	}
	return v.Verify(ctx, p, proof, address)
}

func wantKind(t testing.TB, err error, kind fault.Kind, code fault.Code) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind || fault.CodeOf(err) != code {
		t.Errorf("got %v, want kind %d, code %s", err, kind, code)
	}
}

func wantRefused(t testing.TB, err error) {
	t.Helper()
	wantKind(t, err, fault.Unauthenticated, fault.CodeCredentials)
}

func wantLimited(t testing.TB, err error, retryAfterSeconds int) {
	t.Helper()
	wantKind(t, err, fault.RateLimited, fault.CodeRateLimited)
	if e, ok := errors.AsType[*fault.Error](err); ok && e.RetryAfterSeconds != retryAfterSeconds {
		t.Errorf("retry after %d s, want %d", e.RetryAfterSeconds, retryAfterSeconds)
	}
}

func wantRuns(t testing.TB, c *counter, runs int64) {
	t.Helper()
	if got := c.runs.Load(); got != runs {
		t.Errorf("the slow hash ran %d times, want %d", got, runs)
	}
}

// resealed returns text with the checksum that fits what stands before it.
func resealed(text string) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	body := text[:keys.ChecksumAt]
	sum := uint64(crc32.ChecksumIEEE([]byte(body)))
	tail := make([]byte, len(text)-keys.ChecksumAt)
	for i := len(tail) - 1; i >= 0; i-- {
		tail[i] = digits[sum%62]
		sum /= 62
	}
	return body + string(tail)
}

// proofOf returns what the secret key of an untagged entry is verified against.
func proofOf(e keys.Entry) keys.Proof { return keys.Proof{Hash: e.SecretHash} }
