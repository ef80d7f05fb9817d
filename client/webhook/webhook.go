// Package webhook verifies the messages that a Tenantry service sends to webhooks, in the
// form of Standard Webhooks, and serves as their receiver.
//
//	receiver, err := webhook.New(os.Getenv("WEBHOOK_SECRET"))
//	if err != nil {
//		return err
//	}
//	http.Handle("POST /hooks", receiver.Handler(func(ctx context.Context, m *webhook.Message) error {
//		event, err := m.Event()
//		…
//	}))
//
// Messages come at least once and in no promised order: tell repeats by [Message.ID], and
// read what an event is about by its id when the order matters.
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tenantry/client"
)

// The reasons why a message is not accepted.
var (
	// ErrMissing means that a header of Standard Webhooks is missing or malformed.
	ErrMissing = errors.New("a header of the signature is missing or malformed")
	// ErrTime means that the message was signed too long ago, or will be.
	ErrTime = errors.New("the message was not signed within the tolerance")
	// ErrSignature means that no secret made the signature: the message is another's, or the
	// secret is.
	ErrSignature = errors.New("the signature is not by this secret")
)

// Tolerance is how far the clocks of sender and receiver may be apart, and how long a
// message that somebody recorded can be played again.
const Tolerance = 5 * time.Minute

const (
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
	secretPrefix    = "whsec_"
	version         = "v1,"
	shortestSecret  = 16
)

// Receiver verifies messages. It is safe for concurrent use.
type Receiver struct {
	secrets [][]byte
	now     func() time.Time
}

// New returns a receiver that knows the signing secret of a webhook, as the service showed
// it (whsec_…). While a secret is renewed it may know both, the new one and the one before:
// what either has signed is accepted.
func New(secrets ...string) (*Receiver, error) {
	if len(secrets) == 0 {
		return nil, errors.New("a receiver needs the secret of its webhook")
	}
	r := &Receiver{now: time.Now}
	for i, text := range secrets {
		secret, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, secretPrefix))
		if err != nil || len(secret) < shortestSecret {
			// The cause would quote the secret.
			return nil, fmt.Errorf("secret %d is not one of a webhook: whsec_ and then base64", i+1)
		}
		r.secrets = append(r.secrets, secret)
	}
	return r, nil
}

// Message is a message whose signature was verified.
type Message struct {
	// ID is the same for every attempt to deliver the message.
	ID string
	// Signed is when this attempt was signed, to the second.
	Signed time.Time
	// Body is the message as it came.
	Body []byte
}

// Event returns the event of a message in the native format.
func (m *Message) Event() (*client.Event, error) {
	event := new(client.Event)
	if err := json.Unmarshal(m.Body, event); err != nil {
		return nil, fmt.Errorf("reading the event of message %s: %w", m.ID, err)
	}
	return event, nil
}

// Verify returns a message if its signature, by any of the secrets, is right and not older
// or newer than [Tolerance]. The body must be the bytes that came, before anything decoded
// them. It returns [ErrMissing], [ErrTime] or [ErrSignature].
func (r *Receiver) Verify(header http.Header, body []byte) (*Message, error) {
	id, stamp := header.Get(headerID), header.Get(headerTimestamp)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if id == "" || err != nil || header.Get(headerSignature) == "" {
		return nil, ErrMissing
	}
	signed := time.Unix(seconds, 0)
	if apart := r.now().Sub(signed); apart > Tolerance || apart < -Tolerance {
		return nil, ErrTime
	}
	if !r.signedBy(header.Get(headerSignature), id+"."+stamp+".", body) {
		return nil, ErrSignature
	}
	return &Message{ID: id, Signed: signed.UTC(), Body: body}, nil
}

// signedBy reports whether one of the signatures, separated by spaces, is by one of the
// secrets. Each is compared in constant time; how many there are is no secret.
func (r *Receiver) signedBy(signatures, head string, body []byte) bool {
	for _, secret := range r.secrets {
		mac := hmac.New(sha256.New, secret)
		_, _ = mac.Write([]byte(head))
		_, _ = mac.Write(body)
		want := mac.Sum(nil)
		for signature := range strings.FieldsSeq(signatures) {
			encoded, ok := strings.CutPrefix(signature, version)
			if !ok {
				continue
			}
			given, err := base64.StdEncoding.DecodeString(encoded)
			if err == nil && hmac.Equal(given, want) {
				return true
			}
		}
	}
	return false
}
