package datadir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

const (
	socketName  = "admin.sock"
	addressName = "admin.addr"
	// shortPrefix begins the name of the directory that stands in for a long path.
	shortPrefix = "tenantry-"
	// longestPath is what the shortest system limit on the path of a socket (104 bytes)
	// leaves for the temporary directory in which it is made.
	longestPath = 90
)

// Listen opens the local socket of the directory. At no moment may anyone but this user
// connect. If the directory's path is too long for a socket, the socket lies in a new
// directory of mode 0700 among the temporary files, which admin.addr names. Closing the
// listener removes all of it.
func (o *Owned) Listen() (net.Listener, error) {
	path, made, err := o.place()
	if err != nil {
		return nil, fmt.Errorf("finding a place for the admin socket: %w", err)
	}
	inner, err := listenPrivately(path)
	if err != nil {
		removeAll(made)
		return nil, fmt.Errorf("opening the admin socket %s: %w", path, err)
	}
	return &listener{Listener: inner, remove: append([]string{path}, made...)}, nil
}

// place returns the path for the socket and what had to be made for it.
func (o *Owned) place() (path string, made []string, err error) {
	note := filepath.Join(o.path, addressName)
	// The previous owner may have left its socket behind when it was killed.
	if old, err := os.ReadFile(note); err == nil {
		left := strings.TrimSpace(string(old))
		if strings.HasPrefix(filepath.Base(filepath.Dir(left)), shortPrefix) && filepath.Base(left) == socketName {
			removeAll([]string{left, filepath.Dir(left)})
		}
	}
	path = filepath.Join(o.path, socketName)
	removeAll([]string{note, path})
	if len(path) <= longestPath {
		return path, nil, nil
	}
	short, err := os.MkdirTemp("", shortPrefix)
	if err != nil {
		return "", nil, err
	}
	path = filepath.Join(short, socketName)
	made = []string{short, note}
	if err := os.WriteFile(note, []byte(path+"\n"), 0o600); err != nil {
		removeAll(made)
		return "", nil, err
	}
	return path, made, nil
}

// listenPrivately makes the socket in a directory of its own and moves it into place once
// its mode is right: a fresh socket has the mode that the umask leaves.
func listenPrivately(path string) (net.Listener, error) {
	detour, err := os.MkdirTemp(filepath.Dir(path), ".")
	if err != nil {
		return nil, err
	}
	defer removeAll([]string{detour})
	fresh := filepath.Join(detour, "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: fresh, Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false)
	err = os.Chmod(fresh, 0o600)
	if err == nil {
		err = os.Rename(fresh, path)
	}
	if err != nil {
		_ = l.Close()
		removeAll([]string{fresh})
		return nil, err
	}
	return l, nil
}

// listener removes its socket when it closes.
type listener struct {
	net.Listener
	remove []string
	once   sync.Once
}

// Close stops listening.
func (l *listener) Close() error {
	err := l.Listener.Close()
	l.once.Do(func() { removeAll(l.remove) })
	return err
}

// removeAll removes files and empty directories, in that order; what it leaves behind
// does no harm.
func removeAll(paths []string) {
	for _, p := range paths {
		_ = os.Remove(p)
	}
}

// Dial connects to the owner of the directory at path. Without an owner the error wraps
// fs.ErrNotExist or is that of a refused connection.
func Dial(ctx context.Context, path string) (net.Conn, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("finding the data directory %s: %w", path, err)
	}
	socket := filepath.Join(absolute, socketName)
	note, err := os.ReadFile(filepath.Join(absolute, addressName))
	switch {
	case err == nil:
		socket = strings.TrimSpace(string(note))
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("reading where the admin socket is: %w", err)
	}
	var d net.Dialer
	return d.DialContext(ctx, "unix", socket)
}
