package keys_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
)

// held makes the slow hash of v wait until open is closed.
func held(v *keys.Verifier) (open chan struct{}) {
	open = make(chan struct{})
	v.WrapCompare(func(compare func(hash, input []byte) error) func(hash, input []byte) error {
		return func(hash, input []byte) error {
			<-open
			return compare(hash, input)
		}
	})
	return open
}

// verifyAll starts one caller per key and returns their answers in that order.
func verifyAll(ctx context.Context, v *keys.Verifier, hash []byte, shown ...keys.Presented) []chan error {
	answers := make([]chan error, len(shown))
	for i, p := range shown {
		answers[i] = make(chan error, 1)
		go func() { answers[i] <- v.Verify(ctx, p, keys.Proof{Hash: hash}, "") }()
	}
	return answers
}

// Callers that show the same key at the same moment share one comparison.
func TestOneComparisonForTheSameKeyAtOnce(t *testing.T) {
	t.Parallel()
	entry, pair := mintPair(t, 1)
	p := parse(t, pair.Secret)
	synctest.Test(t, func(t *testing.T) {
		v, hashes := newVerifier(t, keys.VerifierOptions{Concurrency: 8})
		open := held(v)
		answers := verifyAll(t.Context(), v, entry.SecretHash, p, p, p, p, p, p, p, p, p, p)
		synctest.Wait()
		close(open)
		for _, answer := range answers {
			if err := <-answer; err != nil {
				t.Error(err)
			}
		}
		wantRuns(t, hashes, 1)
	})
}

// A caller that just missed another's comparison starts no second one. The clock, read
// between the look into memory and the comparison, stands in for the other caller.
func TestACallerThatJustMissedAComparison(t *testing.T) {
	t.Parallel()
	entry, pair := mintPair(t, 1)
	p := parse(t, pair.Secret)
	var v *keys.Verifier
	var nested atomic.Bool
	v, hashes := newVerifier(t, keys.VerifierOptions{Now: func() time.Time {
		if nested.CompareAndSwap(false, true) {
			if err := v.Verify(context.Background(), p, proofOf(entry), ""); err != nil {
				t.Error(err)
			}
		}
		return start
	}})
	if err := v.Verify(t.Context(), p, proofOf(entry), ""); err != nil {
		t.Error(err)
	}
	wantRuns(t, hashes, 1)
}

// A caller that leaves gets its answer at once and takes nothing from the others, even if
// the comparison was started for it, runs already or waits for its slot.
func TestACallerThatLeavesSpoilsNothing(t *testing.T) {
	t.Parallel()
	entry, pair := mintPair(t, 1)
	p := parse(t, pair.Secret)
	for name, before := range map[string][]keys.Presented{"running": nil, "waiting": {wrongSecret(t, 1, 1)}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				v, hashes := newVerifier(t, keys.VerifierOptions{Concurrency: 1})
				open := held(v)
				verifyAll(t.Context(), v, entry.SecretHash, before...)
				synctest.Wait()
				leaving, leave := context.WithCancel(t.Context())
				first := verifyAll(leaving, v, entry.SecretHash, p)[0]
				synctest.Wait()
				second := verifyAll(t.Context(), v, entry.SecretHash, p)[0]
				synctest.Wait()
				leave()
				wantKind(t, <-first, fault.Unavailable, fault.CodeUnavailable)
				close(open)
				if err := <-second; err != nil {
					t.Errorf("the caller that stayed got %v", err)
				}
				wantRuns(t, hashes, int64(len(before)+1))
			})
		})
	}
}

// Hanging up early does not make guessing free: the failure still counts.
func TestLeavingEarlyStillCounts(t *testing.T) {
	t.Parallel()
	entry, _ := mintPair(t, 1)
	synctest.Test(t, func(t *testing.T) {
		v, _ := newVerifier(t, keys.VerifierOptions{FailuresPerKeyPerMinute: 1, Now: newClock().now})
		open := held(v)
		leaving, leave := context.WithCancel(t.Context())
		answer := verifyAll(leaving, v, entry.SecretHash, wrongSecret(t, 1, 1))[0]
		synctest.Wait()
		leave()
		<-answer
		close(open)
		synctest.Wait()
		wantLimited(t, v.Verify(t.Context(), wrongSecret(t, 1, 2), proofOf(entry), ""), 60)
	})
}

// At most as many keys are compared at once as there are slots, and at most as many
// passwords as there are slots for passwords.
func TestSlowHashesAreBounded(t *testing.T) {
	t.Parallel()
	entry, _ := mintPair(t, 1)
	synctest.Test(t, func(t *testing.T) {
		v, _ := newVerifier(t, keys.VerifierOptions{Concurrency: 2, PasswordConcurrency: 1})
		var running, most [2]atomic.Int64 // of keys, and of passwords
		step := make(chan struct{})
		v.WrapCompare(func(compare func(hash, input []byte) error) func(hash, input []byte) error {
			return func(hash, input []byte) error {
				kind := 0
				if len(input) != keys.RandomLength {
					kind = 1
				}
				most[kind].Store(max(most[kind].Load(), running[kind].Add(1)))
				defer running[kind].Add(-1)
				<-step
				return compare(hash, input)
			}
		})
		var shown []keys.Presented
		for i := range 5 {
			shown = append(shown, wrongSecret(t, 1, uint16(i)))
		}
		answers := verifyAll(t.Context(), v, entry.SecretHash, shown...)
		for range 3 {
			password := make(chan error, 1)
			go func() { password <- v.VerifyPassword(t.Context(), "ada", entry.SecretHash, secret.New("x"), "") }()
			answers = append(answers, password)
		}
		for range answers {
			synctest.Wait()
			step <- struct{}{}
		}
		for _, answer := range answers {
			wantRefused(t, <-answer)
		}
		if keysAtOnce, passwordsAtOnce := most[0].Load(), most[1].Load(); keysAtOnce != 2 || passwordsAtOnce != 1 {
			t.Errorf("%d keys and %d passwords ran at once, want 2 and 1", keysAtOnce, passwordsAtOnce)
		}
	})
}

// When the queue is full a caller is turned away at once and told to come back later.
func TestTheQueueIsBounded(t *testing.T) {
	t.Parallel()
	entry, _ := mintPair(t, 1)
	synctest.Test(t, func(t *testing.T) {
		v, _ := newVerifier(t, keys.VerifierOptions{Concurrency: 1})
		open := held(v)
		shown := make([]keys.Presented, keys.KeysPerSlot+1)
		for i := range shown {
			shown[i] = wrongSecret(t, 1, uint16(i))
		}
		answers := verifyAll(t.Context(), v, entry.SecretHash, shown...)
		synctest.Wait()
		err := v.Verify(t.Context(), wrongSecret(t, 1, 60_000), proofOf(entry), "")
		wantKind(t, err, fault.Unavailable, fault.CodeUnavailable)
		close(open)
		for _, answer := range answers {
			<-answer
		}
		if err := v.Verify(t.Context(), wrongSecret(t, 2, 1), proofOf(entry), ""); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("after the queue emptied: %v", err)
		}
	})
}

// Many wrong keys sent at once do not slip past the limit together: no more of them are
// compared than if they came one after the other.
func TestABurstDoesNotSlipPastTheLimit(t *testing.T) {
	t.Parallel()
	entry, _ := mintPair(t, 1)
	synctest.Test(t, func(t *testing.T) {
		v, hashes := newVerifier(t, keys.VerifierOptions{Concurrency: 1, Now: newClock().now})
		open := held(v)
		shown := make([]keys.Presented, 200)
		for i := range shown {
			shown[i] = wrongSecret(t, 1, uint16(i))
		}
		answers := verifyAll(t.Context(), v, entry.SecretHash, shown...)
		synctest.Wait()
		close(open)
		refused, limited := 0, 0
		for _, answer := range answers {
			switch fault.KindOf(<-answer) {
			case fault.Unauthenticated:
				refused++
			case fault.RateLimited:
				limited++
			}
		}
		if refused != 30 || limited != 170 {
			t.Errorf("%d refused, %d limited", refused, limited)
		}
		wantRuns(t, hashes, 30)
	})
}

// The limit of one address does not hit another that happens to show the same key at the
// same moment.
func TestALimitIsNotShared(t *testing.T) {
	t.Parallel()
	entry, pair := mintPair(t, 1)
	synctest.Test(t, func(t *testing.T) {
		v, _ := newVerifier(t, keys.VerifierOptions{Concurrency: 1, FailuresPerAddressPerMinute: 1, Now: newClock().now})
		open := held(v)
		from := func(address string, p keys.Presented) chan error {
			answer := make(chan error, 1)
			go func() { answer <- v.Verify(t.Context(), p, proofOf(entry), address) }()
			synctest.Wait()
			return answer
		}
		guess := from("192.0.2.1", wrongSecret(t, 2, 1))
		sameAddress := from("192.0.2.1", parse(t, pair.Secret))
		otherAddress := from("192.0.2.2", parse(t, pair.Secret))
		close(open)
		wantRefused(t, <-guess)
		wantLimited(t, <-sameAddress, 60)
		if err := <-otherAddress; err != nil {
			t.Errorf("the other address got %v", err)
		}
	})
}
