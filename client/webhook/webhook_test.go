package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenantry/client/webhook"
)

const (
	first  = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	second = "whsec_c2Vjb25kIHNlY3JldCBvZiBhIHdlYmhvb2s="
	body   = `{"id":"65be9a3f1c2d4e5f60718293","type":"customer.created"}`
)

var now = time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)

func receiver(t *testing.T, secrets ...string) *webhook.Receiver {
	t.Helper()
	r, err := webhook.New(secrets...)
	if err != nil {
		t.Fatal(err)
	}
	r.SetNow(func() time.Time { return now })
	return r
}

// signature signs a message by a secret, at a time.
func signature(secret string, at time.Time) string {
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("msg_1." + strconv.FormatInt(at.Unix(), 10) + "." + body))
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func header(at time.Time, signatures string) http.Header {
	h := http.Header{}
	h.Set("webhook-id", "msg_1")
	h.Set("webhook-timestamp", strconv.FormatInt(at.Unix(), 10))
	h.Set("webhook-signature", signatures)
	return h
}

// The example that the specification of Standard Webhooks publishes is accepted, so any of
// its libraries signs and verifies alike.
func TestTheExampleOfTheSpecification(t *testing.T) {
	t.Parallel()
	r := receiver(t, first)
	r.SetNow(func() time.Time { return time.Unix(1614265330, 0) })
	h := http.Header{}
	h.Set("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
	h.Set("webhook-timestamp", "1614265330")
	h.Set("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
	if _, err := r.Verify(h, []byte(`{"test": 2432232314}`)); err != nil {
		t.Errorf("it was refused: %v", err)
	}
}

// Only what one of the secrets signed, about this time and over these bytes, is accepted.
func TestVerify(t *testing.T) {
	t.Parallel()
	good := signature(first, now)
	for name, row := range map[string]struct {
		secrets []string
		header  http.Header
		body    string
		want    error
	}{
		"by the secret":                 {[]string{first}, header(now, good), body, nil},
		"by the new one of two":         {[]string{second, first}, header(now, good), body, nil},
		"beside one by the old secret":  {[]string{first}, header(now, signature(second, now)+" "+good), body, nil},
		"beside one of another version": {[]string{first}, header(now, "v1a,"+good[3:]+" "+good), body, nil},
		"five minutes late":             {[]string{first}, header(now.Add(-webhook.Tolerance), signature(first, now.Add(-webhook.Tolerance))), body, nil},
		"later than that":               {[]string{first}, header(now.Add(-301*time.Second), signature(first, now.Add(-301*time.Second))), body, webhook.ErrTime},
		"too early":                     {[]string{first}, header(now.Add(301*time.Second), signature(first, now.Add(301*time.Second))), body, webhook.ErrTime},
		"by another secret":             {[]string{second}, header(now, good), body, webhook.ErrSignature},
		"over another body":             {[]string{first}, header(now, good), body + " ", webhook.ErrSignature},
		"at another time":               {[]string{first}, header(now.Add(time.Second), good), body, webhook.ErrSignature},
		"of another version alone":      {[]string{first}, header(now, "v2,"+good[3:]), body, webhook.ErrSignature},
		"cut short":                     {[]string{first}, header(now, good[:20]), body, webhook.ErrSignature},
		"an empty signature":            {[]string{first}, header(now, "v1,"), body, webhook.ErrSignature},
		"no signature":                  {[]string{first}, header(now, ""), body, webhook.ErrMissing},
		"no headers":                    {[]string{first}, http.Header{}, body, webhook.ErrMissing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := receiver(t, row.secrets...).Verify(row.header, []byte(row.body))
			if !errors.Is(err, row.want) {
				t.Fatalf("it ended with %v, want %v", err, row.want)
			}
			if err == nil && (m.ID != "msg_1" || string(m.Body) != body) {
				t.Errorf("the message is %+v", m)
			}
		})
	}
}

// A secret that cannot be one is refused, without being quoted.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for name, secrets := range map[string][]string{
		"none": nil, "empty": {""}, "no base64": {"whsec_hidden!"}, "too short": {"whsec_aGlkZGVu"}, "one of two": {first, "hidden!"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := webhook.New(secrets...)
			if err == nil || strings.Contains(err.Error(), "hidden") || strings.Contains(err.Error(), "aGlkZGVu") {
				t.Errorf("New returned %v", err)
			}
		})
	}
}

// The handler passes on what is verified alone, and its answer says whether the message is
// to come again.
func TestHandler(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		method    string
		signature string
		ends      error
		want      int
		passed    bool
	}{
		"accepted":         {http.MethodPost, signature(first, now), nil, http.StatusNoContent, true},
		"failed":           {http.MethodPost, signature(first, now), errors.New("no disk"), http.StatusInternalServerError, true},
		"no more":          {http.MethodPost, signature(first, now), webhook.ErrGone, http.StatusGone, true},
		"forged":           {http.MethodPost, signature(second, now), nil, http.StatusUnauthorized, false},
		"of other methods": {http.MethodGet, signature(first, now), nil, http.StatusMethodNotAllowed, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			passed := false
			handler := receiver(t, first).Handler(func(_ context.Context, m *webhook.Message) error {
				passed = true
				if event, err := m.Event(); err != nil || event.Type != "customer.created" {
					t.Errorf("the event is %+v, %v", event, err)
				}
				return row.ends
			})
			request := httptest.NewRequestWithContext(t.Context(), row.method, "/", strings.NewReader(body))
			request.Header = header(now, row.signature)
			answer := httptest.NewRecorder()
			handler.ServeHTTP(answer, request)
			if answer.Code != row.want || passed != row.passed {
				t.Errorf("it answered %d, passed on: %t; want %d, %t", answer.Code, passed, row.want, row.passed)
			}
		})
	}
}
