package cli

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenantry/client"
	"tenantry/keys"
	"tenantry/tenancy"
)

// A key that cannot be right never leaves the machine, and is never shown.
func TestKeysThatNeverTravel(t *testing.T) {
	t.Parallel()
	id := tenancy.ID{1}
	_, pair, err := keys.Minter{Mode: keys.Test}.Pair(t.Context(), tenancy.Ref{Tenant: id, ID: id}, 1, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	good := pair.Secret.Reveal()
	for name, key := range map[string]string{"cut": good[:len(good)-1], "publishable": pair.Publishable.Reveal(), "none": ""} {
		t.Run(name, func(t *testing.T) {
			p := &Program{Environ: []string{KeyVariable + "=" + key}, Stderr: new(bytes.Buffer), Flags: Flags{URL: "http://127.0.0.1:1"}}
			_, err := p.remote()
			if code, _ := Classify(err); code != ExitMisused || key != "" && strings.Contains(err.Error(), key) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(good+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `{"path":%q,"subject":%q,"key":%t}`, r.URL.Path, r.Header.Get("X-CUSTOMER-ID"), r.Header.Get("Authorization") == "Bearer "+good)
	}))
	defer service.Close()
	p := &Program{Flags: Flags{URL: service.URL + "/v3/", KeyFile: file}}
	c, err := p.remote()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.Do(t.Context(), client.Request{Method: http.MethodGet, Path: "/v3/whoami"})
	if want := `{"path":"/v3/whoami","subject":"` + id.String() + `","key":true}`; string(answer) != want {
		t.Errorf("it was asked %s, want %s (%v)", answer, want, err)
	}
}

// A key is sent unencrypted to this machine alone, unless that is asked for.
func TestNoKeyTravelsUnencrypted(t *testing.T) {
	t.Parallel()
	id := tenancy.ID{1}
	_, pair, err := keys.Minter{Mode: keys.Test}.Pair(t.Context(), tenancy.Ref{Tenant: id, ID: id}, 1, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for target, sent := range map[string]bool{
		"https://api.example.com": true, "http://127.0.0.1:8080": true, "http://[::1]": true, "http://LOCALHOST:8080": true,
		"http://api.example.com": false, "HTTP://api.example.com": false, "http://192.168.1.7:8080": false,
		"http://localhost.example.com": false, "http://127.0.0.1.example.com": false, "http://0.0.0.0:8080": false,
	} {
		t.Run(target, func(t *testing.T) {
			t.Parallel()
			p := &Program{Environ: []string{KeyVariable + "=" + pair.Secret.Reveal()}, Flags: Flags{URL: target}}
			_, err := p.remote()
			if code, hint := Classify(err); sent != (err == nil) || !sent && (code != ExitMisused || !strings.Contains(hint, "--insecure")) {
				t.Errorf("%v", err)
			}
			p.Flags.Insecure = true
			if _, err := p.remote(); err != nil {
				t.Errorf("told so: %v", err)
			}
		})
	}
}

// Answers of a proxy before the service are reported in words too.
func TestRefusalsAreTold(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		status int
		body   string
		code   Exit
		told   string
	}{
		"fields": {http.StatusUnprocessableEntity, `{"error":{"details":{"code":"validationError","parameter":"name","explanation":"name is required"},` +
			`"errors":[{"code":"validationError","parameter":"name","explanation":"name is required"},` +
			`{"code":"validationError","parameter":"email","explanation":"is no address"}],"ref":"abc"}}`, ExitRefused,
			"tenantry: the service refused the request (422 validationError)\n  name is required\n  email: is no address\n  ref: abc\n"},
		"a proxy":     {http.StatusBadGateway, "<html>", ExitUnreachable, "tenantry: the service refused the request (502 Bad Gateway)\n"},
		"unavailable": {http.StatusServiceUnavailable, `{"error":{"details":{"code":"serviceUnavailable","explanation":"try again"}}}`, ExitUnreachable, "tenantry: the service refused the request (503 serviceUnavailable)\n  try again\n"},
		"steering": {http.StatusConflict, `{"error":{"details":{"code":"conflict","explanation":"a\u001b[2Jb"}}}`, ExitRefused,
			"tenantry: the service refused the request (409 conflict)\n  a [2Jb\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var told bytes.Buffer
			p := &Program{Stderr: &told}
			c := LocalClient(HandlerTransport{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(row.status)
				_, _ = io.WriteString(w, row.body)
			})}, "it")
			_, err := c.Do(t.Context(), client.Request{Method: http.MethodGet, Path: "/v3/customers"})
			if code := p.Report(err); code != int(row.code) || told.String() != row.told {
				t.Errorf("%s: exit code %d, told %q", name, code, told.String())
			}
		})
	}
}

// A command that is told to slow down waits, says so once, and goes on by itself.
func TestCommandsWaitWhenTheyAskTooOften(t *testing.T) {
	t.Parallel()
	id := tenancy.ID{1}
	_, pair, err := keys.Minter{Mode: keys.Test}.Pair(t.Context(), tenancy.Ref{Tenant: id, ID: id}, 1, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked++; asked%2 == 1 {
			w.Header().Set("Retry-After", "0")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_, _ = io.WriteString(w, "{}")
	}))
	defer service.Close()
	var told bytes.Buffer
	p := &Program{Environ: []string{KeyVariable + "=" + pair.Secret.Reveal()}, Stderr: &told, Tells: true, Flags: Flags{URL: service.URL}}
	err = p.With(t.Context(), func(c *Client) error {
		for range 2 {
			if _, err := c.Do(t.Context(), client.Request{Method: http.MethodPost, Path: "/v3/customers"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || asked != 4 || strings.Count(told.String(), "\n") != 1 || !strings.Contains(told.String(), "asked too often") {
		t.Errorf("%d tries, told %q, %v", asked, told.String(), err)
	}
}
