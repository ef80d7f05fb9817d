package kyc_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/internal/fault"
	"tenantry/internal/kyc"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

var signingSecret = "whsec_" + base64.StdEncoding.EncodeToString([]byte("0123456789abcdef"))

func remote(t *testing.T, answer http.HandlerFunc) (*kyc.Remote, *testkit.Clock) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	clock := testkit.NewClock(time.Unix(1_700_000_000, 0))
	made, err := kyc.NewRemote(kyc.RemoteOptions{
		URL: server.URL, Secret: secret.New(signingSecret), Timeout: timeout, Failures: failures, Pause: pause, Now: clock.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return made, clock
}

var subject = identity.Subject{
	Ref: tenancy.Ref{Tenant: tenancy.ID{1}, ID: tenancy.ID{2}}, ReviewID: tenancy.ID{3}, Kind: customers.PartyIndividual,
	Name: "Ada Byron", Email: "ada@example.com", PersonalTax: secret.New("123456789"), Address: &customers.Address{City: "Portland"},
}

// The question tells what was given and is signed in the Standard Webhooks form,
// so that its receiver, and nobody else, trusts it.
func TestTheQuestionIsSigned(t *testing.T) {
	t.Parallel()
	var r *kyc.Remote
	asked := false
	r, _ = remote(t, func(w http.ResponseWriter, request *http.Request) {
		asked = true
		content, _ := io.ReadAll(request.Body)
		var question map[string]any
		if json.Unmarshal(content, &question) != nil || question["personalTaxId"] != "123456789" || question["reviewId"] != subject.ReviewID.String() {
			t.Errorf("the question is %s", content)
		}
		// The callback route takes what is signed with the same secret.
		if _, err := r.Callback(request.Header, content); fault.KindOf(err) == fault.Unauthenticated {
			t.Errorf("the signature is not good: %v", request.Header)
		}
		fmt.Fprint(w, `{"status":"verified","reason":"seen","messages":{"I1":"Fine."},"report":{"decision":"accept"}}`)
	})
	verdict, err := r.Verify(t.Context(), subject)
	if err != nil || verdict.Status != reviews.IdentityVerified || verdict.Report == nil || verdict.Messages["I1"] == "" || !asked {
		t.Errorf("the verdict is %+v, %v", verdict, err)
	}
}

// 202 means later; a service that hangs, fails, redirects or answers nonsense is an
// error that holds nothing of the subject.
func TestAnswersThatAreNone(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	t.Cleanup(func() { close(hang) })
	for name, answer := range map[string]http.HandlerFunc{
		"failure":          func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"no JSON":          func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `verified`) },
		"an unknown state": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"status":"fine"}`) },
		"no state":         func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) },
		"none":             func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"status":"none"}`) },
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		},
		"too long": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"status":"verified","reason":"`+strings.Repeat("x", 300<<10)+`"}`)
		},
		"hanging": func(http.ResponseWriter, *http.Request) {
			select {
			case <-hang:
			case <-time.After(time.Second): // the server of the test waits for it when it ends
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, _ := remote(t, answer)
			verdict, err := r.Verify(t.Context(), subject)
			if err == nil || strings.Contains(err.Error(), "123456789") || strings.Contains(err.Error(), "Ada") {
				t.Errorf("it gives %+v, %v", verdict, err)
			}
		})
	}
	r, _ := remote(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })
	if verdict, err := r.Verify(t.Context(), subject); err != nil || verdict.Status != reviews.IdentityPending {
		t.Errorf("202 gives %+v, %v", verdict, err)
	}
}

// A late answer counts when it is signed, of about now, and names a customer.
func TestCallback(t *testing.T) {
	t.Parallel()
	r, clock := remote(t, func(http.ResponseWriter, *http.Request) {})
	body := `{"customer":"` + subject.Ref.String() + `","reviewId":"` + subject.ReviewID.String() + `","status":"rejected","reason":"no"}`
	header := kyc.SignedHeader(r, "msg_1", clock.Now(), []byte(body))
	late, err := r.Callback(header, []byte(body))
	if err != nil || late.Customer != subject.Ref || late.ReviewID != subject.ReviewID || late.Status != reviews.IdentityRejected {
		t.Errorf("it reads as %+v, %v", late, err)
	}
	other := header.Clone()
	other.Set("Webhook-Timestamp", strconv.FormatInt(clock.Now().Unix()+1, 10))
	for name, refused := range map[string]struct {
		header http.Header
		body   string
	}{
		"another body":       {header, body + " "},
		"another time":       {other, body},
		"without signature":  {http.Header{}, body},
		"signed an hour ago": {kyc.SignedHeader(r, "msg_1", clock.Now().Add(-time.Hour), []byte(body)), body},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := r.Callback(refused.header, []byte(refused.body)); fault.KindOf(err) != fault.Unauthenticated {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	for text, kind := range map[string]fault.Kind{
		`{`: fault.Malformed, `{"status":"fine"}`: fault.Malformed, `{"status":"verified","customer":"x"}`: fault.NotFound,
	} {
		t.Run(text, func(t *testing.T) {
			if _, err := r.Callback(kyc.SignedHeader(r, "m", clock.Now(), []byte(text)), []byte(text)); fault.KindOf(err) != kind {
				t.Errorf("%s: %v", text, err)
			}
		})
	}
}

// A secret that could be guessed is refused when it is configured.
func TestSecretsAreChecked(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "whsec_", "whsec_c2hvcnQ=", "whsec_?", base64.StdEncoding.EncodeToString(make([]byte, 32))} {
		t.Run(text, func(t *testing.T) {
			if _, err := kyc.NewRemote(kyc.RemoteOptions{Secret: secret.New(text)}); err == nil {
				t.Errorf("%q is accepted", text)
			}
		})
	}
}
