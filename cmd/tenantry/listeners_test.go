package main

import (
	"crypto/tls"
	"net"
	"net/http"
	"sync"
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

// A client that knows HTTP/2 speaks it over TLS, many requests at a time over one
// connection, which counts once; one that does not is served as before.
func TestHTTP2OverTLS(t *testing.T) {
	t.Parallel()
	certificate, key, trusted := testkit.Certificate(t)
	p := &program{Program: &cli.Program{Now: time.Now, Environ: []string{
		"TENANTRY_LISTEN=127.0.0.1:0", "TENANTRY_METRICS_LISTEN=127.0.0.1:0", "TENANTRY_TLS_CERT=" + certificate, "TENANTRY_TLS_KEY=" + key,
	}}}
	s, err := p.Settings(true)
	testkit.Must(t, err)
	l, err := p.listen(t.Context(), s, zerolog.Nop())
	testkit.Must(t, err)
	var together sync.WaitGroup
	together.Add(10)
	server := publicServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/together" {
			together.Done()
			together.Wait()
		}
	}), s, l.bounded)
	served := make(chan error, 1)
	go func() { served <- server.Serve(l.public) }()
	defer func() {
		_ = server.Close()
		<-served
	}()
	ask := func(transport *http.Transport, path string) (major int) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, baseURL(s, l.public.Addr().String())+path, http.NoBody)
		if err != nil {
			t.Error(err)
			return 0
		}
		response, err := transport.RoundTrip(request)
		if err != nil {
			t.Error(err)
			return 0
		}
		_ = response.Body.Close()
		return response.ProtoMajor
	}
	modern := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}, ForceAttemptHTTP2: true}
	defer modern.CloseIdleConnections()
	if got := ask(modern, "/"); got != 2 {
		t.Fatalf("it speaks HTTP/%d", got)
	}
	var clients sync.WaitGroup
	for range 10 {
		clients.Go(func() { ask(modern, "/together") })
	}
	clients.Wait()
	if got := l.bounded.count(); got != 1 {
		t.Errorf("%d connections are open", got)
	}
	old := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}
	defer old.CloseIdleConnections()
	if got := ask(old, "/"); got != 1 {
		t.Errorf("an old client is served by HTTP/%d", got)
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
