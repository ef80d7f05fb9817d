package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/internal/config"
	"tenantry/internal/testkit"
)

// An installation with half-set settings, or with settings that its mode forbids, refuses
// to start.
func TestSettingsThatDoNotGoTogether(t *testing.T) {
	t.Parallel()
	data, elsewhere := t.TempDir(), t.TempDir()
	inData, beside, link := filepath.Join(data, "ring.json"), filepath.Join(elsewhere, "ring.json"), filepath.Join(elsewhere, "link")
	certificate, key, _ := testkit.Certificate(t)
	for _, path := range []string{inData, beside} {
		t.Run(path, func(t *testing.T) {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		})
	}
	if err := os.Symlink(data, link); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		environ []string
		key     string // of the one fault; empty for none
	}{
		"live without a key ring":         {[]string{"TENANTRY_MODE=live"}, "seal.keyring_file"},
		"live with a ring of text":        {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}"}, ""},
		"two key rings":                   {[]string{"TENANTRY_SEAL_KEYRING={}", "TENANTRY_SEAL_KEYRING_FILE=x"}, "seal.keyring_file"},
		"live with its ring in the data":  {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING_FILE=" + inData}, "seal.keyring_file"},
		"live, a link into the data":      {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING_FILE=" + filepath.Join(link, "ring.json")}, "seal.keyring_file"},
		"live, in the data as told":       {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING_FILE=" + inData, "TENANTRY_SEAL_KEYRING_IN_DATA=true"}, ""},
		"live, beside the data":           {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING_FILE=" + beside}, ""},
		"a sandbox, in the data":          {[]string{"TENANTRY_SEAL_KEYRING_FILE=" + inData}, ""},
		"live with a program's ring":      {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING_COMMAND=" + os.Args[0] + ", --decrypt"}, ""},
		"a program that is not there":     {[]string{"TENANTRY_SEAL_KEYRING_COMMAND=/nowhere/prints"}, "seal.keyring_command"},
		"a program and a file":            {[]string{"TENANTRY_SEAL_KEYRING_COMMAND=" + os.Args[0], "TENANTRY_SEAL_KEYRING_FILE=x"}, "seal.keyring_file"},
		"a program and a text":            {[]string{"TENANTRY_SEAL_KEYRING_COMMAND=" + os.Args[0], "TENANTRY_SEAL_KEYRING={}"}, "seal.keyring_command"},
		"a certificate without key":       {[]string{"TENANTRY_TLS_CERT=c"}, "tls.cert"},
		"a key without certificate":       {[]string{"TENANTRY_TLS_KEY=k"}, "tls.key"},
		"TLS files that are missing":      {[]string{"TENANTRY_TLS_KEY=k", "TENANTRY_TLS_CERT=c"}, "tls.cert"},
		"a database without URI":          {[]string{"TENANTRY_STORE_MONGO_DATABASE=d"}, "store.mongo.database"},
		"a MongoDB timeout without URI":   {[]string{"TENANTRY_STORE_MONGO_TIMEOUT=9s"}, "store.mongo.timeout"},
		"reads of lists without URI":      {[]string{"TENANTRY_STORE_MONGO_LIST_READS=secondaryPreferred"}, "store.mongo.list_reads"},
		"a database with URI":             {[]string{"TENANTRY_STORE_MONGO_DATABASE=d", "TENANTRY_STORE_MONGO_URI=mongodb://h"}, ""},
		"one address for two":             {[]string{"TENANTRY_METRICS_LISTEN=127.0.0.1:8080"}, "metrics.listen"},
		"two free ports":                  {[]string{"TENANTRY_METRICS_LISTEN=:0", "TENANTRY_LISTEN=:0"}, ""},
		"the sandbox's provider in live":  {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}", "TENANTRY_IDENTITY_PROVIDER=sandbox"}, "identity.provider"},
		"sign-up in live mode":            {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}", "TENANTRY_DIALECTS_BALANCED_SIGN_UP=true"}, "dialects.balanced.sign_up"},
		"sign-up left to the mode":        {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}", "TENANTRY_DIALECTS_BALANCED_SIGN_UP=auto"}, ""},
		"events in clear in live mode":    {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}", "TENANTRY_WEBHOOKS_ALLOW_INSECURE=true"}, "webhooks.allow_insecure"},
		"live without https":              {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}", "TENANTRY_LISTEN=:443"}, "listen"},
		"live on a name without https":    {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}", "TENANTRY_LISTEN=api.example.com:443"}, "listen"},
		"live on this machine alone":      {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}", "TENANTRY_LISTEN=[::1]:8080"}, ""},
		"live behind a known proxy":       {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}", "TENANTRY_LISTEN=:80", "TENANTRY_LIMITS_TRUSTED_PROXIES=10.0.0.0/8"}, ""},
		"live behind a proxy":             {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}", "TENANTRY_LISTEN=:80", "TENANTRY_TLS_IN_FRONT=true"}, ""},
		"pages without https":             {[]string{"TENANTRY_CORS_ORIGINS=http://dashboard.example.com"}, ""},
		"pages without https in live":     {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}", "TENANTRY_CORS_ORIGINS=http://dashboard.example.com"}, "cors.origins"},
		"live, pages of this machine":     {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}", "TENANTRY_CORS_ORIGINS=http://localhost:3000,http://[::1]:3000,https://dashboard.example.com"}, ""},
		"live with https":                 {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}", "TENANTRY_LISTEN=:443", "TENANTRY_TLS_CERT=" + certificate, "TENANTRY_TLS_KEY=" + key}, ""},
		"https here and in front":         {[]string{"TENANTRY_TLS_IN_FRONT=true", "TENANTRY_TLS_CERT=" + certificate, "TENANTRY_TLS_KEY=" + key}, "tls.in_front"},
		"a sandbox without https":         {[]string{"TENANTRY_LISTEN=:80"}, ""},
		"events to private hosts in live": {[]string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING={}", "TENANTRY_WEBHOOKS_ALLOW_PRIVATE=true"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faults := faultsOf(t, config.Sources{Environ: append(row.environ, "TENANTRY_DATA="+data)})
			switch {
			case row.key == "" && faults != nil:
				t.Errorf("it is refused: %v", faults)
			case row.key != "" && (len(faults) != 1 || faults[0].Key != row.key || faults[0].Remedy == ""):
				t.Errorf("faults are %v, want one of %s with a way out", faults, row.key)
			}
		})
	}
}

// Live mode starts once its key ring exists, and may lack it while one is created.
func TestLiveModeWantsItsKeyring(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	environ := []string{"TENANTRY_MODE=live", "TENANTRY_DATA=" + data, "TENANTRY_SEAL_KEYRING_IN_DATA=true"}
	if faults := faultsOf(t, config.Sources{Environ: environ, KeyringComes: true}); faults != nil {
		t.Errorf("it is missed while it is made: %v", faults)
	}
	if faults := faultsOf(t, config.Sources{Environ: environ}); len(faults) != 1 || !strings.Contains(faults[0].Remedy, "tenantry init") {
		t.Errorf("the refusal does not say how to make one: %v", faults)
	}
	if err := os.WriteFile(filepath.Join(data, "keyring.json"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if faults := faultsOf(t, config.Sources{Environ: environ}); faults != nil {
		t.Errorf("it is refused with its key ring there: %v", faults)
	}
}

// A sandbox that others may reach offers them neither test keys nor webhooks to machines
// of its own network, unless it is told to.
func TestAutoIsClosedWhereOthersReachTheSandbox(t *testing.T) {
	t.Parallel()
	for environ, open := range map[string]bool{
		"TENANTRY_LISTEN=127.0.0.1:80":                      true,
		"TENANTRY_LISTEN=localhost:80":                      true,
		"TENANTRY_LISTEN=[::1]:80":                          true,
		"TENANTRY_PUBLIC_URL=http://127.0.0.1:8080":         true,
		"TENANTRY_LISTEN=:80":                               false,
		"TENANTRY_LISTEN=0.0.0.0:80":                        false,
		"TENANTRY_LISTEN=192.168.1.7:80":                    false,
		"TENANTRY_LISTEN=localhost.example:80":              false,
		"TENANTRY_PUBLIC_URL=https://api.example.com":       false,
		"TENANTRY_LIMITS_TRUSTED_PROXIES=10.0.0.0/8":        false,
		"TENANTRY_MODE=live TENANTRY_LISTEN=127.0.0.1:8080": false,
	} {
		t.Run(environ, func(t *testing.T) {
			t.Parallel()
			loaded, err := config.Load(config.Sources{Environ: append(strings.Fields(environ), "TENANTRY_SEAL_KEYRING={}")})
			if err != nil {
				t.Fatal(err)
			}
			if loaded.AllowsHere(config.Auto) != open || !loaded.AllowsHere(config.On) || loaded.AllowsHere(config.Off) {
				t.Errorf("auto is %t, on %t, off %t", loaded.AllowsHere(config.Auto), loaded.AllowsHere(config.On), loaded.AllowsHere(config.Off))
			}
		})
	}
}

// Settings left on auto follow the mode.
func TestAutoFollowsTheMode(t *testing.T) {
	t.Parallel()
	for mode, open := range map[string]bool{"sandbox": true, "live": false} {
		t.Run(mode, func(t *testing.T) {
			loaded, err := config.Load(config.Sources{Environ: []string{"TENANTRY_MODE=" + mode, "TENANTRY_SEAL_KEYRING={}"}})
			if err != nil {
				t.Fatal(err)
			}
			provider := map[bool]string{true: "sandbox", false: "manual"}[open]
			if loaded.Allows(loaded.Webhooks.AllowInsecure) != open || loaded.Allows(config.Off) ||
				!loaded.Allows(config.On) || loaded.IdentityProvider() != provider {
				t.Errorf("%s: insecure %t, provider %s", mode, loaded.Allows(loaded.Webhooks.AllowInsecure), loaded.IdentityProvider())
			}
		})
	}
}

// The URL of the identity service, which is sent the particulars of people, leads to one
// host however it is read.
func TestTheIdentityServiceHasOneHost(t *testing.T) {
	t.Parallel()
	for text, fit := range map[string]bool{
		"https://reviews.example/judge": true, "http://identity_service:8000/judge": true, "https://10.0.0.7:8443": true, "https://[fd00::7]/judge": true,
		"https://a:b@reviews.example": false, "https://0x7f.1/judge": false, "https://2130706433": false, "https://[fe80::1%25eth0]/": false,
		"https://reviews.example./judge": false, "https://reviews.example/#x": false, "https://reviews.example\\@evil.example": false, "ftp://reviews.example": false,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			faults := faultsOf(t, config.Sources{Environ: []string{
				"TENANTRY_DATA=" + t.TempDir(), "TENANTRY_IDENTITY_PROVIDER=http", "TENANTRY_IDENTITY_HTTP_URL=" + text, "TENANTRY_IDENTITY_HTTP_SECRET=whsec_MDEyMzQ1Njc4OWFiY2RlZg==",
			}})
			if fit != (faults == nil) || !fit && faults[0].Key != "identity.http.url" {
				t.Errorf("%q: %v", text, faults)
			}
		})
	}
}
