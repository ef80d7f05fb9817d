package keys

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"time"
)

const (
	// minBinding is the least length in bytes of what a token is bound to; stored hashes
	// are longer.
	minBinding = 16
	// clockSkew is how far the clocks of processes that share a store may be apart.
	clockSkew = time.Minute
)

// Token is an access token that was read.
type Token struct {
	Claims TokenClaims
	// key is the number of the key that signed it, bound what binds it to a key entry or
	// user.
	key   uint32
	bound string
}

// ID returns what tells the token apart from every other one.
func (t Token) ID() []byte {
	sum := sha256.Sum256([]byte(t.bound))
	return sum[:tokenIDBytes]
}

// BoundTo reports whether the token was bound to that secret when it was issued. Without
// this check the key ring alone would be enough to forge tokens of any customer.
func (t Token) BoundTo(bindTo []byte) bool {
	if len(bindTo) < minBinding {
		return false
	}
	return hmac.Equal([]byte(binding(t.key, t.Claims.toWire(), bindTo)), []byte(t.bound))
}

// binding returns what binds claims to a secret.
func binding(number uint32, w wireClaims, bindTo []byte) string {
	text := make([]byte, 0, 160)
	text = append(text, "tenantry access token 1"...)
	text = binary.BigEndian.AppendUint32(text, number)
	text = append(text, w.Tenant[:]...)
	text = append(text, w.Customer[:]...)
	text = append(text, w.User[:]...)
	text = binary.BigEndian.AppendUint32(text, uint32(w.Entry))            //nolint:gosec // the same bits
	text = binary.BigEndian.AppendUint32(text, uint32(w.Generation))       //nolint:gosec // the same bits
	text = binary.BigEndian.AppendUint64(text, uint64(w.IssuedAt.Unix()))  //nolint:gosec // the same bits
	text = binary.BigEndian.AppendUint64(text, uint64(w.ExpiresAt.Unix())) //nolint:gosec // the same bits
	words := []string{string(w.Kind), string(w.Mode), w.Scope}
	if w.ID != "" { // those of earlier releases have none
		words = append(words, w.ID)
	}
	for _, word := range words {
		text = binary.BigEndian.AppendUint32(text, uint32(len(word))) //nolint:gosec // bounded by maxTokenLength
		text = append(text, word...)
	}
	mac := hmac.New(sha256.New, bindTo)
	_, _ = mac.Write(text) // A hash never fails to write.
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// signingKey is one of the keys that sign access tokens.
type signingKey struct {
	number         uint32
	secret         []byte
	created, ended time.Time
}

// outside reports whether the key did not sign when the token claims to have been made, or
// the token claims to be made later than now.
func (k signingKey) outside(c TokenClaims, now time.Time) bool {
	return c.Issued.Add(clockSkew).Before(k.created) || c.Issued.After(now.Add(clockSkew)) ||
		!k.ended.IsZero() && c.Issued.After(k.ended.Add(clockSkew))
}

// signer returns the key that signs.
func (t *Tokens) signer() (signs signingKey, found bool) {
	t.signing(func(number uint32, secret []byte, created, ended time.Time) {
		if !found {
			signs, found = signingKey{number, secret, created, ended}, true
		}
	})
	return signs, found
}

// key returns the key of a number.
func (t *Tokens) key(wanted uint32) (key signingKey, found bool) {
	t.signing(func(number uint32, secret []byte, created, ended time.Time) {
		if number == wanted {
			key, found = signingKey{number, secret, created, ended}, true
		}
	})
	return key, found
}
