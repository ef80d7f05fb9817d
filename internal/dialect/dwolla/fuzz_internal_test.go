package dwolla

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"tenantry/internal/dialect"
)

// What passes for a host is the whole host of the URL that is made of it.
func FuzzHost(f *testing.F) {
	for _, seed := range []string{"localhost:8080", "[::1]:80", "a.example", "a@b", "a/b", "a:b", "[", "", "a?b", `a"b`, "é.example", "::", ":80"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !isHost(text) {
			return
		}
		parsed, err := url.Parse("https://" + text + "/customers/1?limit=1")
		if err != nil || parsed.Host != text || parsed.Path != "/customers/1" || parsed.User != nil || parsed.Fragment != "" {
			t.Errorf("%q becomes %v (%v)", text, parsed, err)
		}
	})
}

// Any body of the token endpoint is read as a form or refused in OAuth's words.
func FuzzTokenForm(f *testing.F) {
	for _, seed := range []string{"grant_type=client_credentials&client_id=x", `{"grant_type":"x","n":null}`, `[]`, "%", "a=1&a=2", "", "null"} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, body string, asForm bool) {
		x := &dialect.Request{Request: &http.Request{Header: http.Header{}}, Content: []byte(body)}
		x.Request.Header.Set("Content-Type", mediaJSON)
		if asForm {
			x.Request.Header.Set("Content-Type", mediaForm)
		}
		sent, err := tokenForm(x)
		refused, words := errors.AsType[*oauthError](err)
		if (err == nil) == (sent == nil) || (err != nil && (!words || refused.code != "invalid_request")) {
			t.Errorf("%q gives %v, %v", body, sent, err)
		}
	})
}
