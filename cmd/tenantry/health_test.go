package main

import (
	"testing"

	"tenantry/internal/config"
)

// TestHealthAsksThisMachine holds whom the question is put to: the address that is listened on,
// this machine where that is every address, and https where the service speaks it.
func TestHealthAsksThisMachine(t *testing.T) {
	t.Parallel()
	for listen, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080", ":8080": "http://127.0.0.1:8080", "0.0.0.0:80": "http://127.0.0.1:80",
		"[::]:8080": "http://127.0.0.1:8080", "[::1]:8080": "http://[::1]:8080", "api.example.com:443": "http://api.example.com:443",
	} {
		t.Run(listen, func(t *testing.T) {
			t.Parallel()
			s := config.Loaded{Config: &config.Config{}}
			if got := localURL(&s, listen); got != want {
				t.Errorf("%s, not %s", got, want)
			}
			s.TLS.Cert = "cert.pem"
			if got, want := localURL(&s, listen), "https"+want[len("http"):]; got != want {
				t.Errorf("%s, not %s", got, want)
			}
		})
	}
}
