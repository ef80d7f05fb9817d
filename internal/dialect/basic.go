package dialect

import (
	"encoding/base64"
	"net/http"
	"strings"
)

// anyBase64 turns the URL-safe alphabet of base64 into the standard one.
var anyBase64 = strings.NewReplacer("-", "+", "_", "/")

// BasicCredentials returns the user name and the password of HTTP Basic. Unlike the
// standard library it reads either alphabet of base64, with and without padding, because
// clients send each.
func BasicCredentials(r *http.Request) (user, password string, ok bool) {
	scheme, encoded, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	for range 2 { // padding is two characters at most
		encoded = strings.TrimSuffix(encoded, "=")
	}
	plain, err := base64.RawStdEncoding.DecodeString(anyBase64.Replace(encoded))
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(plain), ":")
}
