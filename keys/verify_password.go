package keys

import (
	"context"
	"crypto/sha256"

	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// VerifyPassword checks that password fits hash, which HashPassword made. The result is
// never remembered: each log-in pays for its hash, under a gate of passwords alone.
// Log-ins of an account from where it signed in before go ahead of those of strangers.
// account names the password's owner, in any text; address is as in Verify.
//
// An empty hash stands for a user who does not exist: the comparison is made with the
// decoy hash and always fails. Pass the user name as typed (in its folded form, with the account that
// was named) as account in both cases; then neither time nor limits reveal which accounts exist.
//
// It returns Unauthenticated invalidCredentials; RateLimited after too many log-ins or
// failures at this account from there, from that address, or, far later, at this account
// from anywhere; Unavailable or an internal error, as Verify does.
func (v *Verifier) VerifyPassword(
	ctx context.Context, account string, hash []byte, password secret.Text, address string,
) error {
	err := v.verifyPassword(ctx, account, hash, password, address)
	v.countOutcome(err)
	return err
}

func (v *Verifier) verifyPassword(
	ctx context.Context, account string, hash []byte, password secret.Text, address string,
) error {
	from := account + "@" + Source(address)
	a := attempt{
		gate: v.passwords, turn: turn{stranger, Source(address)}, hash: hash, input: passwordInput(password), refusal: badLogin,
		// Per account and source, so that no stranger locks a user out; all sources
		// together count in a bucket so much wider that only guessing from many
		// places at once fills it.
		subjects: v.withAddress(address, v.perKey.named("account", from), v.perAccount.named("account", account)),
	}
	if err := limited(v.now(), a.subjects); err != nil {
		return err
	}
	if err := v.countLogin(from, address); err != nil {
		return err
	}
	place := digest(sha256.Sum256([]byte(from)))
	if _, known := v.signedIn.GetIfPresent(place); known {
		a.turn.class = recognized
	}
	if len(hash) > 0 {
		err := v.attempt(ctx, a)
		if err == nil {
			v.signedIn.Set(place, struct{}{})
		}
		return err
	}
	a.hash = v.decoyHash
	if err := v.attempt(ctx, a); err != nil {
		return err
	}
	return v.failed(a)
}

// countLogin counts a log-in, whether it will succeed or fail: a client that knows a
// password could otherwise keep the gate full with it.
func (v *Verifier) countLogin(from, address string) error {
	now := v.now()
	subjects := []subject{v.logins.named("account", from)}
	if address != "" {
		subjects = append(subjects, v.addressLogins.named("address", Source(address)))
	}
	for _, s := range subjects {
		if !s.count(now) {
			return tooManyLogins(seconds(s.blockedFor(now)))
		}
	}
	return nil
}

// HashPassword returns the hash to store of a new password, made at the verifier's cost
// under the gate of passwords, in the turn of the tenant that asks. The caller checks the length of the password, 8 to 128
// characters. It returns Unavailable if ctx ends first or too many are waiting.
func (v *Verifier) HashPassword(ctx context.Context, tenant tenancy.ID, password secret.Text) ([]byte, error) {
	if err := v.passwords.enter(ctx, turnOf(tenant)); err != nil {
		return nil, err
	}
	defer v.passwords.leave()
	return HashPassword(password, v.passwordCost)
}
