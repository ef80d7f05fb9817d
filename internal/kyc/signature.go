package kyc

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenantry/customers/identity"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// The headers of a signed message (Standard Webhooks).
const (
	headerID        = "Webhook-Id"
	headerTime      = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
	// tolerance is how far the clocks of sender and receiver may be apart.
	tolerance = 5 * time.Minute
	// signatureKind leads a signature.
	signatureKind = "v1,"
	// maxID is the longest id of a message, maxSignatures are the most signatures: one for
	// each secret while secrets are replaced.
	maxID, maxSignatures = 256, 8
)

// sign adds id, time and signature to the headers of a message.
func sign(header http.Header, key []byte, id string, now time.Time, content []byte) {
	at := strconv.FormatInt(now.Unix(), 10)
	header.Set(headerID, id)
	header.Set(headerTime, at)
	header.Set(headerSignature, signatureKind+signature(key, id, at, content))
}

func signature(key []byte, id, at string, content []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(content)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// announcement is what the headers of a signed message say.
type announcement struct {
	id, at     string
	signatures []string // each of the known kind, and as long as one is
}

// announced reads the headers of a message that is signed about now, each of them once.
// Whether a signature holds shows with the content only.
func announced(header http.Header, now time.Time) (announcement, bool) {
	var a announcement
	for _, name := range []string{headerID, headerTime, headerSignature} {
		if len(header.Values(name)) != 1 {
			return a, false
		}
	}
	a.id, a.at = header.Get(headerID), header.Get(headerTime)
	seconds, err := strconv.ParseUint(a.at, 10, 63)
	if err != nil || a.id == "" || len(a.id) > maxID || now.Sub(time.Unix(int64(seconds), 0)).Abs() > tolerance {
		return a, false
	}
	for given := range strings.FieldsSeq(header.Get(headerSignature)) {
		text, known := strings.CutPrefix(given, signatureKind)
		if sum, err := base64.StdEncoding.DecodeString(text); known && err == nil && len(sum) == sha256.Size {
			a.signatures = append(a.signatures, text)
		}
	}
	return a, len(a.signatures) > 0 && len(a.signatures) <= maxSignatures
}

// signed reports whether a message carries a good signature of about now.
func signed(header http.Header, key []byte, now time.Time, content []byte) bool {
	a, fit := announced(header, now)
	if !fit {
		return false
	}
	want := []byte(signature(key, a.id, a.at, content))
	return slices.ContainsFunc(a.signatures, func(given string) bool { return hmac.Equal([]byte(given), want) })
}

// Expects returns Unauthenticated for headers that no signed message has, so that nothing
// of its content need be read.
func (r *Remote) Expects(header http.Header) error {
	if _, fit := announced(header, r.options.Now()); !fit {
		return notSigned()
	}
	return nil
}

func notSigned() error {
	return fault.New(fault.Unauthenticated, fault.CodeCredentials,
		"the message must be signed with the identity secret, in the headers webhook-id, webhook-timestamp and webhook-signature")
}

// Callback reads the late answer of a review. It returns Unauthenticated for one
// that is not signed as its questions are, Malformed for one that cannot be read,
// and NotFound for one that names no customer.
func (r *Remote) Callback(header http.Header, content []byte) (identity.LateResult, error) {
	if !signed(header, r.key, r.options.Now(), content) {
		return identity.LateResult{}, notSigned()
	}
	a, err := readAnswer(content)
	if err != nil {
		return identity.LateResult{}, fault.Wrap(err, fault.Malformed, fault.CodeMalformed, err.Error())
	}
	tenant, id, _ := strings.Cut(a.Customer, "/")
	late := identity.LateResult{ReviewID: a.ReviewID, Result: a.verdict()}
	if late.Customer.Tenant, err = tenancy.ParseID(tenant); err == nil {
		late.Customer.ID, err = tenancy.ParseID(id)
	}
	if err != nil {
		return identity.LateResult{}, fault.NotFoundError()
	}
	return late, nil
}
