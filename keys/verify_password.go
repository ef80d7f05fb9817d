package keys

import (
	"context"

	"tenantry/internal/secret"
)

// VerifyPassword tells whether password fits hash, which HashPassword made. It is
// never remembered: each login pays for its hash, under the same gate and limits
// as keys. account names what failures count against, any text; address is as in
// Verify.
//
// An empty hash stands for a user who does not exist: the comparison is made with
// nobody's and always fails. Give the user name as typed (in its folded form) as
// account in both cases, and neither time nor limits tell who has an account.
//
// It returns Unauthenticated invalidCredentials, RateLimited, Unavailable or an
// internal error, as Verify does.
func (v *Verifier) VerifyPassword(
	ctx context.Context, account string, hash []byte, password secret.Text, address string,
) error {
	a := attempt{
		hash: hash, input: passwordInput(password), refusal: badLogin,
		subjects: v.subjects("account", account, address),
	}
	if err := limited(v.now(), a.subjects); err != nil {
		return err
	}
	if len(hash) > 0 {
		return v.attempt(ctx, a)
	}
	a.hash = []byte(nobodysHash)
	if err := v.attempt(ctx, a); err != nil {
		return err
	}
	return v.failed(a)
}

// BurnPassword takes as long as VerifyPassword with a wrong password and always
// fails, as VerifyPassword does without a hash; only the address is limited.
func (v *Verifier) BurnPassword(ctx context.Context, address string) error {
	return v.VerifyPassword(ctx, "", nil, secret.Text{}, address)
}
