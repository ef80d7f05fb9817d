package keys_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

var (
	signingKey = []byte("0123456789abcdef0123456789abcdef")
	byKey      = keys.TokenClaims{Ref: owner, Entry: 3, Kind: keys.Secret, Scope: "auth", Serial: "1"}
	boundTo    = []byte("$2a$04$a hash that only the record has")
	byUser     = keys.TokenClaims{Ref: owner, User: tenancy.ID{9}, Scope: "auth", Serial: "2"}
)

func issue(t testing.TB, tokens *keys.Tokens, c keys.TokenClaims) secret.Text {
	t.Helper()
	text, err := tokens.Issue(c, boundTo)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// forge signs claims that Issue would not.
func forge(t testing.TB, method jwt.SigningMethod, key any, change func(jwt.MapClaims)) secret.Text {
	t.Helper()
	claims := jwt.MapClaims{
		"iss": "tenantry", "iat": start.Unix(), "exp": start.Add(time.Hour).Unix(), "mode": "test",
		"tenant": owner.Tenant.String(), "customer": owner.ID.String(), "entry": 3, "kind": "sk",
	}
	if change != nil {
		change(claims)
	}
	unsigned := jwt.NewWithClaims(method, claims)
	unsigned.Header["kid"] = "1"
	text, err := unsigned.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return secret.New(text)
}

// A token returns what it was issued with, from memory as from itself, in this process or
// another with the same key.
func TestTokensRoundTrip(t *testing.T) {
	t.Parallel()
	tokens := keys.NewTokens(keys.OneSigningKey(signingKey), keys.Test, newClock().now)
	restricted := byKey
	restricted.Kind = keys.Restricted
	for _, c := range []keys.TokenClaims{byKey, byUser, restricted} {
		text := issue(t, tokens, c)
		c.Mode, c.Issued, c.Expires = keys.Test, start, start.Add(keys.TokenLife)
		for _, reader := range []*keys.Tokens{tokens, tokens, keys.NewTokens(keys.OneSigningKey(signingKey), keys.Test, newClock().now)} {
			got, err := reader.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c, got.Claims); diff != "" {
				t.Error(diff)
			}
		}
		if keys.LooksLikeKey(text) {
			t.Error("the token looks like a key")
		}
	}
}

// A token is refused as expired from the second of its end on, remembered or not; a token
// that is not ours is refused in the same words whatever its age.
func TestAnExpiredTokenIsToldSo(t *testing.T) {
	t.Parallel()
	time0 := newClock()
	tokens := keys.NewTokens(keys.OneSigningKey(signingKey), keys.Test, time0.now)
	text := issue(t, tokens, byKey)
	time0.advance(keys.TokenLife - time.Nanosecond)
	if _, err := tokens.Parse(text); err != nil {
		t.Errorf("just before its end: %v", err)
	}
	time0.advance(time.Nanosecond)
	for name, reader := range map[string]*keys.Tokens{"remembered": tokens, "new": keys.NewTokens(keys.OneSigningKey(signingKey), keys.Test, time0.now)} {
		t.Run(name, func(t *testing.T) {
			_, err := reader.Parse(text)
			wantRefused(t, err)
			if !strings.Contains(err.Error(), "has expired") {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	foreign := issue(t, keys.NewTokens(keys.OneSigningKey([]byte(strings.Repeat("x", 32))), keys.Test, newClock().now), byKey)
	_, err := tokens.Parse(foreign)
	wantRefused(t, err)
	if strings.Contains(err.Error(), "has expired") {
		t.Errorf("a forger gets: %v", err)
	}
}

// A token is accepted only if this installation signed it, in this mode and this form.
func TestForeignTokensAreRefused(t *testing.T) {
	t.Parallel()
	tokens := keys.NewTokens(keys.OneSigningKey(signingKey), keys.Test, newClock().now)
	if _, err := tokens.Parse(forge(t, jwt.SigningMethodHS256, signingKey, nil)); err != nil {
		t.Fatalf("the forger itself is wrong: %v", err)
	}
	with := func(name string, value any) secret.Text {
		return forge(t, jwt.SigningMethodHS256, signingKey, func(c jwt.MapClaims) {
			if c[name] = value; value == nil {
				delete(c, name)
			}
		})
	}
	good := issue(t, tokens, byKey).Reveal()
	parts := strings.Split(good, ".")
	rows := map[string]secret.Text{
		"empty":                {},
		"no token":             secret.New("a.b.c"),
		"too long":             secret.New(good + strings.Repeat("A", 5000)),
		"algorithm none":       forge(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil),
		"signature cut off":    secret.New(parts[0] + "." + parts[1] + "."),
		"other algorithm":      forge(t, jwt.SigningMethodHS512, signingKey, nil),
		"foreign key":          forge(t, jwt.SigningMethodHS256, []byte(strings.Repeat("x", 32)), nil),
		"claims of another":    secret.New(parts[0] + "." + strings.Split(issue(t, tokens, byUser).Reveal(), ".")[1] + "." + parts[2]),
		"second writing of it": secret.New(respelled(good)),
		"padding":              secret.New(good + "="),
		"other mode":           issue(t, keys.NewTokens(keys.OneSigningKey(signingKey), keys.Live, newClock().now), byKey),
		"no mode":              with("mode", nil),
		"other issuer":         with("iss", "somebody"),
		"no issuer":            with("iss", nil),
		"no end":               with("exp", nil),
		"no beginning":         with("iat", nil),
		"no tenant":            with("tenant", nil),
		"no customer":          with("customer", nil),
		"upper-case customer":  with("customer", strings.ToUpper(owner.ID.String())),
		"no entry and no user": with("entry", nil),
		"entry below zero":     with("entry", -1),
		"entry and user":       with("user", owner.ID.String()),
		"of a publishable key": with("kind", "pk"),
		"of an unknown kind":   with("kind", "xk"),
		"entry without a kind": with("kind", nil),
	}
	for name, text := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := tokens.Parse(text)
			wantRefused(t, err)
			if got != (keys.Token{}) {
				t.Errorf("a refusal gave %+v", got)
			}
		})
	}
}

// respelled sets one of the two bits of the last character that carry nothing, so
// that a lenient reader would take it for the same signature.
func respelled(token string) string {
	const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(digits, token[len(token)-1])
	return token[:len(token)-1] + string(digits[last|1])
}

// Claims that Parse would refuse are not issued in the first place.
func TestIssueRefusals(t *testing.T) {
	t.Parallel()
	change := func(f func(*keys.TokenClaims)) keys.TokenClaims {
		c := byKey
		f(&c)
		return c
	}
	rows := map[string]keys.TokenClaims{
		"nobody":            {},
		"no customer":       change(func(c *keys.TokenClaims) { c.Ref.ID = tenancy.ID{} }),
		"key and user":      change(func(c *keys.TokenClaims) { c.User = tenancy.ID{1} }),
		"publishable key":   change(func(c *keys.TokenClaims) { c.Kind = keys.Publishable }),
		"other mode":        change(func(c *keys.TokenClaims) { c.Mode = keys.Live }),
		"ends at its start": change(func(c *keys.TokenClaims) { c.Issued, c.Expires = start, start }),
		"endless scope":     change(func(c *keys.TokenClaims) { c.Scope = strings.Repeat("a", 3000) }),
	}
	tokens := keys.NewTokens(keys.OneSigningKey(signingKey), keys.Test, newClock().now)
	for name, c := range rows {
		t.Run(name, func(t *testing.T) {
			if text, err := tokens.Issue(c, boundTo); err == nil || !text.Empty() {
				t.Errorf("%s: issued", name)
			}
		})
	}
}

// A signing key that can be guessed signs nothing and opens nothing.
func TestAShortSigningKeyIsRefused(t *testing.T) {
	t.Parallel()
	for _, length := range []int{0, 31} {
		t.Run(fmt.Sprint(length), func(t *testing.T) {
			key := signingKey[:length]
			tokens := keys.NewTokens(keys.OneSigningKey(key), keys.Test, newClock().now)
			if _, err := tokens.Issue(byKey, boundTo); err == nil {
				t.Errorf("%d bytes: issued", length)
			}
			_, err := tokens.Parse(forge(t, jwt.SigningMethodHS256, key, nil))
			wantRefused(t, err)
		})
	}
}

// Reading a token never panics, and what is accepted is in its one form.
func FuzzTokens(f *testing.F) {
	tokens := keys.NewTokens(keys.OneSigningKey(signingKey), keys.Test, newClock().now)
	f.Add(issue(f, tokens, byKey).Reveal())
	f.Add(issue(f, tokens, byUser).Reveal())
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Add("..")
	f.Add(fmt.Sprintf("%s.%s.", base64.RawURLEncoding.EncodeToString([]byte(`{"alg":null}`)), "e30"))
	f.Fuzz(func(t *testing.T, text string) {
		claims, err := tokens.Parse(secret.New(text))
		if err != nil {
			wantRefused(t, err)
			return
		}
		if again := issue(t, tokens, claims.Claims).Reveal(); again != text {
			t.Errorf("%q was accepted, but is written %q", text, again)
		}
	})
}

// A token that claims to be made while its key did not sign, or later than now, is refused
// although its signature fits; clocks may be a minute apart. A key that is gone takes its
// tokens with it, remembered or not.
func TestTokensOutsideTheLifeOfTheirKey(t *testing.T) {
	t.Parallel()
	clock := newClock()
	created, ended, there := start.Add(-time.Hour), start.Add(-time.Minute*30), true
	tokens := keys.NewTokens(func(visit func(uint32, []byte, time.Time, time.Time)) {
		if there {
			visit(1, signingKey, created, ended)
		}
	}, keys.Test, clock.now)
	at := func(issued time.Time) secret.Text {
		return forge(t, jwt.SigningMethodHS256, signingKey, func(c jwt.MapClaims) {
			c["iat"], c["exp"] = issued.Unix(), issued.Add(keys.TokenLife).Unix()
		})
	}
	for name, row := range map[string]struct {
		issued time.Time
		taken  bool
	}{
		"within":         {created.Add(time.Minute), true},
		"clocks apart":   {created.Add(-time.Minute), true},
		"before the key": {created.Add(-2 * time.Minute), false},
		"at its end":     {ended, true},
		"after its end":  {ended.Add(2 * time.Minute), false},
		"later than now": {start.Add(2 * time.Minute), false},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := tokens.Parse(at(row.issued)); (err == nil) != row.taken {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	long := forge(t, jwt.SigningMethodHS256, signingKey, func(c jwt.MapClaims) {
		c["iat"], c["exp"] = created.Unix(), created.Add(keys.TokenLife+time.Minute).Unix()
	})
	if _, err := tokens.Parse(long); err == nil {
		t.Error("a token that lasts too long is taken")
	}
	known := at(ended)
	if _, err := tokens.Parse(known); err != nil {
		t.Fatal(err)
	}
	there = false
	_, err := tokens.Parse(known)
	wantRefused(t, err)
}

// A token is bound to the secret that it was issued with and to each of its claims.
func TestTokensAreBound(t *testing.T) {
	t.Parallel()
	tokens := keys.NewTokens(keys.OneSigningKey(signingKey), keys.Test, newClock().now)
	token, err := tokens.Parse(issue(t, tokens, byKey))
	if err != nil || !token.BoundTo(boundTo) {
		t.Fatalf("it is not bound to its own: %v", err)
	}
	for name, other := range map[string][]byte{"nothing": nil, "a short text": []byte("short"), "another": []byte("$2a$04$another hash of the record")} {
		t.Run(name, func(t *testing.T) {
			if token.BoundTo(other) {
				t.Errorf("it is bound to %s", name)
			}
			if len(other) < 16 {
				if _, err := tokens.Issue(byKey, other); err == nil {
					t.Errorf("it is issued for %s", name)
				}
			}
		})
	}
	for name, change := range map[string]func(c *keys.TokenClaims){
		"customer": func(c *keys.TokenClaims) { c.Ref.ID = tenancy.ID{7} }, "tenant": func(c *keys.TokenClaims) { c.Ref.Tenant = tenancy.ID{7} },
		"entry": func(c *keys.TokenClaims) { c.Entry++ }, "kind": func(c *keys.TokenClaims) { c.Kind = keys.Restricted },
		"generation": func(c *keys.TokenClaims) { c.Generation++ }, "end": func(c *keys.TokenClaims) { c.Expires = c.Expires.Add(time.Second) },
		"scope": func(c *keys.TokenClaims) { c.Scope = "more" }, "user": func(c *keys.TokenClaims) { c.User = tenancy.ID{7} },
	} {
		t.Run(name, func(t *testing.T) {
			changed := token
			change(&changed.Claims)
			if changed.BoundTo(boundTo) {
				t.Errorf("it is not bound to its %s", name)
			}
		})
	}
}

// Two tokens of the same claims in one second are two, so that one can be ended alone.
func TestTokensOfOneMomentAreToldApart(t *testing.T) {
	t.Parallel()
	tokens := keys.NewTokens(keys.OneSigningKey(signingKey), keys.Test, newClock().now)
	claims := byUser
	claims.Serial = ""
	first, err := tokens.Parse(issue(t, tokens, claims))
	if err != nil {
		t.Fatal(err)
	}
	second, err := tokens.Parse(issue(t, tokens, claims))
	if err != nil {
		t.Fatal(err)
	}
	ended := (*keys.EndedTokens)(nil).With(first, start)
	if !ended.Has(first) || ended.Has(second) {
		t.Errorf("ended: the first is %t, the second is %t", ended.Has(first), ended.Has(second))
	}
	if !first.BoundTo(boundTo) || !second.BoundTo(boundTo) {
		t.Error("they are not bound to what they were issued for")
	}
}
