package keys_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"golang.org/x/crypto/bcrypt"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
)

func hashed(t *testing.T, password string) []byte {
	t.Helper()
	hash, err := keys.HashPassword(secret.New(password), 4)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// A password is hashed at the requested cost, and never at one that bcrypt would replace
// with its own.
func TestPasswordCost(t *testing.T) {
	t.Parallel()
	if cost, err := bcrypt.Cost(hashed(t, "correct horse")); err != nil || cost != 4 {
		t.Errorf("cost %d, %v", cost, err)
	}
	for _, cost := range []int{-1, 0, 3, 32} {
		t.Run(fmt.Sprint(cost), func(t *testing.T) {
			if _, err := keys.HashPassword(secret.New("correct horse"), cost); err == nil {
				t.Errorf("cost %d was accepted", cost)
			}
		})
	}
}

// A login pays for its hash each time: a right password is not remembered.
func TestPasswordsAreNotRemembered(t *testing.T) {
	t.Parallel()
	v, hashes := newVerifier(t, keys.VerifierOptions{})
	hash := hashed(t, "correct horse")
	for range 2 {
		if err := v.VerifyPassword(t.Context(), "ada", hash, secret.New("correct horse"), ""); err != nil {
			t.Error(err)
		}
	}
	wantRefused(t, v.VerifyPassword(t.Context(), "ada", hash, secret.New("correct hors"), ""))
	wantRuns(t, hashes, 3)
}

// An outsider cannot find out which accounts exist: an unknown user costs a comparison at
// the cost of passwords, in the same words, under the same limits.
func TestAnUnknownUserLooksLikeAWrongPassword(t *testing.T) {
	t.Parallel()
	hash := hashed(t, "correct horse")
	var texts [2][]string
	for i, stored := range [][]byte{hash, nil} {
		v, hashes := newVerifier(t, keys.VerifierOptions{Now: newClock().now, FailuresPerKeyPerMinute: 2})
		for range 3 {
			texts[i] = append(texts[i], v.VerifyPassword(t.Context(), "ada", stored, secret.New("wrong horse"), "").Error())
		}
		wantLimited(t, v.VerifyPassword(t.Context(), "ada", stored, secret.New("wrong horse"), ""), 30)
		wantRuns(t, hashes, 2)
	}
	for i := range texts[0] {
		if texts[0][i] != texts[1][i] {
			t.Errorf("attempt %d: %q for a user, %q for none", i+1, texts[0][i], texts[1][i])
		}
	}
}

// A log-in of an unknown user fails whatever the decoy hash is compared with.
func TestAnUnknownUserNeverGetsIn(t *testing.T) {
	t.Parallel()
	v, err := keys.NewVerifier(keys.VerifierOptions{})
	if err != nil {
		t.Fatal(err)
	}
	v.WrapCompare(func(func(hash, input []byte) error) func(hash, input []byte) error {
		return func([]byte, []byte) error { return nil }
	})
	wantRefused(t, v.VerifyPassword(t.Context(), "ada", nil, secret.New("any"), ""))
}

// An unknown user takes the time of a password at the configured cost: the decoy hash has
// that cost and is one that bcrypt compares to the end.
func TestTheDecoyHashHasTheConfiguredCost(t *testing.T) {
	t.Parallel()
	for configured, want := range map[int]int{0: keys.DefaultPasswordCost, 4: 4, 10: 10, 16: 16} {
		t.Run(fmt.Sprint(configured), func(t *testing.T) {
			v, _ := newVerifier(t, keys.VerifierOptions{PasswordCost: configured})
			if cost, err := bcrypt.Cost(v.DecoyHash()); err != nil || cost != want {
				t.Errorf("the decoy hash has cost %d, %v, want %d", cost, err, want)
			}
		})
	}
	v, _ := newVerifier(t, keys.VerifierOptions{PasswordCost: 4})
	if err := bcrypt.CompareHashAndPassword(v.DecoyHash(), []byte("any")); !errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
		t.Errorf("comparing with it answers %v", err)
	}
	hash, err := v.HashPassword(t.Context(), owner.Tenant, secret.New("correct horse"))
	if cost, costErr := bcrypt.Cost(hash); errors.Join(err, costErr) != nil || cost != 4 {
		t.Errorf("a new password has cost %d, %v", cost, errors.Join(err, costErr))
	}
}

// Keys never wait for passwords, however many of those are being hashed.
func TestKeysDoNotWaitForPasswords(t *testing.T) {
	t.Parallel()
	hash := hashed(t, "correct horse")
	entry, pair := mintPair(t, 1)
	synctest.Test(t, func(t *testing.T) {
		v, _ := newVerifier(t, keys.VerifierOptions{Concurrency: 1, PasswordConcurrency: 1})
		open := heldPasswords(v)
		answers := logIns(t, v, hash, keys.PasswordsPerSlot+1)
		if err := v.Verify(t.Context(), parse(t, pair.Secret), proofOf(entry), ""); err != nil {
			t.Errorf("a key got %v", err)
		}
		close(open)
		for range keys.PasswordsPerSlot + 1 {
			if err := <-answers; err != nil {
				t.Error(err)
			}
		}
	})
}

// Few log-ins wait, beyond that a caller is told to come back; and new passwords of
// tenants have a queue of their own, as short.
func TestFewPasswordsWait(t *testing.T) {
	t.Parallel()
	hash := hashed(t, "correct horse")
	synctest.Test(t, func(t *testing.T) {
		v, _ := newVerifier(t, keys.VerifierOptions{PasswordConcurrency: 1, PasswordCost: 4})
		open := heldPasswords(v)
		answers := logIns(t, v, hash, keys.PasswordsPerSlot+1)
		fresh := make(chan error, keys.PasswordsPerSlot)
		for range keys.PasswordsPerSlot {
			go func() {
				_, err := v.HashPassword(t.Context(), owner.Tenant, secret.New("new password"))
				fresh <- err
			}()
		}
		synctest.Wait()
		_, err := v.HashPassword(t.Context(), owner.Tenant, secret.New("new password"))
		wantKind(t, err, fault.Unavailable, fault.CodeUnavailable)
		wantKind(t, v.VerifyPassword(t.Context(), "late", hash, secret.New("correct horse"), ""), fault.Unavailable, fault.CodeUnavailable)
		close(open)
		for range keys.PasswordsPerSlot + 1 {
			<-answers
		}
		for range keys.PasswordsPerSlot {
			if err := <-fresh; err != nil {
				t.Error(err)
			}
		}
		if _, err := v.HashPassword(t.Context(), owner.Tenant, secret.New("new password")); err != nil {
			t.Errorf("after the queue emptied: %v", err)
		}
	})
}

// heldPasswords makes comparisons of passwords wait until open is closed.
func heldPasswords(v *keys.Verifier) (open chan struct{}) {
	open = make(chan struct{})
	v.WrapCompare(func(compare func(hash, input []byte) error) func(hash, input []byte) error {
		return func(hash, input []byte) error {
			if len(input) != keys.RandomLength {
				<-open
			}
			return compare(hash, input)
		}
	})
	return open
}

// logIns starts log-ins of that many users and waits until all of them are blocked.
func logIns(t *testing.T, v *keys.Verifier, hash []byte, count int) chan error {
	answers := make(chan error, count)
	for i := range count {
		go func() {
			answers <- v.VerifyPassword(t.Context(), fmt.Sprint("user", i), hash, secret.New("correct horse"), "")
		}()
	}
	synctest.Wait()
	return answers
}

// An account and a key entry never share a limit, whatever the account is called.
func TestAccountsAndKeysAreCountedApart(t *testing.T) {
	t.Parallel()
	v, _ := newVerifier(t, keys.VerifierOptions{Now: newClock().now, FailuresPerKeyPerMinute: 1})
	hash := hashed(t, "correct horse")
	wantRefused(t, v.VerifyPassword(t.Context(), owner.String()+"/1", hash, secret.New("wrong"), ""))
	entry, pair := mintPair(t, 1)
	if err := v.Verify(t.Context(), parse(t, pair.Secret), proofOf(entry), ""); err != nil {
		t.Error(err)
	}
}

// A login whose request ends while it waits for a slot leaves the queue.
func TestALoginThatLeavesTheQueue(t *testing.T) {
	t.Parallel()
	hash := hashed(t, "correct horse")
	synctest.Test(t, func(t *testing.T) {
		v, hashes := newVerifier(t, keys.VerifierOptions{PasswordConcurrency: 1})
		open := held(v)
		answers := make(chan error, 2)
		login := func(ctx context.Context) {
			answers <- v.VerifyPassword(ctx, "ada", hash, secret.New("correct horse"), "")
		}
		go login(t.Context())
		synctest.Wait()
		leaving, leave := context.WithCancel(t.Context())
		go login(leaving)
		synctest.Wait()
		leave()
		wantKind(t, <-answers, fault.Unavailable, fault.CodeUnavailable)
		close(open)
		if err := <-answers; err != nil {
			t.Error(err)
		}
		wantRuns(t, hashes, 1)
	})
}
