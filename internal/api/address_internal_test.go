package api

import (
	"net/http"
	"net/netip"
	"testing"
)

// X-Forwarded-For is believed as far as trusted proxies wrote it, and no further.
func TestTheClientsAddress(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, row := range map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"a stranger who says so":     {"203.0.113.9:1", []string{"1.2.3.4"}, "203.0.113.9"},
		"a proxy":                    {"10.0.0.1:1", []string{"203.0.113.9"}, "203.0.113.9"},
		"two proxies":                {"10.0.0.1:1", []string{"203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		"two headers":                {"10.0.0.1:1", []string{"203.0.113.9", "10.0.0.2"}, "203.0.113.9"},
		"a client that lies":         {"10.0.0.1:1", []string{"1.2.3.4, 203.0.113.9"}, "203.0.113.9"},
		"a proxy without the header": {"10.0.0.1:1", nil, "10.0.0.1"},
		"junk":                       {"10.0.0.1:1", []string{"1.2.3.4, junk"}, "10.0.0.1"},
		"proxies only":               {"10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		"a mapped address":           {"[::ffff:10.0.0.1]:1", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		"version 6":                  {"[fd00::1]:1", []string{"2001:db8::7"}, "2001:db8::7"},
		"a zone is no part of it":    {"[fe80::1%eth0]:1", nil, "fe80::1"},
		"a socket":                   {"@", []string{"203.0.113.9"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{RemoteAddr: row.peer, Header: http.Header{"X-Forwarded-For": row.forwarded}}
			if got := clientAddress(r, trusted); got != row.want {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

// Without trusted proxies the header means nothing.
func TestNoProxyIsTrustedByDefault(t *testing.T) {
	t.Parallel()
	r := &http.Request{RemoteAddr: "127.0.0.1:1", Header: http.Header{"X-Forwarded-For": {"203.0.113.9"}}}
	if got := clientAddress(r, nil); got != "127.0.0.1" {
		t.Errorf("got %q", got)
	}
}
