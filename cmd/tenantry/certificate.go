package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"
)

// lookInterval is how long the files of a certificate are not looked at again.
const lookInterval = time.Second

// certificate is the certificate of the public listener. It follows its files: whoever
// renews it need not restart the service. It is safe for concurrent use.
type certificate struct {
	certFile, keyFile string
	now               func() time.Time
	log               zerolog.Logger

	mutex  sync.Mutex
	inUse  *tls.Certificate
	looked time.Time
	// tried are the files as they were when they were last read, so that each change is
	// tried, and told of, once.
	tried [2]os.FileInfo
}

// openCertificate reads a certificate and its key.
func openCertificate(certFile, keyFile string, now func() time.Time, log zerolog.Logger) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, now: now, log: log, looked: now()}
	var err error
	if c.tried, err = c.stat(); err != nil {
		return nil, err
	}
	if c.inUse, err = c.read(); err != nil {
		return nil, err
	}
	return c, nil
}

// current returns the certificate in use, after it took over what changed in the files.
// Files that cannot be used leave it as it was.
func (c *certificate) current() *tls.Certificate {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	now := c.now()
	if now.Sub(c.looked) < lookInterval {
		return c.inUse
	}
	c.looked = now
	found, err := c.stat()
	if err == nil && sameFile(found[0], c.tried[0]) && sameFile(found[1], c.tried[1]) {
		return c.inUse
	}
	if err != nil && c.tried == [2]os.FileInfo{} {
		return c.inUse // missing still, as was told
	}
	return c.take(now, found, err)
}

// reload takes over the files at once, whether they changed or not, and says so in the log.
func (c *certificate) reload() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.looked = c.now()
	found, err := c.stat()
	c.take(c.looked, found, err)
}

// take uses the files found, if they can be used, and returns the certificate in use from
// now on.
func (c *certificate) take(now time.Time, found [2]os.FileInfo, err error) *tls.Certificate {
	c.tried = found
	var renewed *tls.Certificate
	if err == nil {
		renewed, err = c.read()
	}
	if err == nil && now.After(renewed.Leaf.NotAfter) {
		err = fmt.Errorf("it ended on %s", renewed.Leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	if err != nil {
		c.log.Error().Err(err).Time("ends", c.inUse.Leaf.NotAfter).
			Msg("the new certificate cannot be used, and the one before stays: check tls.cert and tls.key")
		return c.inUse
	}
	c.inUse = renewed
	c.log.Info().Time("ends", renewed.Leaf.NotAfter).Msg("uses the new certificate")
	return c.inUse
}

func (c *certificate) stat() (found [2]os.FileInfo, err error) {
	for i, path := range []string{c.certFile, c.keyFile} {
		if found[i], err = os.Stat(path); err != nil {
			return [2]os.FileInfo{}, err
		}
	}
	return found, nil
}

func (c *certificate) read() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return nil, err
	}
	if pair.Leaf == nil {
		return nil, errors.New("it holds no certificate")
	}
	return &pair, nil
}

// sameFile reports whether a file is the one that was read, unchanged.
func sameFile(a, b os.FileInfo) bool {
	return a != nil && b != nil && os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// settings returns how TLS is spoken: 1.2 at least, and of 1.2 only what has forward secrecy
// and authenticated encryption.
func (c *certificate) settings() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
		},
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.current(), nil },
	}
}

// watch adds the end of the certificate to the metrics.
func (c *certificate) watch(registry *prometheus.Registry) {
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tenantry_tls_certificate_expiry_timestamp_seconds", Help: "When the certificate in use ends, in seconds since 1970.",
	}, func() float64 { return float64(c.current().Leaf.NotAfter.Unix()) }))
}
