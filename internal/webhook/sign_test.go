package webhook_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"tenantry/customers"
	"tenantry/customers/webhooks"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// secret renews the secret of the first webhook and returns it.
func (e *env) secret(c *customers.Customer, graceSeconds int) string {
	e.T.Helper()
	made, err := e.Svc.Webhooks.RenewWebhookSecret(e.T.Context(), e.behalf(c), "", e.webhooks(c)[0].ID,
		webhooks.WebhookSecretInput{GraceSeconds: patch.Of(graceSeconds)})
	testkit.Must(e.T, err)
	return made.Secret.Reveal()
}

// verifies reports whether an independent verifier accepts a message.
func verifies(t *testing.T, secret string, g got) bool {
	t.Helper()
	verifier, err := standardwebhooks.NewWebhook(secret)
	testkit.Must(t, err)
	// The clock of the tests stands still, that of the verifier does not.
	return verifier.VerifyIgnoringTimestamp(g.body, g.header) == nil
}

// The verifier of the Standard Webhooks project accepts what is sent, with the secret
// that was shown and no other, and refuses it if one byte differs.
func TestAForeignVerifierAccepts(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"native", "straddle"} {
		t.Run(format, func(t *testing.T) {
			e, to := newEnv(t), receive(t, nil)
			c := e.create(e.platform, "Signed", "merchant", `,"settings":`+filtered(`{"url":"`+to.URL+`","format":"`+format+`"}`))
			secret := e.secret(c, 0)
			e.quiet()
			sent := to.all()
			if len(sent) == 0 {
				t.Fatalf("%s: nothing was sent", format)
			}
			for _, g := range sent {
				if !verifies(t, secret, g) {
					t.Errorf("%s: %s is refused", format, g.body)
				}
				if verifies(t, "whsec_"+strings.Repeat("AAAA", 8), g) {
					t.Errorf("%s: another secret verifies too", format)
				}
				g.body[len(g.body)/2] ^= 1
				if verifies(t, secret, g) {
					t.Errorf("%s: a tampered message is accepted", format)
				}
			}
		})
	}
}

// During a rotation a receiver that knows either secret accepts; afterwards only the new
// one works.
func TestTwoSecretsSignDuringARotation(t *testing.T) {
	t.Parallel()
	e, to := newEnv(t), receive(t, nil)
	c := e.child(to.URL)
	first := e.secret(c, 0)
	second := e.secret(c, 3600)
	e.quiet()
	if during := to.all()[0]; !verifies(t, first, during) || !verifies(t, second, during) {
		t.Errorf("during the rotation: %v", during.header)
	}
	e.Clock.Advance(time.Hour)
	e.update(c, `{"name":"Later"}`)
	e.quiet()
	last := to.all()[len(to.all())-1]
	if verifies(t, first, last) || !verifies(t, second, last) {
		t.Errorf("after the rotation: %v", last.header)
	}
}

// Sealed secrets can still be read after the key ring was rotated.
func TestSecretsSurviveResealing(t *testing.T) {
	t.Parallel()
	e, to := newEnv(t), receive(t, nil)
	c := e.child(to.URL)
	secret := e.secret(c, 0)
	before, err := e.Svc.Lifecycle.Get(t.Context(), e.local(), c.ID.String())
	testkit.Must(t, err)
	e.Ring, err = e.Ring.AddVersion(rand.Reader, 0)
	testkit.Must(t, err)
	e.Svc = e.newService(nil)
	e.sender = e.newSender(e.Svc)
	testkit.Must(t, e.Svc.Lifecycle.Reseal(t.Context(), func(int) {}))
	after, err := e.Svc.Lifecycle.Get(t.Context(), e.local(), c.ID.String())
	testkit.Must(t, err)
	if bytes.Equal(before.Webhooks[0].Secret.Box, after.Webhooks[0].Secret.Box) || !e.Ring.IsCurrent(after.Webhooks[0].Secret.Box) {
		t.Error("the secret was not sealed anew")
	}
	e.quiet()
	for _, g := range to.all() {
		if !verifies(t, secret, g) {
			t.Errorf("%s is refused", g.body)
		}
	}
}

// Dwolla's form has topics in a header, creation before its outcome, and the signature
// over the raw body; plain changes are not sent.
func TestDwollaMessages(t *testing.T) {
	t.Parallel()
	e, to := newEnv(t), receive(t, nil)
	platform, err := e.Svc.Lifecycle.Get(t.Context(), e.platform, "")
	testkit.Must(t, err)
	e.quiet()
	e.update(platform, `{"settings":`+filtered(`{"url":"`+to.URL+`","format":"dwolla"}`)+`}`)
	secret := e.secret(platform, 0)
	c := e.create(e.platform, "Payer", "payer", "")
	e.update(c, `{"description":"not told"}`)
	e.update(c, `{"status":"disabled"}`)
	e.update(c, `{"status":"active"}`)
	e.quiet()
	topics := []string{}
	for _, g := range to.all() {
		mac := hmac.New(sha256.New, []byte(secret))
		_, _ = mac.Write(g.body)
		if g.header.Get("X-Request-Signature-SHA-256") != hex.EncodeToString(mac.Sum(nil)) {
			t.Errorf("the signature of %s is wrong", g.body)
		}
		id := uuidForm(c.ID.String())
		if !strings.Contains(string(g.body), `"resourceId":"`+id+`"`) || !strings.Contains(string(g.body), `"href":"https://api.example/customers/`+id+`"`) {
			t.Errorf("got %s", g.body)
		}
		topics = append(topics, g.header.Get("X-Dwolla-Topic"))
	}
	for _, want := range []string{"customer_created", "customer_deactivated", "customer_activated"} {
		t.Run(want, func(t *testing.T) {
			if !contains(topics, want) {
				t.Errorf("%s is missing of %v", want, topics)
			}
		})
	}
	if len(topics) != 3 {
		t.Errorf("got %v", topics)
	}
}

// uuidForm writes an id as the vendors' dialects do.
func uuidForm(id string) string { return id[:8] + "-" + id[8:12] + "-8000-8000-" + id[12:] }

func contains(list []string, text string) bool {
	for _, item := range list {
		if item == text {
			return true
		}
	}
	return false
}

// A webhook in the native form sends the Standard Webhooks headers and no others of ours.
func TestHeaders(t *testing.T) {
	t.Parallel()
	e, to := newEnv(t), receive(t, nil)
	e.child(to.URL)
	e.quiet()
	header := to.all()[0].header
	if header.Get("Webhook-Timestamp") != "1772619330" || !strings.HasPrefix(header.Get("Webhook-Id"), "msg_") ||
		header.Get("Content-Type") != "application/json" || header.Get("Authorization") != "" || len(header) > 8 {
		t.Errorf("got %v", http.Header(header))
	}
}
