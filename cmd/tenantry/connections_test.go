package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// boundedServer starts a server whose connections are bounded.
func boundedServer(t *testing.T, all, perAddress int, trusted ...netip.Prefix) *connections {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := boundConnections(l, all, perAddress, 0, trusted, prometheus.NewRegistry())
	server := &http.Server{Handler: http.NotFoundHandler(), ConnState: c.noteState, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(c) }()
	t.Cleanup(func() { _ = server.Close() })
	return c
}

// dialed opens a connection; with a request it is idle afterwards. It reports whether the
// server answers on it.
func dialed(t *testing.T, c *connections) (net.Conn, func() bool) {
	t.Helper()
	conn, err := net.Dial("tcp", c.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	reader := bufio.NewReader(conn)
	return conn, func() bool {
		if _, err := conn.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
			return false
		}
		answer, err := http.ReadResponse(reader, nil)
		if err != nil {
			return false
		}
		_ = answer.Body.Close()
		_, _ = reader.Discard(reader.Buffered())
		return answer.StatusCode == http.StatusNotFound
	}
}

// hold opens connections that send no whole request, and waits until they are counted.
func hold(t *testing.T, c *connections, n int) []net.Conn {
	t.Helper()
	var list []net.Conn
	for range n {
		conn, _ := dialed(t, c)
		_, _ = conn.Write([]byte("GET / HTTP/1.1\r\n"))
		list = append(list, conn)
	}
	await(t, func() bool { return c.count() >= n })
	return list
}

func await(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); {
		if time.Now().After(deadline) {
			t.Fatal("it does not come to pass")
		}
	}
}

// One address has its share of the connections; what ends makes room, and nothing of it
// is remembered.
func TestConnectionsOfOneAddressAreBounded(t *testing.T) {
	t.Parallel()
	c := boundedServer(t, 100, 3)
	held := hold(t, c, 3)
	if _, ask := dialed(t, c); ask() {
		t.Error("a fourth connection is served")
	}
	_ = held[0].Close()
	await(t, func() bool { return c.count() == 2 })
	_, ask := dialed(t, c)
	if !ask() {
		t.Error("there is no room after one ended")
	}
	for _, conn := range held {
		_ = conn.Close()
	}
	await(t, func() bool { return c.count() == 1 })
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.from) != 1 {
		t.Errorf("%d addresses are remembered", len(c.from))
	}
}

// All addresses together have a bound, which trusted proxies have too.
func TestAllConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	c := boundedServer(t, 4, 1, netip.MustParsePrefix("127.0.0.0/8"))
	hold(t, c, 4)
	if _, ask := dialed(t, c); ask() {
		t.Error("a fifth connection is served")
	}
}

// When few connections are left, those that wait for a next request make room, the one
// that has waited longest first.
func TestIdleConnectionsMakeRoom(t *testing.T) {
	t.Parallel()
	c := boundedServer(t, 4, 100)
	var asks []func() bool
	for range 5 {
		_, ask := dialed(t, c)
		if !ask() {
			t.Fatal("a connection is refused while others are idle")
		}
		await(t, func() bool { return idle(c) == c.count() })
		asks = append(asks, ask)
	}
	if asks[0]() || !asks[4]() {
		t.Error("it is not the oldest that made room")
	}
}

func idle(c *connections) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for o := range c.open {
		if !o.idle.IsZero() {
			n++
		}
	}
	return n
}

// The limit of open files lowers the bound, so that the store and the admin socket can
// open theirs.
func TestFilesAreKeptBack(t *testing.T) {
	t.Parallel()
	for files, want := range map[int]int{0: 4096, 1 << 20: 4096, 1024: 768, 200: 72, 64: 1} {
		t.Run(fmt.Sprint(files), func(t *testing.T) {
			if got := boundConnections(nil, 4096, 1, files, nil, prometheus.NewRegistry()).all; got != want {
				t.Errorf("of %d files %d are for connections, not %d", files, got, want)
			}
		})
	}
}
