package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tenantry/internal/secret"
)

// The headers of the Standard Webhooks form.
const (
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
)

const secretPrefix = "whsec_"

// sign adds the headers of the Standard Webhooks form: a signature by each of the secrets
// over id, time and body, so that a receiver that knows one of them accepts.
func sign(header http.Header, id string, at time.Time, body []byte, secrets []secret.Text) error {
	stamp := strconv.FormatInt(at.Unix(), 10)
	var signatures []string
	for _, text := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text.Reveal(), secretPrefix))
		if err != nil {
			// The cause would quote the secret.
			return fmt.Errorf("signing message %s: the secret is not in base64", id)
		}
		mac := hmac.New(sha256.New, key)
		_, _ = mac.Write([]byte(id + "." + stamp + "."))
		_, _ = mac.Write(body)
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	header.Set(headerID, id)
	header.Set(headerTimestamp, stamp)
	header.Set(headerSignature, strings.Join(signatures, " "))
	return nil
}

// signDwolla returns the signature of Dwolla's form: over the body alone, by the whole
// text of the secret.
func signDwolla(body []byte, text secret.Text) string {
	mac := hmac.New(sha256.New, []byte(text.Reveal()))
	_, _ = mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
