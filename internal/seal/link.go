package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"

	"tenantry/tenancy"
)

// link is a secret by which fingerprints are made anew: each rotation adds one, and they
// outlive the key that they came with.
type link struct {
	version  uint32
	material []byte
}

// linkMark stands between the version of a fingerprint and its digits. A fingerprint that
// went through no link has digits alone.
const linkMark = "-"

var errNoFingerprint = errors.New("it is no fingerprint of this key ring, or one of a later key")

// Relink returns a stored fingerprint as Fingerprint makes it now. Rotations add links: a
// fingerprint is made anew from the one before, without the value, so that values that
// are not kept (card numbers) keep theirs too. Whoever has an older copy of the ring lacks
// the newest link, and cannot find out by trying which value a fingerprint is of. Its
// error is an internal one.
func (r *Ring) Relink(tenant tenancy.ID, fingerprint string) (string, error) {
	version, digits, linked := strings.Cut(fingerprint, linkMark)
	if !linked {
		version, digits = "0", fingerprint
	}
	from, err := strconv.ParseUint(version, 10, 32)
	if err != nil || len(digits) != hex.EncodedLen(fingerprintBytes) {
		return "", errNoFingerprint
	}
	if from > 0 && (len(r.inner.links) == 0 || from > uint64(r.inner.links[len(r.inner.links)-1].version)) {
		return "", errNoFingerprint
	}
	return r.linked(tenant, uint32(from), digits), nil
}

// linked leads the digits of a fingerprint through the links behind a version.
func (r *Ring) linked(tenant tenancy.ID, from uint32, digits string) string {
	for _, next := range r.inner.links {
		if next.version <= from {
			continue
		}
		mac := hmac.New(sha256.New, r.inner.linkedKey(next, tenant))
		_, _ = mac.Write([]byte(digits)) // A hash never fails to write.
		from, digits = next.version, hex.EncodeToString(mac.Sum(nil)[:fingerprintBytes])
	}
	if from == 0 {
		return digits
	}
	return strconv.FormatUint(uint64(from), 10) + linkMark + digits
}
