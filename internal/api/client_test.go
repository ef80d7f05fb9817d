package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// actor is a customer with its own credentials.
type actor struct {
	env                     *env
	id, secret, publishable string
}

// client sends requests on behalf of an actor and checks every request and answer against
// openapi.yaml.
type client struct {
	env    *env
	t      *testing.T
	base   string
	header http.Header
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
func (e *env) client(pairs ...string) *client {
	c := &client{env: e, t: e.t, base: e.public.URL, header: http.Header{}}
	return c.with(pairs...)
}

// local returns a client of the operator at the machine itself.
func (e *env) local(pairs ...string) *client {
	c := e.client(pairs...)
	c.base = e.admin.URL
	return c
}

// with returns a client that sends more headers, as pairs.
func (c *client) with(pairs ...string) *client {
	next := &client{env: c.env, t: c.t, base: c.base, header: c.header.Clone()}
	for i := 0; i < len(pairs); i += 2 {
		next.header.Set(pairs[i], pairs[i+1])
	}
	return next
}

// in returns a client that sends on behalf of a subtest, which then is what fails.
func (c *client) in(t *testing.T) *client {
	next := c.with()
	next.t = t
	return next
}

// mode marks what is special about a request.
type mode int

const (
	// wrong requests break openapi.yaml on purpose.
	wrong mode = 1 << iota
	// shows marks answers that may show a secret.
	shows
)

// answer is what came back.
type answer struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	text   string
	body   map[string]any
}

// do sends a request. body is nil, a text that is sent as it is, or a value that is
// sent as JSON.
func (c *client) do(method, path string, body any, modes ...mode) answer {
	t := c.t
	t.Helper()
	var flags mode
	for _, m := range modes {
		flags |= m
	}
	content := encode(t, body)
	request := c.request(method, path, content)
	if flags&wrong == 0 {
		checkRequest(t, c.request(method, path, content))
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	text := readAll(t, response)
	checkResponse(t, c.request(method, path, nil), response, []byte(text))
	a := answer{t: t, what: method + " " + path, status: response.StatusCode, header: response.Header, text: text}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") && text != "" {
		if err := json.Unmarshal([]byte(text), &a.body); err != nil {
			t.Fatalf("%s: the answer is no JSON object: %v\n%s", a.what, err, text)
		}
	}
	if leaked := c.env.leaked(a.text); leaked != "" && flags&shows == 0 {
		t.Errorf("%s: the answer shows the secret %q", a.what, leaked)
	}
	c.env.hide(a.optional("keys.secret"), a.optional("keys.publishable"), a.optional("secret"), a.optional("token"), a.optional("access_token"))
	return a
}

func readAll(t *testing.T, response *http.Response) string {
	t.Helper()
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("reading an answer: %v", err)
	}
	return string(text)
}

func (c *client) request(method, path string, content []byte) *http.Request {
	request, err := http.NewRequest(method, c.base+path, bytes.NewReader(content))
	if err != nil {
		c.t.Fatalf("making a request: %v", err)
	}
	request.Header = c.header.Clone()
	if bytes.HasPrefix(content, []byte("--"+boundary)) && request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
	}
	if len(content) > 0 && request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json")
	}
	return request
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

func encode(t *testing.T, body any) []byte {
	t.Helper()
	switch body := body.(type) {
	case nil:
		return nil
	case string:
		return []byte(body)
	default:
		content, err := json.Marshal(body)
		if err != nil {
			t.Fatalf("encoding a request: %v", err)
		}
		return content
	}
}

// ok demands a status, and returns the answer.
func (a answer) ok(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: answered %d, want %d\n%s", a.what, a.status, status, a.text)
	}
	return a
}

// refused demands a refusal by status and code, about a parameter unless that is empty,
// and returns the answer.
func (a answer) refused(status int, code, parameter string) answer {
	a.t.Helper()
	a.ok(status)
	got := []string{a.str("error.details.code"), a.optional("error.details.parameter")}
	if diff := cmp.Diff([]string{code, parameter}, got); diff != "" {
		a.t.Fatalf("%s: refused otherwise (-want +got):\n%s\n%s", a.what, diff, a.text)
	}
	return a
}

// detail demands a detail code of a refusal.
func (a answer) detail(code string) answer {
	a.t.Helper()
	return a.is("error.details.detailCode", code)
}

// is demands a value at a dotted path; numbers are float64.
func (a answer) is(path string, want any) answer {
	a.t.Helper()
	if diff := cmp.Diff(want, a.at(path)); diff != "" {
		a.t.Errorf("%s: %s differs (-want +got):\n%s\n%s", a.what, path, diff, a.text)
	}
	return a
}

// lacks demands that nothing exists at the dotted paths.
func (a answer) lacks(paths ...string) answer {
	a.t.Helper()
	for _, path := range paths {
		if value, found := lookUp(a.body, path); found {
			a.t.Errorf("%s: %s is there: %v", a.what, path, value)
		}
	}
	return a
}

// at returns the value at a dotted path, which must exist.
func (a answer) at(path string) any {
	a.t.Helper()
	value, found := lookUp(a.body, path)
	if !found {
		a.t.Fatalf("%s: no %s in the answer\n%s", a.what, path, a.text)
	}
	return value
}

func (a answer) str(path string) string {
	a.t.Helper()
	text, ok := a.at(path).(string)
	if !ok {
		a.t.Fatalf("%s: %s is no string\n%s", a.what, path, a.text)
	}
	return text
}

func (a answer) list(path string) []any {
	a.t.Helper()
	list, ok := a.at(path).([]any)
	if !ok {
		a.t.Fatalf("%s: %s is no list\n%s", a.what, path, a.text)
	}
	return list
}

func (a answer) optional(path string) string {
	value, _ := lookUp(a.body, path)
	text, _ := value.(string)
	return text
}

// explains demands that the explanation of a refusal holds some words.
func (a answer) explains(words ...string) answer {
	a.t.Helper()
	for _, word := range words {
		if text := a.str("error.details.explanation"); !strings.Contains(text, word) {
			a.t.Errorf("%s: the explanation does not say %q: %s", a.what, word, text)
		}
	}
	return a
}
