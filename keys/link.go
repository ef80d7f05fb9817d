package keys

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Link is what a signed link names: something of a customer, by its id.
type Link struct {
	Customer tenancy.Ref
	ID       tenancy.ID
}

const (
	linkRandom = 16 // bytes that are nowhere but in the token
	linkMAC    = 20
	linkBytes  = linkRandom + 3*len(tenancy.ID{}) + 4 + linkMAC
	linkLabel  = "tenantry onboarding link 1"
)

// IssueLink returns the token of a link, signed by the key that signs access tokens, and
// the digest by which it is known again. Each call returns another one. Its errors are
// internal ones: no customer or id, a signing key that is too short.
func (t *Tokens) IssueLink(l Link) (token secret.Text, digest []byte, err error) {
	key, found := t.signer()
	if !found || len(key.secret) < minSigningKey || l.Customer.Tenant.IsZero() || l.Customer.ID.IsZero() || l.ID.IsZero() {
		return secret.Text{}, nil, errors.New("issuing a link: there is no signing key that is long enough, or nothing to link to")
	}
	raw := make([]byte, linkRandom, linkBytes)
	_, _ = rand.Read(raw) // It never fails.
	raw = append(raw, l.Customer.Tenant[:]...)
	raw = append(raw, l.Customer.ID[:]...)
	raw = append(raw, l.ID[:]...)
	raw = binary.BigEndian.AppendUint32(raw, key.number)
	raw = append(raw, t.linkMAC(key, raw)...)
	token = secret.New(base64.RawURLEncoding.EncodeToString(raw))
	return token, LinkDigest(token), nil
}

// LinkDigest returns the digest by which a token is known again.
func LinkDigest(token secret.Text) []byte {
	sum := sha256.Sum256([]byte(token.Reveal()))
	return sum[:]
}

// ParseLink returns what a token that was signed here names. current reports whether the
// key that signed it still signs: a rotation of the key ring ends links that are under way.
// It returns NotFound for any other text. Whether the link still stands its record says.
func (t *Tokens) ParseLink(token secret.Text) (l Link, current bool, err error) {
	text := token.Reveal()
	if len(text) != base64.RawURLEncoding.EncodedLen(linkBytes) {
		return Link{}, false, fault.NotFoundError()
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return Link{}, false, fault.NotFoundError()
	}
	signed := raw[:linkBytes-linkMAC]
	key, found := t.key(binary.BigEndian.Uint32(signed[len(signed)-4:]))
	if !found || len(key.secret) < minSigningKey || !hmac.Equal(t.linkMAC(key, signed), raw[len(signed):]) {
		return Link{}, false, fault.NotFoundError()
	}
	ids := signed[linkRandom:]
	for _, id := range []*tenancy.ID{&l.Customer.Tenant, &l.Customer.ID, &l.ID} {
		ids = ids[copy(id[:], ids):]
	}
	signs, _ := t.signer()
	return l, signs.number == key.number && hmac.Equal(signs.secret, key.secret), nil
}

// linkMAC signs what stands before it in a token, for the mode of t alone.
func (t *Tokens) linkMAC(key signingKey, signed []byte) []byte {
	mac := hmac.New(sha256.New, key.secret)
	_, _ = mac.Write([]byte(linkLabel)) // A hash never fails to write.
	_, _ = mac.Write([]byte{0})
	_, _ = mac.Write([]byte(t.mode))
	_, _ = mac.Write([]byte{0})
	_, _ = mac.Write(signed)
	return mac.Sum(nil)[:linkMAC]
}
