package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"tenantry/internal/testkit"
)

// shakes reports whether a client that trusts a pool accepts the certificate in use.
func shakes(t *testing.T, c *certificate, trusted *x509.CertPool) bool {
	t.Helper()
	there, here := net.Pipe()
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = tls.Server(there, c.settings()).HandshakeContext(t.Context())
		_ = there.Close()
	}()
	err := tls.Client(here, &tls.Config{RootCAs: trusted, ServerName: "127.0.0.1"}).HandshakeContext(t.Context())
	_ = here.Close()
	<-served
	return err == nil
}

// copyOver replaces the content of a file, as whoever renews a certificate does.
func copyOver(t *testing.T, to, from string) {
	t.Helper()
	content, err := os.ReadFile(from)
	testkit.Must(t, err)
	testkit.Must(t, os.WriteFile(to+".new", content, 0o600))
	testkit.Must(t, os.Rename(to+".new", to))
}

// A certificate that is renewed is used without a restart. Files that cannot be used
// together, or a certificate that has ended, leave the one before in use, and the log says
// so once.
func TestACertificateFollowsItsFiles(t *testing.T) {
	t.Parallel()
	certFile, keyFile, first := testkit.Certificate(t)
	newCert, newKey, second := testkit.Certificate(t)
	oldCert, oldKey := certFile+".kept", keyFile+".kept"
	copyOver(t, oldCert, certFile)
	copyOver(t, oldKey, keyFile)
	now := time.Now()
	var told bytes.Buffer
	c, err := openCertificate(certFile, keyFile, func() time.Time { return now }, zerolog.New(&told))
	testkit.Must(t, err)
	registry := prometheus.NewRegistry()
	c.watch(registry)
	later := func(trusted, refused *x509.CertPool) {
		t.Helper()
		now = now.Add(lookInterval)
		if !shakes(t, c, trusted) || shakes(t, c, refused) {
			t.Errorf("another certificate is in use; log: %s", told.String())
		}
	}
	times := func(words string, want int) {
		t.Helper()
		if got := strings.Count(told.String(), words); got != want {
			t.Errorf("the log says %q %d times, want %d: %s", words, got, want, told.String())
		}
	}
	later(first, second)
	// Half of a renewal: the certificate does not fit the key.
	copyOver(t, certFile, newCert)
	later(first, second)
	later(first, second)
	times("cannot be used", 1)
	// The other half.
	copyOver(t, keyFile, newKey)
	later(second, first)
	later(second, first)
	times("uses the new certificate", 1)
	// Missing, then no certificate at all.
	testkit.Must(t, os.Remove(keyFile))
	later(second, first)
	later(second, first)
	times("cannot be used", 2)
	testkit.Must(t, os.WriteFile(keyFile, []byte("no key"), 0o600))
	later(second, first)
	later(second, first)
	times("cannot be used", 3)
	measured, err := registry.Gather()
	testkit.Must(t, err)
	if got, want := measured[0].GetMetric()[0].GetGauge().GetValue(), float64(c.current().Leaf.NotAfter.Unix()); got != want {
		t.Errorf("the certificate is said to end at %v, want %v", got, want)
	}
	// One that has ended by now.
	copyOver(t, certFile, oldCert)
	copyOver(t, keyFile, oldKey)
	now = now.Add(2 * time.Hour)
	if c.current() == nil || !bytes.Equal(c.current().Certificate[0], leafOf(t, newCert)) {
		t.Error("a certificate that has ended is used")
	}
	times("it ended on", 1)
}

// Asked to read its files again, it does so at once, however short ago it looked and though
// nothing about the files tells of a change; files that cannot be used leave it as it was.
func TestACertificateIsReadAgainWhenAsked(t *testing.T) {
	t.Parallel()
	certFile, keyFile, first := testkit.Certificate(t)
	newCert, newKey, second := testkit.Certificate(t)
	now := time.Now()
	var told bytes.Buffer
	c, err := openCertificate(certFile, keyFile, func() time.Time { return now }, zerolog.New(&told))
	testkit.Must(t, err)
	copyOver(t, certFile, newCert)
	c.reload()
	if !shakes(t, c, first) || !strings.Contains(told.String(), "cannot be used") {
		t.Errorf("half of a renewal is used; log: %s", told.String())
	}
	copyOver(t, keyFile, newKey)
	if shakes(t, c, second) {
		t.Error("the files are looked at more than once a second")
	}
	c.reload()
	if !shakes(t, c, second) || !strings.Contains(told.String(), "uses the new certificate") {
		t.Errorf("the certificate before is in use; log: %s", told.String())
	}
}

func leafOf(t *testing.T, path string) []byte {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(path, strings.Replace(path, "cert.pem", "key.pem", 1))
	testkit.Must(t, err)
	return pair.Certificate[0]
}
