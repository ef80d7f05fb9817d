package keys

import (
	"errors"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"tenantry/tenancy"
)

// TokenClaims is the content of an access token.
type TokenClaims struct {
	// Ref is the customer that the token acts as.
	Ref tenancy.Ref
	// Entry is the number of the key entry that issued it, 0 for a user login.
	Entry int32
	// Kind is the kind of that key, secret or restricted; it may be empty for a user
	// login.
	Kind Kind
	// User is the user who logged in, zero for a token that a key issued.
	User tenancy.ID
	// Generation is the generation of the user's tokens when it was issued, 0 for a token
	// of a key. It is counted, not timed: times are in whole seconds, and clocks differ.
	Generation int32
	// Expires is when the token ends, in whole seconds; at that instant it is refused.
	Expires time.Time
	// Issued is when the token was made, in whole seconds.
	Issued time.Time
	// Scope is the OAuth scope that was asked for, usually `auth`.
	Scope string
	// Mode is the mode of the installation that issued it.
	Mode Mode
	// Serial distinguishes tokens that were made of the same claims within one second. It is
	// empty in those of earlier releases; Tokens.Issue sets an absent one.
	Serial string
}

// check returns what makes the claims unusable in mode, apart from their age.
func (c TokenClaims) check(mode Mode) error {
	byKey := c.Entry >= 1 && c.User.IsZero() && c.Generation == 0 && (c.Kind == Secret || c.Kind == Restricted)
	byUser := c.Entry == 0 && !c.User.IsZero() && c.Generation >= 0 && (c.Kind == Secret || c.Kind == "")
	switch {
	case c.Ref.Tenant.IsZero() || c.Ref.ID.IsZero():
		return errors.New("no customer is named")
	case !byKey && !byUser:
		return errors.New("it must name either a key entry or a user")
	case !knownMode(c.Mode) || c.Mode != mode:
		return errors.New("it is not of this mode")
	case !c.Issued.Before(c.Expires):
		return errors.New("it ends before it begins")
	case c.Expires.Sub(c.Issued) > TokenLife+time.Second: // times are cut to whole seconds
		return errors.New("it lasts longer than a token may")
	default:
		return nil
	}
}

// wireClaims is the form of the claims in the token.
type wireClaims struct {
	jwt.RegisteredClaims
	Tenant     tenancy.ID `json:"tenant"`
	Customer   tenancy.ID `json:"customer"`
	Entry      int32      `json:"entry,omitempty"`
	Kind       Kind       `json:"kind,omitempty"`
	User       tenancy.ID `json:"user,omitzero"`
	Generation int32      `json:"generation,omitempty"`
	Scope      string     `json:"scope,omitempty"`
	Mode       Mode       `json:"mode"`
	// Bound binds the token to a key entry or user, see Token.BoundTo.
	Bound string `json:"bound"`
}

func (c TokenClaims) toWire() wireClaims {
	return wireClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, ID: c.Serial, IssuedAt: jwt.NewNumericDate(c.Issued), ExpiresAt: jwt.NewNumericDate(c.Expires),
		},
		Tenant: c.Ref.Tenant, Customer: c.Ref.ID, Entry: c.Entry, Kind: c.Kind, User: c.User, Generation: c.Generation, Scope: c.Scope, Mode: c.Mode,
	}
}

func (w wireClaims) toClaims() (TokenClaims, error) {
	if w.Issuer != issuer {
		return TokenClaims{}, errors.New("another issuer")
	}
	if w.IssuedAt == nil || w.ExpiresAt == nil {
		return TokenClaims{}, errors.New("no beginning or no end")
	}
	return TokenClaims{
		Ref:   tenancy.Ref{Tenant: w.Tenant, ID: w.Customer},
		Entry: w.Entry, Kind: w.Kind, User: w.User, Generation: w.Generation, Scope: w.Scope, Mode: w.Mode, Serial: w.ID,
		Issued: w.IssuedAt.UTC(), Expires: w.ExpiresAt.UTC(),
	}, nil
}
