package api_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"tenantry/internal/testkit"
)

// raw sends a request and returns the answer as it was sent.
func (c *client) raw(method, path string, headers ...string) (head, string) {
	c.T.Helper()
	return c.with(headers...).exchange(method, path, nil)
}

// head is an answer without its body.
type head struct {
	StatusCode    int
	Header        http.Header
	ContentLength int64
}

// exchange sends a request, and returns the answer with its body as it was sent.
func (c *client) exchange(method, path string, content []byte) (head, string) {
	c.T.Helper()
	response, err := http.DefaultTransport.RoundTrip(c.Request(method, path, content))
	testkit.Must(c.T, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	testkit.Must(c.T, err)
	return head{response.StatusCode, response.Header, response.ContentLength}, string(text)
}

// long returns free data that makes a record of some ten kilobytes.
func long() object {
	made := object{}
	for _, name := range strings.Split("abcdefghijklmnopqrst", "") {
		made[name] = strings.Repeat("long ", 80)
	}
	return made
}

// A large answer is compressed for whoever takes that, and says the same; a small one, and
// one for a client that asks for none, stays as it is. The tag of a record is the same in
// both forms, so that If-Match goes on to work.
func TestLargeReadsAreCompressed(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for range 8 {
		p.merchant()
	}
	plain, text := p.self().raw(http.MethodGet, "/v3/customers?limit=8", "Accept-Encoding", "identity")
	if plain.Header.Get("Content-Encoding") != "" || len(text) < 8<<10 {
		t.Fatalf("the plain form has %d bytes and %v", len(text), plain.Header)
	}
	small, packed := p.self().raw(http.MethodGet, "/v3/customers?limit=8", "Accept-Encoding", "gzip")
	reader, err := gzip.NewReader(strings.NewReader(packed))
	testkit.Must(t, err)
	content, err := io.ReadAll(reader)
	testkit.Must(t, err)
	if string(content) != text {
		t.Error("the compressed form says something else")
	}
	if small.Header.Get("Content-Encoding") != "gzip" || 4*len(packed) > len(text) || small.ContentLength != int64(len(packed)) {
		t.Errorf("%d bytes of %d are sent with %v", len(packed), len(text), small.Header)
	}
	for _, one := range []head{plain, small} {
		if one.Header.Get("Vary") != "Accept-Encoding" || one.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("caches are told %v", one.Header)
		}
	}
	if one, text := p.self().raw(http.MethodGet, p.path(), "Accept-Encoding", "gzip"); one.Header.Get("Content-Encoding") != "" || !strings.HasPrefix(text, "{") {
		t.Errorf("a small answer is sent with %v", one.Header)
	}
	big := long()
	changed := p.self().patch(p.path(), object{"meta": big}).ok(http.StatusOK)
	one, _ := p.self().raw(http.MethodGet, p.path(), "Accept-Encoding", "gzip")
	if one.Header.Get("Content-Encoding") != "gzip" || one.Header.Get("ETag") != changed.Header.Get("ETag") {
		t.Errorf("a large record is sent with %v", one.Header)
	}
	if fresh, _ := p.self().raw(http.MethodGet, p.path(), "Accept-Encoding", "gzip", "If-None-Match", one.Header.Get("ETag")); fresh.StatusCode != http.StatusNotModified {
		t.Errorf("a copy that is still good is answered %d", fresh.StatusCode)
	}
	p.self().with("If-Match", one.Header.Get("ETag")).patch(p.path(), object{"name": "Renamed"}).ok(http.StatusOK)
}

// What shows a secret is never compressed, however large: its length would tell how much
// the secret has in common with what a stranger put beside it.
func TestSecretsAreNotCompressed(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	big := long()
	child, _ := p.child(complete())
	e.operator.self().put(p.path(), object{"settings": object{"customers": object{"allowDataUnmask": true}}}).ok(http.StatusOK)
	p.self().patch(child.path(), object{"meta": big}).ok(http.StatusOK)
	p.self().patch(p.path(), object{"meta": big}).ok(http.StatusOK)
	for name, answer := range map[string]func() (head, string){
		"unmasked": func() (head, string) {
			return p.self().raw(http.MethodGet, child.path("/unmasked?reason=audit"), "Accept-Encoding", "gzip")
		},
		"a change": func() (head, string) {
			c := p.self().with("Accept-Encoding", "gzip", "Content-Type", "application/json")
			return c.exchange(http.MethodPatch, p.path(), []byte(`{"name":"Another"}`))
		},
	} {
		t.Run(name, func(t *testing.T) {
			response, text := answer()
			if response.StatusCode != http.StatusOK || len(text) < 8<<10 || response.Header.Get("Content-Encoding") != "" {
				t.Errorf("%d, %d bytes, %v", response.StatusCode, len(text), response.Header)
			}
		})
	}
}
