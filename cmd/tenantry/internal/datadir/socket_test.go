package datadir_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/cmd/tenantry/internal/datadir"
)

// The directory's path is enough to reach its owner, however long the path is; nothing is
// left behind, and no other user may connect.
func TestOwnerIsReached(t *testing.T) {
	t.Parallel()
	for name, depth := range map[string]int{"short": 0, "past the limit of sockets": 12} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root, err := os.MkdirTemp("", "d")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.RemoveAll(root) })
			path := filepath.Join(root, strings.Repeat("0123456789/", depth))
			o, err := datadir.Own(path)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = o.Release() }()
			l, err := o.Listen()
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				if c, err := l.Accept(); err == nil {
					_, _ = io.WriteString(c, "here")
					_ = c.Close()
				}
			}()
			c, err := datadir.Dial(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			said, err := io.ReadAll(c)
			if err != nil || string(said) != "here" {
				t.Errorf("the owner says %q, %v", said, err)
			}
			socket := filepath.Join(path, "admin.sock")
			if depth > 0 {
				note, err := os.ReadFile(filepath.Join(path, "admin.addr"))
				if err != nil {
					t.Fatal(err)
				}
				socket = strings.TrimSpace(string(note))
			}
			if info, err := os.Stat(socket); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v, %v", socket, info.Mode(), err)
			}
			if depth > 0 {
				if info, err := os.Stat(filepath.Dir(socket)); err != nil || info.Mode().Perm() != 0o700 {
					t.Errorf("its directory has mode %v, %v", info.Mode(), err)
				}
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(socket); err == nil {
				t.Error("the socket is left behind")
			}
			left, _ := os.ReadDir(path)
			if len(left) != 1 || left[0].Name() != "lock" {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// What a killed owner left behind does not stop the next one.
func TestSocketOfADeadOwner(t *testing.T) {
	t.Parallel()
	root, err := os.MkdirTemp("", "d")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(root) })
	o, err := datadir.Own(root)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Release() }()
	for _, name := range []string{"admin.sock", "admin.addr"} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(filepath.Join(root, name), []byte("/nowhere/admin.sock\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		})
	}
	l, err := o.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c, err := datadir.Dial(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
}

// Without an owner, dialing fails.
func TestNobodyToReach(t *testing.T) {
	t.Parallel()
	if _, err := datadir.Dial(t.Context(), t.TempDir()); err == nil {
		t.Error("somebody answers")
	}
}
