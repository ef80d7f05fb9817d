package tenantrytest

import (
	"context"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"tenantry/internal/sandbox"
)

// Option changes how Start starts.
type Option func(t testing.TB, o *sandbox.Options)

// Seed is an Option that fills the sandbox from a seed in YAML.
func Seed(text string) Option {
	return func(t testing.TB, o *sandbox.Options) {
		t.Helper()
		seed, err := sandbox.Parse([]byte(text))
		if err != nil {
			t.Fatalf("tenantrytest: the seed is wrong: %v", err)
		}
		o.Seed = seed
	}
}

// SeedFile is an Option that fills the sandbox from a file with a seed.
func SeedFile(path string) Option {
	return func(t testing.TB, o *sandbox.Options) {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("tenantrytest: the seed cannot be read: %v", err)
		}
		Seed(string(text))(t, o)
	}
}

// Sandbox is a running installation. It is safe for concurrent use.
type Sandbox struct {
	t      testing.TB
	inner  *sandbox.Sandbox
	server *httptest.Server
}

// Start starts a sandbox that ends with the test, which it ends if it cannot.
func Start(t testing.TB, options ...Option) *Sandbox {
	t.Helper()
	var how sandbox.Options
	for _, option := range options {
		option(t, &how)
	}
	inner, err := sandbox.Open(context.Background(), how)
	if err != nil {
		t.Fatalf("tenantrytest: the sandbox does not start: %v", err)
	}
	s := &Sandbox{t: t, inner: inner, server: httptest.NewServer(inner)}
	t.Cleanup(func() {
		if err := inner.Close(context.Background()); err != nil {
			t.Errorf("tenantrytest: the sandbox did not end well: %v", err)
		}
		s.server.Close()
	})
	return s
}

// URL returns where the APIs are: the native one below /v3, Balanced's below /v1, Dwolla's at
// the root and Straddle's below /straddle.
func (s *Sandbox) URL() string { return s.server.URL }

// named returns what has a name in the seed, and ends the test if nothing has.
func (s *Sandbox) named(name string) sandbox.Named {
	s.t.Helper()
	for _, n := range s.inner.Named() {
		if n.Name == name {
			return n
		}
	}
	s.t.Fatalf("tenantrytest: the seed has nothing of the name %q", name)
	return sandbox.Named{}
}

// ID returns the id of a customer of the seed by its name, or of a part of one by both names
// with a slash between them, such as harbor/main. That of the operator is `operator`.
func (s *Sandbox) ID(name string) string {
	s.t.Helper()
	return s.named(name).ID
}

// Key returns the secret key of a customer, or a restricted key by both names.
func (s *Sandbox) Key(name string) string {
	s.t.Helper()
	return s.secret(name)
}

// Secret returns what signs the messages of a webhook of the seed, by both names.
func (s *Sandbox) Secret(name string) string {
	s.t.Helper()
	return s.secret(name)
}

func (s *Sandbox) secret(name string) string {
	s.t.Helper()
	found := s.named(name)
	if found.Secret == "" {
		s.t.Fatalf("tenantrytest: %s, a %s, has no key", name, found.Kind)
	}
	return found.Secret
}

// PublishableKey returns the publishable key of a customer.
func (s *Sandbox) PublishableKey(name string) string {
	s.t.Helper()
	return s.named(name).Publishable
}

// Now returns the moment that the clock of the sandbox shows.
func (s *Sandbox) Now() time.Time { return s.inner.Now() }

// Advance moves the clock on. When it returns, everything that is due by then is done, each
// at its moment: reviews, deadlines, ends of keys, and every attempt to deliver a message.
func (s *Sandbox) Advance(by time.Duration) {
	s.t.Helper()
	if err := s.inner.Advance(context.Background(), by); err != nil {
		s.t.Fatalf("tenantrytest: the work that is due could not be done: %v", err)
	}
}

// Reset goes back to the seed, with the same ids and keys, and the clock to the present.
// Receivers hear nothing more.
func (s *Sandbox) Reset() {
	s.t.Helper()
	if err := s.inner.Reset(context.Background()); err != nil {
		s.t.Fatalf("tenantrytest: the sandbox does not go back to its seed: %v", err)
	}
}
