package dwolla

import (
	"errors"
	"net/http"
	"testing"

	"tenantry/internal/dialect"
)

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
