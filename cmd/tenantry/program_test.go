package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cryptorand "crypto/rand"

	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// typed runs a command line in this process, at a terminal or not, and returns its exit
// code and output.
func typed(t *testing.T, environ []string, asks bool, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, told bytes.Buffer
	p := &program{
		stdin: strings.NewReader(stdin), stdout: &out, stderr: &told, asks: asks,
		environ: append([]string{"TENANTRY_METRICS_LISTEN=127.0.0.1:0"}, environ...), now: time.Now, random: cryptorand.Reader,
	}
	code = p.run(t.Context(), args)
	return code, out.String(), told.String()
}

// At a terminal a key is revoked only after a yes.
func TestRevocationIsAsked(t *testing.T) {
	t.Parallel()
	data := []string{"TENANTRY_DATA=" + t.TempDir()}
	if code, _, told := typed(t, data, true, "", "init"); code != 0 {
		t.Fatal(told)
	}
	_, out, _ := typed(t, data, false, "", "keys", "list", "--json")
	var list struct {
		Results []struct{ ID string }
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil || len(list.Results) != 1 {
		t.Fatalf("the keys are %s (%v)", out, err)
	}
	for _, row := range []struct {
		answer string
		code   int
	}{{"\n", 1}, {"no\n", 1}, {"", 1}, {"yes, please\n", 1}, {"Yes\n", 0}} {
		t.Run(row.answer, func(t *testing.T) {
			code, _, told := typed(t, data, true, row.answer, "keys", "revoke", list.Results[0].ID)
			if code != row.code || !strings.Contains(told, "[y/N]") {
				t.Errorf("%q: exit code %d, want %d: %s", row.answer, code, row.code, told)
			}
		})
	}
}

// Creating a customer without input is refused, and a person at a terminal gets an error
// instead of a silent prompt.
func TestCreateWithoutAnything(t *testing.T) {
	t.Parallel()
	data := []string{"TENANTRY_DATA=" + t.TempDir()}
	for _, asks := range []bool{true, false} {
		t.Run(fmt.Sprint(asks), func(t *testing.T) {
			if code, out, told := typed(t, data, asks, " \n", "customers", "create"); code != 2 || out != "" || !strings.Contains(told, "--name") {
				t.Errorf("exit code %d: %s%s", code, out, told)
			}
		})
	}
}

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
			p := &program{environ: []string{keyVariable + "=" + key}, stderr: new(bytes.Buffer), flags: shared{URL: "http://127.0.0.1:1"}}
			_, err := p.remote()
			if code, _ := classify(err); code != exitMisused || key != "" && strings.Contains(err.Error(), key) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(good+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &program{flags: shared{URL: "https://api.example.com/v3/", KeyFile: file}}
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
			p := &program{environ: []string{keyVariable + "=" + pair.Secret.Reveal()}, flags: shared{URL: target}}
			_, err := p.remote()
			if code, hint := classify(err); sent != (err == nil) || !sent && (code != exitMisused || !strings.Contains(hint, "--insecure")) {
				t.Errorf("%v", err)
			}
			p.flags.Insecure = true
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
		code   exit
		told   string
	}{
		"fields": {http.StatusUnprocessableEntity, `{"error":{"details":{"code":"validationError","parameter":"name","explanation":"name is required"},` +
			`"errors":[{"code":"validationError","parameter":"name","explanation":"name is required"},` +
			`{"code":"validationError","parameter":"email","explanation":"is no address"}],"ref":"abc"}}`, exitRefused,
			"tenantry: the service refused the request (422 validationError)\n  name is required\n  email: is no address\n  ref: abc\n"},
		"a proxy":     {http.StatusBadGateway, "<html>", exitUnreachable, "tenantry: the service refused the request (502 Bad Gateway)\n"},
		"unavailable": {http.StatusServiceUnavailable, `{"error":{"details":{"code":"serviceUnavailable","explanation":"try again"}}}`, exitUnreachable, "tenantry: the service refused the request (503 serviceUnavailable)\n  try again\n"},
		"steering": {http.StatusConflict, `{"error":{"details":{"code":"conflict","explanation":"a\u001b[2Jb"}}}`, exitRefused,
			"tenantry: the service refused the request (409 conflict)\n  a [2Jb\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var told bytes.Buffer
			p := &program{stderr: &told}
			if code := p.report(newRefusal(row.status, []byte(row.body))); code != int(row.code) || told.String() != row.told {
				t.Errorf("%s: exit code %d, told %q", name, code, told.String())
			}
		})
	}
}

// The line to paste names an address that can be reached from this machine.
func TestBaseURL(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080", ":8080": "http://127.0.0.1:8080",
		"0.0.0.0:80": "http://127.0.0.1:80", "[::]:80": "http://127.0.0.1:80", "[::1]:80": "http://[::1]:80", "host:1": "http://host:1",
	} {
		t.Run(address, func(t *testing.T) {
			p := &program{environ: nil}
			s, err := p.settings(true)
			if err != nil {
				t.Fatal(err)
			}
			if got := baseURL(s, address); got != want {
				t.Errorf("%s: %s", address, got)
			}
		})
	}
}
