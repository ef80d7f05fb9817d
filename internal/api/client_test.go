package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/testkit"
)

// actor is a customer with its own credentials.
type actor struct {
	env                     *env
	id, secret, publishable string
}

// in returns a for a subtest, which then is what fails.
func (a actor) in(t *testing.T) actor {
	a.env = a.env.in(t)
	return a
}

// client sends requests of the native API on behalf of an actor.
type client struct {
	*testkit.Client
	env *env
}

// self returns a client that acts for the actor itself.
func (a actor) self() *client { return a.behalf(a.id) }

// behalf returns a client that acts for a customer below the actor.
func (a actor) behalf(subject string) *client {
	return a.env.client("Authorization", "Bearer "+a.secret, "X-CUSTOMER-ID", subject)
}

// browser returns a client with the publishable key alone.
func (a actor) browser() *client { return a.env.client("X-PUBLISHABLE-KEY", a.publishable) }

// client returns a client with the given headers alone, as pairs.
func (e *env) client(pairs ...string) *client { return &client{e.Client(pairs...).Native(), e} }

// local returns a client of the operator at the machine itself.
func (e *env) local(pairs ...string) *client { return &client{e.client(pairs...).Admin(), e} }

// with returns a client that sends more headers, as pairs.
func (c *client) with(pairs ...string) *client { return &client{c.With(pairs...), c.env} }

// in returns a client that sends on behalf of a subtest, which then is what fails.
func (c *client) in(t *testing.T) *client { return &client{c.In(t), c.env.in(t)} }

// mode marks what is special about a request.
type mode int

const (
	// wrong requests break openapi.yaml on purpose.
	wrong mode = 1 << iota
	// shows marks answers that may show a secret.
	shows
)

// answer is what came back.
type answer struct{ testkit.Answered }

// do sends a request, and conceals the secrets that its answer hands out from then on.
func (c *client) do(method, path string, body any, modes ...mode) answer {
	c.T.Helper()
	sender := c.Client
	if text, ok := body.(string); ok && strings.HasPrefix(text, "--"+boundary) && sender.Header.Get("Content-Type") == "" {
		sender = sender.With("Content-Type", "multipart/form-data; boundary="+boundary)
	}
	for _, m := range modes {
		if m&wrong != 0 {
			sender = sender.Breaking()
		}
		if m&shows != 0 {
			sender = sender.Revealing()
		}
	}
	a := answer{sender.Do(method, path, body)}
	for _, member := range []string{"keys.secret", "keys.publishable", "secret", "token", "access_token"} {
		c.env.Conceal(a.Optional(member))
	}
	return a
}

func (c *client) get(path string, modes ...mode) answer {
	return c.do(http.MethodGet, path, nil, modes...)
}

func (c *client) post(path string, body any, modes ...mode) answer {
	return c.do(http.MethodPost, path, body, modes...)
}

func (c *client) put(path string, body any, modes ...mode) answer {
	return c.do(http.MethodPut, path, body, modes...)
}

func (c *client) patch(path string, body any, modes ...mode) answer {
	return c.do(http.MethodPatch, path, body, modes...)
}

func (c *client) delete(path string, modes ...mode) answer {
	return c.do(http.MethodDelete, path, nil, modes...)
}

// ok demands a status, and returns the answer.
func (a answer) ok(status int) answer {
	a.T.Helper()
	a.Demand(status)
	return a
}

// refused demands a refusal by status and code, about a parameter unless that is empty,
// and returns the answer.
func (a answer) refused(status int, code, parameter string) answer {
	a.T.Helper()
	a.ok(status)
	got := []string{a.Str("error.details.code"), a.Optional("error.details.parameter")}
	if diff := cmp.Diff([]string{code, parameter}, got); diff != "" {
		a.T.Fatalf("%s: refused otherwise (-want +got):\n%s\n%s", a.What, diff, a.Text)
	}
	return a
}

// detail demands a detail code of a refusal.
func (a answer) detail(code string) answer {
	a.T.Helper()
	return a.is("error.details.detailCode", code)
}

// is demands a value at a dotted path, and returns the answer.
func (a answer) is(path string, want any) answer {
	a.T.Helper()
	a.Is(path, want)
	return a
}

// lacks demands that nothing exists at the dotted paths, and returns the answer.
func (a answer) lacks(paths ...string) answer {
	a.T.Helper()
	a.Lacks(paths...)
	return a
}

// explains demands that the explanation of a refusal holds some words.
func (a answer) explains(words ...string) answer {
	a.T.Helper()
	for _, word := range words {
		if text := a.Str("error.details.explanation"); !strings.Contains(text, word) {
			a.T.Errorf("%s: the explanation does not say %q: %s", a.What, word, text)
		}
	}
	return a
}
