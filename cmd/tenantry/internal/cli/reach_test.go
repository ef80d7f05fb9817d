package cli

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenantry/internal/secret"
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
	p := &Program{Flags: Flags{URL: "https://api.example.com/v3/", KeyFile: file}}
	c, err := p.remote()
	if err != nil {
		t.Fatal(err)
	}
	if c.base != "https://api.example.com" || c.subject != id.String() || !c.key.Equal(secret.New(good)) {
		t.Errorf("base %s, subject %s", c.base, c.subject)
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
			if code := p.Report(NewRefusal(row.status, []byte(row.body))); code != int(row.code) || told.String() != row.told {
				t.Errorf("%s: exit code %d, told %q", name, code, told.String())
			}
		})
	}
}
