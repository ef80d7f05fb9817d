package keys

import (
	"context"
	"errors"

	"tenantry/internal/fault"
)

// One text per class of credential, whatever was wrong with it: a refusal must not tell a
// stranger which part was right.

func badKey() error {
	return fault.New(fault.Unauthenticated, fault.CodeCredentials,
		"this key is not valid, has ended or was revoked; check that it was copied whole, or use a newer one")
}

func badLogin() error {
	return fault.New(fault.Unauthenticated, fault.CodeCredentials, "user name or password is wrong; where users of other accounts may have the same name, name yours with `account`, the id of your customer")
}

func badToken() error {
	return fault.New(fault.Unauthenticated, fault.CodeCredentials,
		"this access token is not valid here; ask for a new one")
}

// ErrExpired is the cause of the refusal of a token whose only fault is its age.
var ErrExpired = errors.New("the access token has expired")

// expiredToken returns the refusal of an expired token. It may differ from the others,
// because only a token of ours, whole and signed, gets it.
func expiredToken() error {
	return fault.Wrap(ErrExpired, fault.Unauthenticated, fault.CodeCredentials,
		"this access token has expired; ask for a new one")
}

func tooManyFailures(retryAfterSeconds int) error {
	limited := fault.New(fault.RateLimited, fault.CodeRateLimited,
		"too many failed attempts; correct the credential and try again later")
	limited.RetryAfterSeconds = retryAfterSeconds
	return limited
}

func tooManyLogins(retryAfterSeconds int) error {
	limited := fault.New(fault.RateLimited, fault.CodeRateLimited,
		"too many log-ins; keep the access token and use it again, it lasts 14 days")
	limited.RetryAfterSeconds = retryAfterSeconds
	return limited
}

func gaveUp(ctx context.Context) error {
	return fault.Wrap(context.Cause(ctx), fault.Unavailable, fault.CodeUnavailable,
		"the request ended before its key or password was checked; try again")
}

func busy() error {
	overloaded := fault.New(fault.Unavailable, fault.CodeUnavailable,
		"too many keys or passwords are waiting at this moment; try again")
	overloaded.RetryAfterSeconds = 1
	return overloaded
}
