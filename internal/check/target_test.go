package check_test

import (
	"strings"
	"testing"

	"tenantry/internal/check"
)

// A URL to send to is taken apart in one way only: its host is a name in ASCII, or an
// address in the form that every program reads alike.
func TestTargets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		host string
		port uint16
		text string // as it is kept; empty for as it was given
	}{
		"https://hooks.example/in":         {host: "hooks.example", port: 443},
		"HTTP://Hooks.Example/in":          {host: "hooks.example", port: 80},
		"https://hooks.example:8443/a@b:c": {host: "hooks.example", port: 8443},
		"http://my_service:8080/%7Ein":     {host: "my_service", port: 8080},
		"https://203.0.113.7":              {host: "203.0.113.7", port: 443},
		"https://[2001:DB8::1]:444/x":      {host: "2001:db8::1", port: 444},
		"https://xn--bcher-kva.example":    {host: "xn--bcher-kva.example", port: 443},
		"https://Bücher.example/Bücher":    {host: "xn--bcher-kva.example", port: 443, text: "https://xn--bcher-kva.example/Bücher"},
		"https://3com.example":             {host: "3com.example", port: 443},
		"https://a.0x1g":                   {host: "a.0x1g", port: 443},
	} {
		t.Run(text, func(t *testing.T) {
			got, err := check.ParseTarget(text)
			if err != nil || got.Host != want.host || got.Port != want.port {
				t.Fatalf("%q: %q, %d, %v", text, got.Host, got.Port, err)
			}
			if want.text == "" {
				want.text = text
			}
			if kept := check.CanonicalURL(text); kept != want.text {
				t.Errorf("%q is kept as %q", text, kept)
			}
		})
	}
	for _, text := range []string{
		"https://user@hooks.example", "https://user:pass@hooks.example", "https://@hooks.example", "https://:@hooks.example", "https://good.example@127.0.0.1",
		"https://0x7f.1", "https://0x7f000001", "https://0X7F.0.0.1", "https://2130706433", "https://0177.0.0.1", "https://127.1", "https://127.0.0.01", "https://1.2.3.4.5",
		"https://256.0.0.1", "https://127.0.0.0x1", "https://hooks.example.1", "https://0x", "https://0",
		"https://[fe80::1%25eth0]", "https://[fe80::1%eth0]", "https://[::ffff:127.0.0.1]", "https://[::ffff:7f00:1]", "https://[127.0.0.1]", "https://[hooks.example]", "https://::1", "https://[::1", "https://[::1]x",
		"https://localhost.", "https://hooks.example.", "https://127.0.0.1.", "https://hooks..example", "https://.example", "https://.",
		"https://１２７.0.0.1", "https://127。0。0。1", "https://ⓛocalhost．", "https://hooks.example\u200b", "https://a\u202eb.example", "https://xn--a.example", "https://xn--.example", "https://" + "ü" + strings.Repeat("a", 63) + ".example",
		"https://hooks.example\x00", "https://hooks\n.example", "https://hooks .example", "https://hooks.example\\@evil.example", "https:\\\\hooks.example", "https://hooks%2eexample", "https://%6cocalhost", "https://h\u00a0x.example",
		"https://hooks.example:", "https://hooks.example:0", "https://hooks.example:080", "https://hooks.example:65536", "https://hooks.example:-1", "https://hooks.example:+443", "https://hooks.example:https",
		"https:hooks.example", "https:/hooks.example", "https:///hooks.example", "//hooks.example", "ftp://hooks.example", "https://", "https://:443", "", "https://ho!st.example", "https://" + strings.Repeat("a.", 127) + "ab",
		"https://" + strings.Repeat("a", 64) + ".example", "https://hooks.example\xff",
	} {
		t.Run(text, func(t *testing.T) {
			if got, err := check.ParseTarget(text); err == nil {
				t.Errorf("%q is taken for the host %q", text, got.Host)
			}
		})
	}
}
