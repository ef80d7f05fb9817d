package config_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/config"
	"tenantry/plans"
)

// The configuration as shown can be loaded again and means the same, so it serves as a
// file.
func TestShownConfigurationLoadsAgain(t *testing.T) {
	t.Parallel()
	path := write(t, `
mode: sandbox
limits: {trusted_proxies: [10.0.0.0/8], request_timeout: 1500ms}
webhooks: {allow_private: false, allow_insecure: true}
plans:
  - {key: operator, name: Root, features: [createCustomers], requires: [], available_to: []}
  - {key: shop, name: Shop, features: [withdraw], requires: [standard, bank], available_to: [operator], quotas: {customers: 10, document_bytes: 5000000}}
`)
	first, err := config.Load(config.Sources{File: path})
	if err != nil {
		t.Fatal(err)
	}
	var shown bytes.Buffer
	if err := first.WriteYAML(&shown); err != nil {
		t.Fatal(err)
	}
	second, err := config.Load(config.Sources{File: write(t, shown.String())})
	if err != nil {
		t.Fatalf("%v in\n%s", err, shown.String())
	}
	if diff := cmp.Diff(first.Config, second.Config, comparing); diff != "" {
		t.Errorf("%s in\n%s", diff, shown.String())
	}
	for _, line := range []string{"request_timeout: 1.5s # file", "listen: 127.0.0.1:8080 # default", "provider: auto # default; means sandbox"} {
		t.Run(line, func(t *testing.T) {
			if !strings.Contains(shown.String(), line) {
				t.Errorf("%q is missing in\n%s", line, shown.String())
			}
		})
	}
}

// The plans of the file are the ones in force, with all their members.
func TestPlansOfTheFile(t *testing.T) {
	t.Parallel()
	loaded, err := config.Load(config.Sources{File: write(t, `
plans:
  - {key: operator, name: Root, features: [createCustomers]}
  - {key: shop, name: Shop, features: [withdraw], requires: [standard, bank], available_to: [operator], quotas: {customers: 10, keys: 5, webhooks: 3, document_bytes: 5000000}}
`)})
	if err != nil {
		t.Fatal(err)
	}
	catalog, err := loaded.Catalog()
	if err != nil {
		t.Fatal(err)
	}
	if shop, found := catalog.Get("shop"); !found || len(shop.Requires) != 2 || !catalog.MayHandOut("operator", "shop") {
		t.Errorf("shop is %+v", shop)
	} else if want := (plans.Quotas{Customers: 10, Keys: 5, Webhooks: 3, DocumentBytes: 5_000_000}); shop.Quotas != want {
		t.Errorf("the quotas of shop are %+v", shop.Quotas)
	}
	for name, row := range map[string]string{
		"a misspelled member": "plans:\n  - {key: operator, name: Root, feature: []}\n",
		"a number":            "plans:\n  - {key: operator, name: 7}\n",
		"a word":              "plans: shop\n",
		"an unknown word":     "plans:\n  - {key: operator, name: Root, features: [fly]}\n",
		"an unknown quota":    "plans:\n  - {key: operator, name: Root}\n  - {key: shop, name: Shop, quotas: {fish: 1}}\n",
		"a quota of nothing":  "plans:\n  - {key: operator, name: Root}\n  - {key: shop, name: Shop, quotas: {keys: 0}}\n",
		"a quota of a word":   "plans:\n  - {key: operator, name: Root}\n  - {key: shop, name: Shop, quotas: {keys: many}}\n",
		"a quota twice":       "plans:\n  - {key: operator, name: Root}\n  - {key: shop, name: Shop, quotas: {keys: 1, keys: 2}}\n",
		"a quota alone":       "plans:\n  - {key: operator, name: Root}\n  - {key: shop, name: Shop, quotas: 7}\n",
		"the root bounded":    "plans:\n  - {key: operator, name: Root, quotas: {customers: 7}}\n",
		"a member twice":      "plans:\n  - {key: operator, key: shop, name: Root}\n",
	} {
		t.Run(name, func(t *testing.T) {
			if faults := faultsOf(t, config.Sources{File: write(t, row)}); len(faults) != 1 || faults[0].Key != "plans" {
				t.Errorf("%s: %v", name, faults)
			}
		})
	}
}

// Bounds are inclusive, and nothing past them is taken.
func TestBounds(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ good, bad []string }{
		"LIMITS_BODY_BYTES":      {[]string{"1024", "67108864"}, []string{"1023", "67108865", "-1", "1e6", "1.5", "99999999999999999999"}},
		"LIMITS_REQUEST_TIMEOUT": {[]string{"1s", "45s"}, []string{"999ms", "46s", "10m", "30", "soon"}},
		"KEYS_BCRYPT_COST":       {[]string{"4", "14"}, []string{"3", "15"}},
		"USERS_BCRYPT_COST":      {[]string{"10", "16"}, []string{"9", "17"}},
		"LISTEN":                 {[]string{":0", "[::1]:65535", "localhost:80"}, []string{":", "80", ":65536", ":http", ":080", "::1:80"}},
		"PUBLIC_URL":             {[]string{"", "https://api.example.com", "http://[::1]:80"}, []string{"api.example.com", "https://h/", "https://u@h", "ftp://h", "https://h?", "https://h#x"}},
		"STORE_MONGO_URI":        {[]string{"", "mongodb://h", "mongodb+srv://h"}, []string{"h", "http://h", "MONGODB://h"}},
		"LIMITS_TRUSTED_PROXIES": {[]string{"", "10.0.0.0/8, ::1"}, []string{"10.0.0.1/8", "example.com", "10.0.0"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, value := range row.good {
				if faults := faultsOf(t, config.Sources{Environ: []string{"TENANTRY_" + name + "=" + value}}); faults != nil {
					t.Errorf("%s=%q is refused: %v", name, value, faults)
				}
			}
			for _, value := range row.bad {
				if faults := faultsOf(t, config.Sources{Environ: []string{"TENANTRY_" + name + "=" + value}}); len(faults) != 1 {
					t.Errorf("%s=%q: %v", name, value, faults)
				}
			}
		})
	}
}
