package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"tenantry/internal/config"
)

// Neither a fault nor the shown configuration reveals a secret.
func TestSecretsAreNeverShown(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	for name, environ := range map[string][]string{
		"sound":       {"TENANTRY_STORE_MONGO_URI=mongodb://u:" + secret + "@h", "TENANTRY_SEAL_KEYRING={" + secret + "}"},
		"wrong":       {"TENANTRY_STORE_MONGO_URI=" + secret + "@h"},
		"misspelled":  {"TENANTRY_STORE_MONGO_URL=mongodb://u:" + secret + "@h"},
		"beside path": {"TENANTRY_SEAL_KEYRING=" + secret, "TENANTRY_SEAL_KEYRING_FILE=x"},
	} {
		t.Run(name, func(t *testing.T) {
			loaded, err := config.Load(config.Sources{Environ: environ})
			if (err == nil) != (name == "sound") {
				t.Errorf("%s: %v", name, err)
			}
			var shown bytes.Buffer
			fmt.Fprintf(&shown, "%v %+v %#v", err, loaded, loaded)
			if loaded != nil {
				asJSON, _ := json.Marshal(loaded)
				shown.Write(asJSON)
				if err := loaded.WriteYAML(&shown); err != nil {
					t.Error(err)
				}
				if strings.Count(shown.String(), "uri: '[redacted]'") != 1 {
					t.Errorf("%s: nothing tells that a URI is set:\n%s", name, shown.String())
				}
			}
			if strings.Contains(shown.String(), secret) {
				t.Errorf("%s: the secret is shown: %s", name, shown.String())
			}
		})
	}
}

// A key ring in the file is refused, and the refusal does not repeat it.
func TestKeyringInTheFileIsRefused(t *testing.T) {
	t.Parallel()
	faults := faultsOf(t, config.Sources{File: write(t, "seal:\n  keyring: hunter2\n")})
	if len(faults) != 1 || faults[0].Key != "seal.keyring" || strings.Contains(faults.Error(), "hunter2") {
		t.Error(faults)
	}
}
