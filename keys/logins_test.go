package keys_test

import (
	"fmt"
	"testing"
	"time"

	"tenantry/internal/secret"
	"tenantry/keys"
)

// Strangers who fail at an account do not lock its user out: the same right
// password passes from another source.
func TestStrangersLockNoUserOut(t *testing.T) {
	t.Parallel()
	v, _ := newVerifier(t, keys.VerifierOptions{Now: newClock().now, LoginsPerMinute: 100})
	hash := hashed(t, "correct horse")
	for range 30 {
		wantRefused(t, v.VerifyPassword(t.Context(), "ada", hash, secret.New("wrong"), "198.51.100.7"))
	}
	wantLimited(t, v.VerifyPassword(t.Context(), "ada", hash, secret.New("wrong"), "198.51.100.7"), 2)
	if err := v.VerifyPassword(t.Context(), "ada", hash, secret.New("correct horse"), "192.0.2.1"); err != nil {
		t.Errorf("the user herself got %v", err)
	}
}

// Guessing from many places at once fills the wider bucket of the account: ten times as
// many failures as from one place, whether the user exists or not.
func TestDistributedGuessingIsLimited(t *testing.T) {
	t.Parallel()
	for name, hash := range map[string][]byte{"a user": hashed(t, "correct horse"), "nobody": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := newClock()
			v, hashes := newVerifier(t, keys.VerifierOptions{Now: clock.now, PasswordCost: 4, FailuresPerKeyPerMinute: 2})
			guess := func(i int) error {
				return v.VerifyPassword(t.Context(), "ada", hash, secret.New("wrong"), fmt.Sprintf("198.51.100.%d", i))
			}
			for i := range 20 {
				wantRefused(t, guess(i))
			}
			wantLimited(t, guess(20), 3)
			wantRuns(t, hashes, 20)
			clock.advance(3 * time.Second)
			wantRefused(t, guess(21))
		})
	}
}

// Log-ins are limited when they succeed too: those of an account from one source, and
// those of one source over all accounts. Neither limit holds for other sources, and a
// refused log-in costs no slow hash.
func TestGoodLoginsAreLimited(t *testing.T) {
	t.Parallel()
	clock := newClock()
	v, hashes := newVerifier(t, keys.VerifierOptions{Now: clock.now, LoginsPerAddressPerMinute: 22})
	hash := hashed(t, "correct horse")
	login := func(account, address string) error {
		return v.VerifyPassword(t.Context(), account, hash, secret.New("correct horse"), address)
	}
	passes := func(account, address string) {
		t.Helper()
		if err := login(account, address); err != nil {
			t.Errorf("%s at %s got %v", account, address, err)
		}
	}
	for range 20 {
		passes("ada", "192.0.2.1")
	}
	wantLimited(t, login("ada", "192.0.2.1"), 3)
	passes("ada", "192.0.2.2")
	passes("ben", "192.0.2.1")
	passes("cleo", "192.0.2.1")
	wantLimited(t, login("dora", "192.0.2.1"), 3)
	wantRuns(t, hashes, 23)
	clock.advance(3 * time.Second)
	passes("ada", "192.0.2.1")
}

// Log-ins are counted by how they ended, those of names that nobody has among the wrong ones.
func TestLoginsAreCounted(t *testing.T) {
	t.Parallel()
	v, _ := newVerifier(t, keys.VerifierOptions{Now: newClock().now, PasswordCost: 4, LoginsPerMinute: 3})
	hash := hashed(t, "correct horse")
	for range 2 {
		if err := v.VerifyPassword(t.Context(), "ada", hash, secret.New("correct horse"), "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	}
	wantRefused(t, v.VerifyPassword(t.Context(), "ada", hash, secret.New("wrong"), "192.0.2.1"))
	wantRefused(t, v.VerifyPassword(t.Context(), "nobody", nil, secret.New("wrong"), "192.0.2.1"))
	if v.VerifyPassword(t.Context(), "ada", hash, secret.New("correct horse"), "192.0.2.1") == nil {
		t.Error("a fourth log-in in a minute is let in")
	}
	if good, wrong, limited := v.Logins(); good != 2 || wrong != 2 || limited != 1 {
		t.Errorf("counted %d good, %d wrong and %d limited", good, wrong, limited)
	}
	if ofKeys, ofPasswords := v.Waiting(); ofKeys != 0 || ofPasswords != 0 {
		t.Errorf("%d keys and %d passwords are said to wait", ofKeys, ofPasswords)
	}
}
