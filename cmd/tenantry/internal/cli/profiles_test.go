package cli

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"tenantry/internal/secret"
)

// brokenKeychain is that of a machine where none runs.
type brokenKeychain struct{}

var errNoBus = errors.New("no bus")

func (brokenKeychain) Set(string, string, string) error   { return errNoBus }
func (brokenKeychain) Get(string, string) (string, error) { return "", errNoBus }
func (brokenKeychain) Delete(string, string) error        { return errNoBus }

// A key goes into the keychain and comes back from there alone; logging out removes it.
//
//nolint:paralleltest // the stand-in of the library is one for the process
func TestKeysInAKeychain(t *testing.T) {
	keyring.MockInit()
	p := &Program{Environ: []string{"XDG_CONFIG_HOME=" + t.TempDir()}, Keychain: SystemKeychain{}}
	profiles, err := p.Profiles()
	if err != nil {
		t.Fatal(err)
	}
	of := Profile{URL: "https://api.example.com", Customer: "65be9a3f1c2d4e5f60718293", KeyStore: InKeychain}
	if err := profiles.Keep("prod", of, secret.New("sk_live_x")); err != nil {
		t.Fatal(err)
	}
	kept, err := profiles.Get("prod")
	if err != nil || kept != of {
		t.Fatalf("it kept %+v, %v", kept, err)
	}
	if key, err := profiles.Key("prod", kept); err != nil || key.Reveal() != "sk_live_x" {
		t.Errorf("the key is %q, %v", key.Reveal(), err)
	}
	if text, err := os.ReadFile(profiles.path()); err != nil || strings.Contains(string(text), "sk_live") {
		t.Errorf("the file of the profiles is %s, %v", text, err)
	}
	// In a file instead: nothing stays in the keychain.
	of.KeyStore = InFile
	if err := profiles.Keep("prod", of, secret.New("sk_live_y")); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.Get(inKeychain, "prod"); !errors.Is(err, keyring.ErrNotFound) {
		t.Errorf("the keychain still has it: %v", err)
	}
	if err := profiles.Drop("prod"); err != nil {
		t.Fatal(err)
	}
	if _, err := profiles.Get("prod"); err == nil {
		t.Error("it is still there")
	}
}

// A machine without a keychain says what to do instead, and a profile is not kept without
// its key.
func TestNoKeychain(t *testing.T) {
	t.Parallel()
	p := &Program{Environ: []string{"HOME=" + t.TempDir(), "APPDATA=" + t.TempDir()}, Keychain: brokenKeychain{}}
	profiles, err := p.Profiles()
	if err != nil {
		t.Fatal(err)
	}
	err = profiles.Keep("prod", Profile{URL: "https://api.example.com", KeyStore: InKeychain}, secret.New("sk_live_x"))
	if code, hint := Classify(err); code != ExitMisused || !strings.Contains(hint, "--key-store file") {
		t.Errorf("%v: %d %s", err, code, hint)
	}
	if all, err := profiles.All(); err != nil || len(all) != 0 {
		t.Errorf("it kept %v, %v", all, err)
	}
}

// A key file that others may read is not used, and names cannot leave the directory.
func TestPrivateFiles(t *testing.T) {
	t.Parallel()
	p := &Program{Environ: []string{"XDG_CONFIG_HOME=" + t.TempDir()}, Keychain: brokenKeychain{}}
	profiles, err := p.Profiles()
	if err != nil {
		t.Fatal(err)
	}
	of := Profile{URL: "https://api.example.com", KeyStore: InFile}
	for _, name := range []string{"", ".", "..", "../x", "a/b", strings.Repeat("x", 65), "-x"} {
		if err := profiles.Keep(name, of, secret.New("sk_live_x")); err == nil {
			t.Errorf("a profile is called %q", name)
		}
	}
	if err := profiles.Keep("prod", of, secret.New("sk_live_x")); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "windows" {
		return
	}
	path := filepath.Join(profiles.dir, "keys", "prod")
	for _, one := range []string{path, profiles.path()} {
		if info, err := os.Stat(one); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has the mode %v, %v", one, info.Mode(), err)
		}
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := profiles.Key("prod", of); err == nil || !strings.Contains(err.Error(), "others may read") {
		t.Errorf("an open key file: %v", err)
	}
}

// What is typed goes before the environment, and a URL before a profile.
func TestWhereCommandsGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	base := []string{"XDG_CONFIG_HOME=" + dir, "TENANTRY_KEY=of-the-environment"}
	p := &Program{Environ: base, Keychain: brokenKeychain{}}
	profiles, err := p.Profiles()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"one", "two"} {
		if err := profiles.Keep(name, Profile{URL: "https://" + name + ".example.com", KeyStore: InFile}, secret.New("of-"+name)); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(dir, "key")
	if err := os.WriteFile(file, []byte("of-the-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	byURL, byProfile := "TENANTRY_URL=https://env.example.com", "TENANTRY_PROFILE=two"
	for name, row := range map[string]struct {
		environ  []string
		flags    Flags
		url, key string
	}{
		"here":                     {nil, Flags{}, "", "of-the-environment"},
		"variable URL":             {[]string{byURL}, Flags{}, "https://env.example.com", "of-the-environment"},
		"variable profile":         {[]string{byProfile}, Flags{}, "https://two.example.com", "of-two"},
		"both variables":           {[]string{byURL, byProfile}, Flags{}, "https://env.example.com", "of-the-environment"},
		"flag URL before both":     {[]string{byURL, byProfile}, Flags{URL: "https://flag.example.com"}, "https://flag.example.com", "of-the-environment"},
		"flag profile before both": {[]string{byURL, byProfile}, Flags{Profile: "one"}, "https://one.example.com", "of-one"},
		"file before profile":      {nil, Flags{Profile: "one", KeyFile: file}, "https://one.example.com", "of-the-file"},
		"file before variable":     {nil, Flags{URL: "https://flag.example.com", KeyFile: file}, "https://flag.example.com", "of-the-file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := &Program{Environ: append(row.environ, base...), Flags: row.flags, Keychain: brokenKeychain{}}
			where, err := p.target()
			if err != nil || where.url != row.url {
				t.Fatalf("it goes to %q, want %q (%v)", where.url, row.url, err)
			}
			if key, err := p.key(where); err != nil || key.Reveal() != row.key {
				t.Errorf("with %q, want %q (%v)", key.Reveal(), row.key, err)
			}
		})
	}
	both := &Program{Environ: base, Flags: Flags{URL: "https://x.example.com", Profile: "one"}}
	if _, err := both.target(); err == nil {
		t.Error("two services were named, and one was taken")
	}
}
