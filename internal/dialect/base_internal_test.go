package dialect

import (
	"net/url"
	"testing"
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
