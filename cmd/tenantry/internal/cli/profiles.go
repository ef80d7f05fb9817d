package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/zalando/go-keyring"

	"tenantry/internal/secret"
)

// The places that keep the key of a profile.
const (
	InKeychain = "keychain"
	InFile     = "file"
)

// Profile is what is kept of a service, beside its key.
type Profile struct {
	URL string `json:"url"`
	// Customer is whose key it is.
	Customer string `json:"customer"`
	// Name is the name of that customer when the key was kept.
	Name string `json:"name,omitempty"`
	// KeyStore is where the key is.
	KeyStore string `json:"keyStore"`
	Insecure bool   `json:"insecure,omitempty"`
}

// Profiles keeps profiles in a directory that is its owner's alone.
type Profiles struct {
	dir      string
	keychain Keychain
}

// Keychain keeps secrets for the user of this machine.
type Keychain interface {
	Set(service, name, secret string) error
	Get(service, name string) (string, error)
	Delete(service, name string) error
}

// SystemKeychain is the keychain of the operating system: Keychain on macOS, Credential
// Manager on Windows, the Secret Service elsewhere.
type SystemKeychain struct{}

// Set keeps a secret.
func (SystemKeychain) Set(service, name, secret string) error {
	return keyring.Set(service, name, secret)
}

// Get returns a secret.
func (SystemKeychain) Get(service, name string) (string, error) { return keyring.Get(service, name) }

// Delete removes a secret.
func (SystemKeychain) Delete(service, name string) error { return keyring.Delete(service, name) }

// inKeychain is the name under which a keychain lists the keys.
const inKeychain = "tenantry"

// profileName is what a profile may be called: it is also the name of a file.
var profileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Profiles returns the profiles of this user.
func (p *Program) Profiles() (*Profiles, error) {
	dir, err := p.configDirectory()
	if err != nil {
		return nil, err
	}
	return &Profiles{dir: filepath.Join(dir, "tenantry"), keychain: p.Keychain}, nil
}

// configDirectory returns where programs of this user keep their configuration.
func (p *Program) configDirectory() (string, error) {
	if dir := p.Variable("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, below := p.Variable("HOME"), []string{".config"}
	switch runtime.GOOS {
	case "windows":
		home, below = p.Variable("APPDATA"), nil
	case "darwin":
		below = []string{"Library", "Application Support"}
	}
	if home == "" {
		return "", Misused("this user has no directory for configuration, where profiles are kept", "set HOME, or XDG_CONFIG_HOME to an absolute path")
	}
	return filepath.Join(append([]string{home}, below...)...), nil
}

// All returns the profiles by their names.
func (s *Profiles) All() (map[string]Profile, error) {
	content, err := os.ReadFile(s.path())
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]Profile{}, nil
	}
	var kept struct {
		Profiles map[string]Profile `json:"profiles"`
	}
	if err == nil {
		err = json.Unmarshal(content, &kept)
	}
	if err != nil {
		return nil, Misused("the profiles cannot be read: "+err.Error(), "put "+s.path()+" right, or remove it and run `tenantry login` again")
	}
	if kept.Profiles == nil {
		kept.Profiles = map[string]Profile{}
	}
	return kept.Profiles, nil
}

// Get returns a profile.
func (s *Profiles) Get(name string) (Profile, error) {
	all, err := s.All()
	if err != nil {
		return Profile{}, err
	}
	kept, ok := all[name]
	if !ok {
		return kept, Misused("there is no profile "+name, "make it with `tenantry login --profile "+name+" --url URL`; `tenantry profiles list` shows those that there are")
	}
	return kept, nil
}

// Key returns the key of a profile.
func (s *Profiles) Key(name string, of Profile) (secret.Text, error) {
	again := "log in again with `tenantry login --profile " + name + "`"
	if of.KeyStore == InFile {
		path := s.keyPath(name)
		info, err := os.Stat(path)
		if err != nil {
			return secret.Text{}, Misused("the key of profile "+name+" cannot be read: "+err.Error(), again)
		}
		if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			return secret.Text{}, Misused("others may read "+path+", which holds a key", "take that right away with `chmod 600 "+path+"`, and rotate the key if somebody may have read it")
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return secret.Text{}, Misused("the key of profile "+name+" cannot be read: "+err.Error(), again)
		}
		return secret.New(strings.TrimSpace(string(content))), nil
	}
	key, err := s.keychain.Get(inKeychain, name)
	if errors.Is(err, keyring.ErrNotFound) {
		return secret.Text{}, Misused("the keychain has no key for profile "+name, again)
	}
	if err != nil {
		return secret.Text{}, noKeychain(err)
	}
	return secret.New(key), nil
}

// Keep keeps a profile and its key, in place of an earlier one of that name.
func (s *Profiles) Keep(name string, of Profile, key secret.Text) error {
	if !profileName.MatchString(name) {
		return Misused("a profile cannot be called "+name, "use up to 64 letters, digits, dots, - and _, beginning with a letter or a digit")
	}
	all, err := s.All()
	if err != nil {
		return err
	}
	if of.KeyStore == InKeychain {
		if err := s.keychain.Set(inKeychain, name, key.Reveal()); err != nil {
			return noKeychain(err)
		}
	} else if err := writePrivate(s.keyPath(name), []byte(key.Reveal()+"\n")); err != nil {
		return err
	}
	if before, there := all[name]; there && before.KeyStore != of.KeyStore {
		_ = s.dropKey(name, before) // what stays of it is one more copy of an old key
	}
	all[name] = of
	return s.write(all)
}

// Drop removes a profile and its key.
func (s *Profiles) Drop(name string) error {
	of, err := s.Get(name)
	if err != nil {
		return err
	}
	if err := s.dropKey(name, of); err != nil {
		return err
	}
	all, err := s.All()
	if err != nil {
		return err
	}
	delete(all, name)
	return s.write(all)
}

func (s *Profiles) dropKey(name string, of Profile) error {
	if of.KeyStore == InFile {
		if err := os.Remove(s.keyPath(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing the key: %w", err)
		}
		return nil
	}
	if err := s.keychain.Delete(inKeychain, name); err != nil && !errors.Is(err, keyring.ErrNotFound) {
		return noKeychain(err)
	}
	return nil
}

func (s *Profiles) path() string { return filepath.Join(s.dir, "profiles.json") }

func (s *Profiles) keyPath(name string) string { return filepath.Join(s.dir, "keys", name) }

func (s *Profiles) write(all map[string]Profile) error {
	content, err := json.MarshalIndent(map[string]any{"profiles": all}, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the profiles: %w", err)
	}
	return writePrivate(s.path(), append(content, '\n'))
}

// writePrivate writes a file for its owner alone, as a whole or not at all.
func writePrivate(path string, content []byte) (err error) {
	dir := filepath.Dir(path)
	refuse := func(err error) error {
		return Misused(path+" cannot be written: "+err.Error(), "make its directory writable for this user, or set XDG_CONFIG_HOME to another one")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return refuse(err)
	}
	file, err := os.CreateTemp(dir, ".new-*") // for its owner alone
	if err != nil {
		return refuse(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	_, err = file.Write(content)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return refuse(err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return refuse(err)
	}
	return nil
}

// noKeychain returns a failure for a keychain that does not work.
func noKeychain(err error) error {
	return Misused("the keychain of this machine cannot be used: "+err.Error(),
		"log in with --key-store file, which keeps the key in a file that only this user can read; or give the key in "+KeyVariable+" or --key-file, with --url")
}
