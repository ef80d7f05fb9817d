package datadir_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"tenantry/cmd/tenantry/internal/datadir"
)

// Whoever opens the admin socket is known by its name and number, without saying so
// itself; a connection of the network has no such user.
func TestTheSocketKnowsWhoOpensIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	owned, err := datadir.Own(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = owned.Release() }()
	l, err := owned.Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	opened, err := datadir.Dial(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = accepted.Close() }()
	peer := datadir.PeerUser(accepted)
	if !strings.HasSuffix(peer, " ("+strconv.Itoa(os.Getuid())+")") || strings.HasPrefix(peer, " ") {
		t.Errorf("the socket was opened by %q", peer)
	}
	if self := datadir.SelfUser(); self != peer {
		t.Errorf("this process is of %q, and the socket was opened by %q", self, peer)
	}
	if datadir.PeerUser(nil) != "" {
		t.Error("no connection has a user")
	}
}
