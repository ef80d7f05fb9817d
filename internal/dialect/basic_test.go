package dialect_test

import (
	"encoding/base64"
	"net/http"
	"testing"

	"pgregory.net/rapid"

	"tenantry/internal/dialect"
)

// Credentials are read from either alphabet of base64, with and without padding: the
// official clients send each of the four.
func TestBasicCredentials(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		user := rapid.StringMatching(`[^:\x00-\x1f]{0,12}`).Draw(r, "user")
		password := rapid.StringMatching(`[^\x00-\x1f]{0,12}`).Draw(r, "password")
		for name, encoding := range map[string]*base64.Encoding{
			"standard": base64.StdEncoding, "bare": base64.RawStdEncoding, "url": base64.URLEncoding, "bare url": base64.RawURLEncoding,
		} {
			gotUser, gotPassword, ok := credentials("Basic " + encoding.EncodeToString([]byte(user+":"+password)))
			if !ok || gotUser != user || gotPassword != password {
				r.Errorf("%s: %q and %q, %v", name, gotUser, gotPassword, ok)
			}
		}
	})
}

// What is no pair of credentials is none, and the name of the scheme has any case.
func TestNoBasicCredentials(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		header string
		ok     bool
	}{
		"lower case": {"basic YTpi", true}, "nothing": {"", false}, "a token": {"Bearer YTpi", false}, "no scheme": {"YTpi", false}, "another scheme": {"Basically YTpi", false},
		"no colon": {"Basic YWI", false}, "no base64": {"Basic !!", false}, "both alphabets": {"Basic -_+/Og", true}, "padding within": {"Basic YT=pi", false}, "too much padding": {"Basic YTpi====", false},
		"a space": {"Basic YT pi", false},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, ok := credentials(row.header); ok != row.ok {
				t.Errorf("%q: %v", row.header, ok)
			}
		})
	}
}

func credentials(header string) (user, password string, ok bool) {
	request := &http.Request{Header: http.Header{}}
	if header != "" {
		request.Header.Set("Authorization", header)
	}
	return dialect.BasicCredentials(request)
}
