package config_test

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/config"
)

// write puts a configuration file into a temporary directory.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// faultsOf loads the configuration and returns its faults.
func faultsOf(t *testing.T, from config.Sources) config.Faults {
	t.Helper()
	_, err := config.Load(from)
	if err == nil {
		return nil
	}
	faults, ok := errors.AsType[config.Faults](err)
	if !ok {
		t.Fatalf("the error is no list of faults: %v", err)
	}
	return faults
}

// A stronger source overrules a weaker one, key by key.
func TestFlagsOverruleEnvironmentOverrulesFile(t *testing.T) {
	t.Parallel()
	loaded, err := config.Load(config.Sources{
		File:    write(t, "listen: 127.0.0.1:1\ndata: /file\nlimits:\n  body_bytes: 2048\n  trusted_proxies: [10.0.0.0/8, 192.0.2.7]\n"),
		Environ: []string{"TENANTRY_LISTEN=127.0.0.1:2", "TENANTRY_DATA=/environment", "PATH=/bin"},
		Flags:   []config.Flag{{Key: "listen", Name: "--listen", Value: "127.0.0.1:3"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := []any{loaded.Listen, loaded.Data, loaded.Limits.BodyBytes, loaded.Limits.RequestTimeout, loaded.Origin("listen"),
		loaded.Origin("data"), loaded.Origin("limits.body_bytes"), loaded.Origin("limits.request_timeout")}
	want := []any{"127.0.0.1:3", "/environment", 2048, 15 * time.Second, config.FromFlag,
		config.FromEnvironment, config.FromFile, config.FromDefault}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32")}
	if diff := cmp.Diff(proxies, loaded.Limits.TrustedProxies, comparing); diff != "" {
		t.Error(diff)
	}
}

// Every setting has a variable that can hold what the file can, except the plans and
// lists.
func TestEnvironmentReachesEverySetting(t *testing.T) {
	t.Parallel()
	for _, key := range config.AllKeys() {
		name := "TENANTRY_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
		for _, fault := range faultsOf(t, config.Sources{Environ: []string{name + "=\x01"}}) {
			if strings.Contains(fault.Problem, "no setting") {
				t.Errorf("%s does not reach %s: %s", name, key, fault)
			}
		}
	}
}

// All faults are reported in one go, each with its place and its remedy.
func TestAllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	path := write(t, strings.Join([]string{
		"listn: 127.0.0.1:1",
		"mode: production",
		"limits:",
		"  body_bytes: lots",
		"  request_timeout: 30",
		"tls:",
		"  cert: cert.pem",
		"data: 7",
		"data: ./elsewhere",
		"plans:",
		"  - {key: solo, name: Solo}",
	}, "\n"))
	_, err := config.Load(config.Sources{
		File: path, FileRequired: true,
		Environ: []string{"TENANTRY_LIMITS_BODY_BYTE=5", "TENANTRY_USERS_BCRYPT_COST=4"},
		Flags:   []config.Flag{{Key: "listen", Name: "--listen", Value: "8080"}},
	})
	if err == nil {
		t.Fatal("it loads")
	}
	want := `the configuration has 10 faults:
  FILE:9: data is given twice, first on line 8; keep one of them
  TENANTRY_LIMITS_BODY_BYTE: is not a setting; did you mean TENANTRY_LIMITS_BODY_BYTES? Otherwise unset it
  FILE:1: listn is not a setting; did you mean listen? Otherwise take it out; config.yaml of this release lists them all
  FILE:2: mode is "production"; write one of sandbox, live
  FILE:4: limits.body_bytes is text; write a whole number from 1024 to 67108864 (bytes)
  FILE:5: limits.request_timeout is a whole number; write a time span with its unit from 1s to 45s, such as 30s, 500ms or 2m: a request must end before the minute is over for which it reserves unique values and its idempotency key
  FILE:8: data is a whole number; write the path of a directory
  TENANTRY_USERS_BCRYPT_COST: users.bcrypt_cost is "4"; write a whole number from 10 to 16 (each step doubles the work)
  --listen: listen is "8080", which is not an address to listen on; write host:port, such as 127.0.0.1:8080, or :8080 for every address of this machine
  FILE:7: tls.cert is set without tls.key; set both for https, or neither
  FILE:11: plans do not fit together: plans: no plan has the key "operator", which the root customer holds; fix the list, or write [] for the built-in plans`
	want = strings.Replace(want, "10 faults", "11 faults", 1)
	if diff := cmp.Diff(want, strings.ReplaceAll(err.Error(), path, "FILE")); diff != "" {
		t.Error(diff)
	}
}

// A file that is not a configuration is refused with a reason, whatever it holds.
func TestFilesThatAreNoConfiguration(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ text, problem string }{
		"no YAML":        {"a: [", "it is not YAML"},
		"a list":         {"- mode", "it is a list"},
		"a word":         {"sandbox", "it is text"},
		"two documents":  {"mode: live\n---\nmode: sandbox\n", "more than one YAML document"},
		"a dotted name":  {"store.mongo.uri: mongodb://db\n", "has a dot in its name"},
		"an empty value": {"listen:\n", "has no value"},
		"a block":        {"listen:\n  port: 8080\n", "is a block of settings"},
		"an unknown key": {"store:\n  engine: sqlite\n", "is not a setting"},
		"an alias":       {"mode: &m sandbox\nlisten: *m\n", "is an alias"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faults := faultsOf(t, config.Sources{File: write(t, row.text)})
			if len(faults) == 0 || !strings.Contains(faults.Error(), row.problem) {
				t.Errorf("faults are %v, want one that says %q", faults, row.problem)
			}
		})
	}
}

// Blank files and blocks without lines mean the defaults.
func TestFilesThatSayNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "# nothing\n", "log:\n  # level: debug\n", "---\n"} {
		loaded, err := config.Load(config.Sources{File: write(t, text)})
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if diff := cmp.Diff(config.Default(), loaded.Config, comparing); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// A file is needed only when it was asked for by name.
func TestMissingFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "none.yaml")
	if faults := faultsOf(t, config.Sources{File: path}); faults != nil {
		t.Errorf("a file that nobody asked for is missed: %v", faults)
	}
	if faults := faultsOf(t, config.Sources{File: path, FileRequired: true}); len(faults) != 1 {
		t.Errorf("a file asked for by name is not missed: %v", faults)
	}
}

// Names that the command line itself reads are not misspelled settings.
func TestReservedVariables(t *testing.T) {
	t.Parallel()
	environ := []string{"TENANTRY_KEY=sk", "TENANTRY_TEST_MONGODB_URI=mongodb://x", "tenantry_mode=live"}
	if faults := faultsOf(t, config.Sources{Environ: environ, Reserved: []string{"TENANTRY_KEY"}}); faults != nil {
		t.Error(faults)
	}
	if faults := faultsOf(t, config.Sources{Environ: environ}); len(faults) != 1 {
		t.Errorf("a variable that is neither known nor reserved passes: %v", faults)
	}
}

// An empty variable counts as unset, and what Kubernetes sets for a service of this name
// is no setting; a variable that a person may have meant as one is still a fault.
func TestVariablesThatAreNoSettings(t *testing.T) {
	t.Parallel()
	loaded, err := config.Load(config.Sources{
		File: write(t, "listen: 127.0.0.1:1\n"),
		Environ: []string{
			"TENANTRY_LISTEN=", "TENANTRY_LISTN=", "TENANTRY_SERVICE_HOST=10.0.0.7", "TENANTRY_SERVICE_PORT=80", "TENANTRY_SERVICE_PORT_HTTP=80",
			"TENANTRY_PORT=tcp://10.0.0.7:80", "TENANTRY_PORT_80_TCP=tcp://10.0.0.7:80", "TENANTRY_PORT_80_TCP_PROTO=tcp", "TENANTRY_PORT_80_TCP_PORT=80",
			"TENANTRY_PORT_80_TCP_ADDR=10.0.0.7", "TENANTRY_API_SERVICE_HOST=10.0.0.8", "TENANTRY_API_PORT=udp://10.0.0.8:53", "TENANTRY_API_PORT_53_UDP=udp://10.0.0.8:53",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Listen != "127.0.0.1:1" || loaded.Origin("listen") != config.FromFile {
		t.Errorf("it listens on %s by %s", loaded.Listen, loaded.Origin("listen"))
	}
	for _, meant := range []string{"TENANTRY_PORT=8080", "TENANTRY_HOST=h", "TENANTRY_PORT_80=1", "TENANTRY_SERVICE_PORTS=1"} {
		t.Run(meant, func(t *testing.T) {
			if faults := faultsOf(t, config.Sources{Environ: []string{meant}}); len(faults) != 1 {
				t.Errorf("%s: %v", meant, faults)
			}
		})
	}
}

// What was loaded says which file it came from, if any.
func TestTheFileThatWasRead(t *testing.T) {
	t.Parallel()
	path := write(t, "# nothing\n")
	for file, want := range map[string]string{path: path, path + ".missing": "", "": ""} {
		t.Run(file, func(t *testing.T) {
			if loaded, err := config.Load(config.Sources{File: file}); err != nil || loaded.File != want {
				t.Errorf("of %q it says %q, %v", file, loaded.File, err)
			}
		})
	}
}

// An origin is compared with what browsers send, so the setting takes it in their form
// alone, and says which that is.
func TestOriginsAreExact(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"https://dashboard.example.com": "", "http://localhost:3000": "", "https://a.example,https://b.example:8443": "",
		"https://dashboard.example.com/": "write https://dashboard.example.com", "https://Dashboard.example.com": "write https://dashboard.example.com",
		"https://dashboard.example.com:443": "write https://dashboard.example.com", "https://dashboard.example.com/app?x#y": "write https://dashboard.example.com",
		"https://user@dashboard.example.com": "write https://dashboard.example.com",
		"*":                                  "not an origin", "https://*.example.com": "not an origin", "null": "not an origin", "dashboard.example.com": "not an origin",
		"ftp://dashboard.example.com": "not an origin", "https://": "not an origin",
	} {
		t.Run(given, func(t *testing.T) {
			t.Parallel()
			faults := faultsOf(t, config.Sources{Environ: []string{"TENANTRY_CORS_ORIGINS=" + given}})
			if (want == "") != (len(faults) == 0) || want != "" && !strings.Contains(faults.Error(), want) {
				t.Errorf("it is answered %v, want %q", faults, want)
			}
		})
	}
}
