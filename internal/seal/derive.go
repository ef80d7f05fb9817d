package seal

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"

	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// The info texts of HKDF. Stored values depend on them: they never change. None is the
// beginning of another, so that no purpose can reach the key of another use.
const (
	infoFields      = "tenantry seal fields 1"
	infoBoxes       = "tenantry seal boxes 1"
	infoFingerprint = "tenantry seal fingerprint 1:"
	infoName        = "tenantry seal name 1"
	infoLink        = "tenantry seal link 1"
	infoLinked      = "tenantry seal linked 1:"
	infoTags        = "tenantry seal tags of keys 1"
	infoTokens      = "tenantry seal access tokens 1" //nolint:gosec // the name of a purpose
)

// fingerprintBytes is how much of the HMAC a fingerprint shows: 96 bits, so that two
// values of one tenant do not collide by chance.
const fingerprintBytes = 12

// Fingerprint returns a text that is equal for equal values of one kind in one tenant, and
// reveals nothing else without the ring. It is of the ring's newest link, see Relink. The
// caller normalizes value first; kind keeps, say, a tax id from matching an account number
// with the same digits.
func (r *Ring) Fingerprint(tenant tenancy.ID, kind string, value secret.Text) string {
	mac := hmac.New(sha256.New, r.inner.fingerprintKey(tenant))
	revealed := value.Reveal()
	message := make([]byte, 0, lengthBytes+len(kind)+len(revealed))
	message = append(appendText(message, kind), revealed...)
	_, _ = mac.Write(message) // A hash never fails to write.
	clear(message)
	return r.linked(tenant, 0, hex.EncodeToString(mac.Sum(nil)[:fingerprintBytes]))
}

// Fingerprinting returns the Fingerprint of the value that is written, once all of it is:
// for values too long to hold.
func (r *Ring) Fingerprinting(tenant tenancy.ID, kind string) (io.Writer, func() string) {
	mac := hmac.New(sha256.New, r.inner.fingerprintKey(tenant))
	_, _ = mac.Write(appendText(nil, kind)) // A hash never fails to write.
	return mac, func() string { return r.linked(tenant, 0, hex.EncodeToString(mac.Sum(nil)[:fingerprintBytes])) }
}

// TagKey returns the key of the tags of keys, the same as long as the root lives: a
// rotation must not send every key through the slow hash again. A tag is 32 bits of a
// random part of 160 or more; it guesses none.
func TagKey(r *Ring) []byte { return expand(r.inner.derived, infoTags) }

// lengthBytes is the size of the prefix that appendText writes.
const lengthBytes = 4

// appendText writes the length and then the text, so that what follows cannot
// be read as part of it.
func appendText(to []byte, text string) []byte {
	to = binary.BigEndian.AppendUint32(to, uint32(len(text))) //nolint:gosec // names of fields and kinds are short
	return append(to, text...)
}

func extract(material []byte) []byte {
	derived, err := hkdf.Extract(sha256.New, material, []byte("tenantry seal"))
	return must(derived, err)
}

func expand(derived []byte, info string) []byte {
	return must(hkdf.Expand(sha256.New, derived, info, keyBytes))
}

// must panics on an error of HKDF. With SHA-256 and 32 bytes none can occur, and going on
// without a key would be worse than stopping.
func must(derived []byte, err error) []byte {
	if err != nil {
		panic("seal: HKDF with SHA-256 failed: " + err.Error())
	}
	return derived
}
