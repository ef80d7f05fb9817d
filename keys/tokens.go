package keys

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strconv"
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

// SigningKeys calls visit with the keys that sign access tokens, the one that signs first.
// Each has a number and signs from created until ended; a zero time is open. It is called
// for every token and must be quick.
type SigningKeys func(visit func(number uint32, key []byte, created, ended time.Time))

// OneSigningKey returns the keys of an installation that never changes its key.
func OneSigningKey(key []byte) SigningKeys {
	key = append([]byte(nil), key...)
	return func(visit func(uint32, []byte, time.Time, time.Time)) { visit(1, key, time.Time{}, time.Time{}) }
}

// Tokens issues and reads access tokens: JWTs signed with HMAC-SHA256 under a key that
// never leaves the installation. It is safe for concurrent use.
//
// An accepted token was signed here and has not expired. Whether the key entry or the
// user behind it is still valid, and whether the token is bound to it, the caller must
// find out by the customer's record on every request.
type Tokens struct {
	// signing is a function, so that no print of a copy can show a key.
	signing    SigningKeys
	mode       Mode
	now        func() time.Time
	parser     *jwt.Parser
	digests    *digests
	remembered *otter.Cache[digest, Token]
}

// NewTokens makes Tokens for one mode. A signing key needs at least 32 bytes; with a
// shorter one no token is issued or accepted.
func NewTokens(signing SigningKeys, mode Mode, now func() time.Time) *Tokens {
	nameKey := make([]byte, derivedBytes)
	_, _ = rand.Read(nameKey) // It never fails.
	return &Tokens{
		signing: signing,
		mode:    mode,
		now:     now,
		parser: jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Name}),
			jwt.WithStrictDecoding(), jwt.WithoutClaimsValidation()),
		digests:    newDigests(nameKey),
		remembered: otter.Must(&otter.Options[digest, Token]{MaximumSize: rememberedTokens}),
	}
}

// Format prints the name of the type alone.
func (*Tokens) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "keys.Tokens") }

// Issue signs c and binds it to bindTo, a random of the key entry or user behind it that
// is in the customer's record alone. An absent Issued means now, an absent Expires
// TokenLife after that, an absent Mode the one of t; times are cut to whole seconds. Its
// errors are internal ones: claims that Parse would refuse, a signing key that is too
// short, nothing to bind to.
func (t *Tokens) Issue(c TokenClaims, bindTo []byte) (secret.Text, error) {
	if c.Issued.IsZero() {
		c.Issued = t.now()
	}
	if c.Expires.IsZero() {
		c.Expires = c.Issued.Add(TokenLife)
	}
	if c.Mode == "" {
		c.Mode = t.mode
	}
	if c.Serial == "" {
		c.Serial = rand.Text()
	}
	if err := c.check(t.mode); err != nil {
		return secret.Text{}, fmt.Errorf("issuing an access token: %w", err)
	}
	key, found := t.signer()
	if !found || len(key.secret) < minSigningKey || len(bindTo) < minBinding {
		return secret.Text{}, errors.New("issuing an access token: there is no signing key, or nothing to bind it to, that is long enough")
	}
	wire := c.toWire()
	wire.Bound = binding(key.number, wire, bindTo)
	unsigned := jwt.NewWithClaims(jwt.SigningMethodHS256, wire)
	unsigned.Header["kid"] = strconv.FormatUint(uint64(key.number), 10)
	text, err := unsigned.SignedString(key.secret)
	if err != nil {
		return secret.Text{}, fmt.Errorf("signing an access token: %w", err)
	}
	if len(text) > maxTokenLength {
		return secret.Text{}, errors.New("issuing an access token: its scope is too long")
	}
	return secret.New(text), nil
}

// Parse returns a token that was signed by this installation in this mode, in the life of
// the key that signed it. It returns Unauthenticated invalidCredentials, with a text of its
// own for a token whose only fault is its age. A token seen before is read from memory; its
// expiry, and whether its key is still there, are checked each time.
func (t *Tokens) Parse(text secret.Text) (Token, error) {
	s := text.Reveal()
	if s == "" || len(s) > maxTokenLength {
		return Token{}, badToken()
	}
	id := t.digests.of(nil, s)
	token, known := t.remembered.GetIfPresent(id)
	if !known {
		var err error
		if token, err = t.read(s); err != nil {
			return Token{}, badToken()
		}
	}
	now := t.now()
	if !now.Before(token.Claims.Expires) {
		return Token{}, expiredToken()
	}
	if key, found := t.key(token.key); !found || key.outside(token.Claims, now) {
		return Token{}, badToken()
	}
	if !known {
		t.remembered.Set(id, token)
	}
	return token, nil
}

// read checks everything but times. Its caller drops the reason of a refusal on purpose: it
// would only help a forger.
func (t *Tokens) read(text string) (Token, error) {
	var wire wireClaims
	var key signingKey
	_, err := t.parser.ParseWithClaims(text, &wire, func(unverified *jwt.Token) (any, error) {
		kid, _ := unverified.Header["kid"].(string)
		number, err := strconv.ParseUint(kid, 10, 32)
		if err != nil || strconv.FormatUint(number, 10) != kid {
			return nil, errors.New("it names no key")
		}
		found := false
		if key, found = t.key(uint32(number)); !found || len(key.secret) < minSigningKey {
			return nil, errors.New("it names a key that is not there")
		}
		return key.secret, nil
	})
	if err != nil {
		return Token{}, err
	}
	claims, err := wire.toClaims()
	if err != nil {
		return Token{}, err
	}
	return Token{Claims: claims, key: key.number, bound: wire.Bound}, claims.check(t.mode)
}
