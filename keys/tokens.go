package keys

import (
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/maypok86/otter/v2"

	"tenantry/internal/secret"
)

const (
	// TokenLife is how long an access token lasts (PayStand API reference, access
	// tokens: 1,209,600 seconds).
	TokenLife = 14 * 24 * time.Hour

	issuer           = "tenantry"
	minSigningKey    = 32
	maxTokenLength   = 2048
	rememberedTokens = 20_000
)

// Tokens issues and reads access tokens: JWTs signed with HMAC-SHA256 under a key that
// never leaves the installation. It is safe for concurrent use.
//
// An accepted token was issued here and has not expired. Whether the key entry or the
// user behind it is still valid, the caller must read from the customer's record on every
// request.
type Tokens struct {
	// signingKey is a function so that no print of a copy can show the key.
	signingKey func() ([]byte, error)
	mode       Mode
	now        func() time.Time
	parser     *jwt.Parser
	digests    *digests
	remembered *otter.Cache[digest, TokenClaims]
}

// NewTokens makes Tokens for one mode. The signing key needs at least 32 bytes; with a
// shorter one no token is issued or accepted.
func NewTokens(signingKey []byte, mode Mode, now func() time.Time) *Tokens {
	key := append([]byte(nil), signingKey...)
	nameKey, err := hkdf.Key(sha256.New, key, nil, "remembered access tokens", derivedBytes)
	if len(key) < minSigningKey {
		err = fmt.Errorf("the signing key of access tokens has %d bytes, not %d or more", len(key), minSigningKey)
	}
	return &Tokens{
		signingKey: func() ([]byte, error) { return key, err },
		mode:       mode,
		now:        now,
		parser: jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Name}),
			jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation()),
		digests:    newDigests(nameKey),
		remembered: otter.Must(&otter.Options[digest, TokenClaims]{MaximumSize: rememberedTokens}),
	}
}

// Format prints the name of the type alone.
func (*Tokens) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "keys.Tokens") }

// Issue signs c. An absent Issued means now, an absent Expires TokenLife after that, an
// absent Mode the one of t; times are cut to whole seconds. Its errors are internal ones:
// claims that Parse would refuse, a signing key that is too short.
func (t *Tokens) Issue(c TokenClaims) (secret.Text, error) {
	if c.Issued.IsZero() {
		c.Issued = t.now()
	}
	if c.Expires.IsZero() {
		c.Expires = c.Issued.Add(TokenLife)
	}
	if c.Mode == "" {
		c.Mode = t.mode
	}
	if err := c.check(t.mode); err != nil {
		return secret.Text{}, fmt.Errorf("issuing an access token: %w", err)
	}
	key, err := t.signingKey()
	if err != nil {
		return secret.Text{}, fmt.Errorf("issuing an access token: %w", err)
	}
	text, err := jwt.NewWithClaims(jwt.SigningMethodHS256, c.toWire()).SignedString(key)
	if err != nil {
		return secret.Text{}, fmt.Errorf("signing an access token: %w", err)
	}
	if len(text) > maxTokenLength {
		return secret.Text{}, errors.New("issuing an access token: its scope is too long")
	}
	return secret.New(text), nil
}

// Parse returns the claims of a token that this installation issued in this mode. It
// returns Unauthenticated invalidCredentials, with a text of its own for a token whose
// only fault is its age. A token seen before is read from memory; its expiry is checked
// each time.
func (t *Tokens) Parse(text secret.Text) (TokenClaims, error) {
	s := text.Reveal()
	if s == "" || len(s) > maxTokenLength {
		return TokenClaims{}, badToken()
	}
	id := t.digests.of(nil, s)
	claims, known := t.remembered.GetIfPresent(id)
	if !known {
		var err error
		if claims, err = t.read(s); err != nil {
			return TokenClaims{}, badToken()
		}
	}
	if !t.now().Before(claims.Expires) {
		return TokenClaims{}, expiredToken()
	}
	if !known {
		t.remembered.Set(id, claims)
	}
	return claims, nil
}

// read checks everything but the age. Its caller drops the reason of a refusal on
// purpose: it would only help a forger.
func (t *Tokens) read(text string) (TokenClaims, error) {
	var wire wireClaims
	if _, err := t.parser.ParseWithClaims(text, &wire, func(*jwt.Token) (any, error) { return t.signingKey() }); err != nil {
		return TokenClaims{}, err
	}
	claims, err := wire.toClaims()
	if err != nil {
		return TokenClaims{}, err
	}
	return claims, claims.check(t.mode)
}
