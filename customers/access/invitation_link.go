package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"tenantry/internal/secret"
	"tenantry/tenancy"
)

const (
	invitationPrefix = "inv_"
	invitationSecret = 20 // bytes: nobody guesses 160 bits, so a plain digest is kept
)

// invitationToken is what a link of an invitation carries: whom it invites, and the proof.
type invitationToken struct {
	ref    tenancy.Ref
	user   tenancy.ID
	secret [invitationSecret]byte
}

func newInvitationToken(ref tenancy.Ref, user tenancy.ID, random io.Reader) (token invitationToken, err error) {
	token.ref, token.user = ref, user
	if _, err := io.ReadFull(random, token.secret[:]); err != nil {
		return invitationToken{}, fmt.Errorf("reading randomness for an invitation: %w", err)
	}
	return token, nil
}

// text returns the token as the link has it; a URL needs nothing of it quoted.
func (t invitationToken) text() secret.Text {
	var parts []byte
	parts = append(parts, t.ref.Tenant[:]...)
	parts = append(parts, t.ref.ID[:]...)
	parts = append(parts, t.user[:]...)
	parts = append(parts, t.secret[:]...)
	return secret.New(invitationPrefix + base64.RawURLEncoding.EncodeToString(parts))
}

// parseInvitationToken reads the token of a link, or the whole link; ok is false for any
// other text.
func parseInvitationToken(text secret.Text) (token invitationToken, ok bool) {
	link := text.Reveal()
	encoded, found := strings.CutPrefix(link[strings.LastIndexByte(link, '/')+1:], invitationPrefix)
	const length = 3*len(tenancy.ID{}) + invitationSecret
	if !found || len(encoded) != base64.RawURLEncoding.EncodedLen(length) {
		return invitationToken{}, false
	}
	parts, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return invitationToken{}, false
	}
	for _, into := range [][]byte{token.ref.Tenant[:], token.ref.ID[:], token.user[:], token.secret[:]} {
		parts = parts[copy(into, parts):]
	}
	return token, true
}

func (t invitationToken) digest() []byte {
	sum := sha256.Sum256(t.secret[:])
	return sum[:]
}

// proves reports whether the token is the one of that digest.
func (t invitationToken) proves(digest []byte) bool {
	return subtle.ConstantTimeCompare(t.digest(), digest) == 1
}
