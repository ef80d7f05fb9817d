package api_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"testing"

	"tenantry/internal/api"
)

// sent is an answer in the form in which it was sent.
type sent struct {
	Text   string
	Header http.Header
}

// The document is sent compressed to whoever takes that, a quarter as long, and not at all
// to whoever has it; caches tell its forms apart.
func TestTheDocumentIsCompressedAndCached(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	ask := func(status int, headers ...string) sent {
		t.Helper()
		request := e.client(headers...).Request(http.MethodGet, "/openapi.yaml", nil)
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		content, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != status {
			t.Errorf("with %q it is answered %d, %v", headers, response.StatusCode, err)
		}
		return sent{string(content), response.Header}
	}
	plain := ask(http.StatusOK, "Accept-Encoding", "identity")
	if plain.Text != string(api.Document()) || plain.Header.Get("Content-Encoding") != "" || plain.Header.Get("Content-Type") != "application/yaml" {
		t.Errorf("the plain form: %d bytes, %v", len(plain.Text), plain.Header)
	}
	small := ask(http.StatusOK, "Accept-Encoding", "br, gzip;q=0.5")
	reader, err := gzip.NewReader(bytes.NewReader([]byte(small.Text)))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(reader)
	if err != nil || !bytes.Equal(content, api.Document()) {
		t.Errorf("the compressed form holds %d bytes: %v", len(content), err)
	}
	if small.Header.Get("Content-Encoding") != "gzip" || 4*len(small.Text) > len(plain.Text) {
		t.Errorf("the compressed form: %d bytes, %v", len(small.Text), small.Header)
	}
	for _, one := range []sent{plain, small} {
		if one.Header.Get("Vary") != "Accept-Encoding" || one.Header.Get("Cache-Control") != "public, max-age=300" || one.Header.Get("ETag") == "" {
			t.Errorf("caches are told %v", one.Header)
		}
	}
	if plain.Header.Get("ETag") == small.Header.Get("ETag") {
		t.Error("both forms have one tag")
	}
	for given, encoding := range map[string]string{
		plain.Header.Get("ETag"): "identity", small.Header.Get("ETag"): "gzip", `"x", W/` + small.Header.Get("ETag"): "*", "*": "gzip;q=0",
	} {
		t.Run(given, func(t *testing.T) {
			same := ask(http.StatusNotModified, "Accept-Encoding", encoding, "If-None-Match", given)
			if same.Text != "" || same.Header.Get("ETag") == "" || same.Header.Get("Cache-Control") != "public, max-age=300" || same.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s: %q, %v", given, same.Text, same.Header)
			}
		})
	}
	for given, encoding := range map[string]string{plain.Header.Get("ETag"): "gzip", `"x"`: "identity", "nonsense": "gzip;q=0, *"} {
		ask(http.StatusOK, "Accept-Encoding", encoding, "If-None-Match", given)
	}
	for encoding, want := range map[string]string{
		"GZIP": "gzip", "x-gzip": "gzip", "*;q=0.1": "gzip", "deflate": "", "gzip; q=0.0": "", "*, gzip;q=0": "", "gzip;q=x": "", "gzipped": "",
	} {
		t.Run(encoding, func(t *testing.T) {
			if got := ask(http.StatusOK, "Accept-Encoding", encoding).Header.Get("Content-Encoding"); got != want {
				t.Errorf("for %q it is encoded as %q", encoding, got)
			}
		})
	}
}
