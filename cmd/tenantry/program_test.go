package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	cryptorand "crypto/rand"

	"tenantry/cmd/tenantry/internal/cli"
)

// typed runs a command line in this process, at a terminal or not, and returns its exit
// code and output.
func typed(t *testing.T, environ []string, asks bool, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, told bytes.Buffer
	p := &program{Program: &cli.Program{
		Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &told, Asks: asks,
		Environ: append([]string{"TENANTRY_METRICS_LISTEN=127.0.0.1:0"}, environ...), Now: time.Now, Random: cryptorand.Reader,
	}}
	code = p.run(t.Context(), args)
	return code, out.String(), told.String()
}

// At a terminal a key is revoked only after a yes.
func TestRevocationIsAsked(t *testing.T) {
	t.Parallel()
	data := append(storeSettings(t), "TENANTRY_DATA="+t.TempDir())
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
	data := append(storeSettings(t), "TENANTRY_DATA="+t.TempDir())
	for _, asks := range []bool{true, false} {
		t.Run(fmt.Sprint(asks), func(t *testing.T) {
			if code, out, told := typed(t, data, asks, " \n", "customers", "create"); code != 2 || out != "" || !strings.Contains(told, "--name") {
				t.Errorf("exit code %d: %s%s", code, out, told)
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
			p := &program{Program: &cli.Program{}}
			s, err := p.Settings(true)
			if err != nil {
				t.Fatal(err)
			}
			if got := baseURL(s, address); got != want {
				t.Errorf("%s: %s", address, got)
			}
		})
	}
}
