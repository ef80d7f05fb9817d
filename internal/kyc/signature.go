package kyc

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
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
)

// sign adds id, time and signature to the headers of a message.
func sign(header http.Header, key []byte, id string, now time.Time, content []byte) {
	at := strconv.FormatInt(now.Unix(), 10)
	header.Set(headerID, id)
	header.Set(headerTime, at)
	header.Set(headerSignature, "v1,"+signature(key, id, at, content))
}

func signature(key []byte, id, at string, content []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(content)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signed reports whether a message carries a good signature of about now.
func signed(header http.Header, key []byte, now time.Time, content []byte) bool {
	id, at := header.Get(headerID), header.Get(headerTime)
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil || id == "" || now.Sub(time.Unix(seconds, 0)).Abs() > tolerance {
		return false
	}
	want := signature(key, id, at, content)
	for given := range strings.FieldsSeq(header.Get(headerSignature)) {
		if hmac.Equal([]byte(given), []byte("v1,"+want)) {
			return true
		}
	}
	return false
}

// Callback reads the late answer of a review. It returns Unauthenticated for one
// that is not signed as its questions are, Malformed for one that cannot be read,
// and NotFound for one that names no customer.
func (r *Remote) Callback(header http.Header, content []byte) (identity.LateResult, error) {
	if !signed(header, r.key, r.options.Now(), content) {
		return identity.LateResult{}, fault.New(fault.Unauthenticated, fault.CodeCredentials,
			"the message must be signed with the identity secret, in the headers webhook-id, webhook-timestamp and webhook-signature")
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
