package main

import (
	"crypto/tls"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/internal/testkit"
)

// With a certificate the API speaks https, 1.2 at least, and nothing else.
func TestCertificateMakesHTTPS(t *testing.T) {
	t.Parallel()
	certificate, key, trusted := testkit.Certificate(t)
	p := &program{Program: &cli.Program{Now: time.Now, Environ: []string{
		"TENANTRY_LISTEN=127.0.0.1:0", "TENANTRY_METRICS_LISTEN=127.0.0.1:0", "TENANTRY_TLS_CERT=" + certificate, "TENANTRY_TLS_KEY=" + key,
	}}}
	s, err := p.Settings(true)
	if err != nil {
		t.Fatal(err)
	}
	l, err := p.listen(t.Context(), s, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	server := publicServer(http.NotFoundHandler(), s, l.bounded)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l.public) }()
	defer func() {
		_ = server.Close()
		<-served
	}()
	ask := func(version uint16, suites ...uint16) error {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS10, MaxVersion: version, CipherSuites: suites}}
		defer transport.CloseIdleConnections()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, baseURL(s, l.public.Addr().String()), http.NoBody)
		if err != nil {
			return err
		}
		response, err := transport.RoundTrip(request)
		if err != nil {
			return err
		}
		return response.Body.Close()
	}
	if err := ask(tls.VersionTLS13); err != nil {
		t.Error(err)
	}
	if err := ask(tls.VersionTLS12); err != nil {
		t.Error(err)
	}
	if ask(tls.VersionTLS11) == nil {
		t.Error("it speaks TLS 1.1")
	}
	if ask(tls.VersionTLS12, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA) == nil {
		t.Error("it speaks TLS 1.2 without authenticated encryption")
	}
	plain, err := http.Get("http://" + l.public.Addr().String()) // a refused request
	if err == nil {
		_ = plain.Body.Close()
		if plain.StatusCode != http.StatusBadRequest {
			t.Errorf("it answers %d without TLS", plain.StatusCode)
		}
	}
}

// An address that is taken is a fault of the configuration, with a way out.
func TestTakenAddressIsAFaultOfTheConfiguration(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	p := &program{Program: &cli.Program{Environ: []string{"TENANTRY_LISTEN=127.0.0.1:0", "TENANTRY_METRICS_LISTEN=" + taken.Addr().String()}}}
	s, err := p.Settings(true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.listen(t.Context(), s, zerolog.Nop()); err == nil {
		t.Fatal("a taken address is no fault")
	} else if code, hint := cli.Classify(err); code != cli.ExitMisused || hint == "" {
		t.Errorf("exit code %d, hint %q", code, hint)
	}
}
