package main

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// reservedFiles is how many descriptors are kept back from clients, for the store, the
// admin socket, receivers of webhooks and what else the process opens.
const reservedFiles = 128

// connections bounds the open connections of a listener, in all and from one network
// address. One too many is closed at once; when few are left, those that wait for a next
// request make room. It is safe for concurrent use.
type connections struct {
	net.Listener
	all, perAddress int
	trusted         []netip.Prefix // proxies, which have no bound of their own

	mu       sync.Mutex
	open     map[*connection]struct{}
	from     map[netip.Prefix]int // addresses without a connection are not in it
	refusals *prometheus.CounterVec
}

// boundConnections returns the listener with bounds. The limit of open files, 0 if it is
// not known, lowers the bound of all.
func boundConnections(l net.Listener, all, perAddress, files int, trusted []netip.Prefix, registry *prometheus.Registry) *connections {
	if files > 0 {
		all = max(min(all, files-reservedFiles, files-files/4), 1)
	}
	c := &connections{
		Listener: l, all: all, perAddress: perAddress, trusted: trusted,
		open: make(map[*connection]struct{}), from: make(map[netip.Prefix]int),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tenantry_connections_closed_total", Help: "Connections of clients closed for want of room, by what ran out.",
		}, []string{"reason"}),
	}
	registry.MustRegister(c.refusals, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tenantry_connections_open", Help: "Open connections of clients.",
	}, func() float64 { return float64(c.count()) }))
	return c
}

// Accept returns the next connection that fits within the bounds.
func (c *connections) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if admitted := c.admit(conn); admitted != nil {
			return admitted, nil
		}
		_ = conn.Close()
	}
}

// admit returns nil for a connection beyond the bounds.
func (c *connections) admit(conn net.Conn) net.Conn {
	network, bounded := c.networkOf(conn)
	c.mu.Lock()
	defer c.mu.Unlock()
	if bounded && c.from[network] >= c.perAddress && !c.makeRoom(func(o *connection) bool { return o.network == network }) {
		c.refusals.WithLabelValues("address").Inc()
		return nil
	}
	if len(c.open) >= c.all-c.all/4 && !c.makeRoom(nil) && len(c.open) >= c.all {
		c.refusals.WithLabelValues("all").Inc()
		return nil
	}
	made := &connection{Conn: conn, of: c, network: network}
	c.open[made] = struct{}{}
	c.from[network]++
	return made
}

// makeRoom closes the connection that has waited longest for a next request. It reports
// whether there was one.
func (c *connections) makeRoom(of func(*connection) bool) bool {
	var oldest *connection
	for o := range c.open {
		if !o.idle.IsZero() && (of == nil || of(o)) && (oldest == nil || o.idle.Before(oldest.idle)) {
			oldest = o
		}
	}
	if oldest == nil {
		return false
	}
	c.refusals.WithLabelValues("idle").Inc()
	c.forget(oldest)
	_ = oldest.Conn.Close()
	return true
}

// networkOf returns the address whose connections are counted together, and false for a
// trusted proxy.
func (c *connections) networkOf(conn net.Conn) (network netip.Prefix, bounded bool) {
	peer, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return network, false
	}
	address := peer.Addr().Unmap().WithZone("")
	bits := address.BitLen()
	if address.Is6() {
		bits = 64
	}
	network, _ = address.Prefix(bits)
	return network, !slices.ContainsFunc(c.trusted, func(p netip.Prefix) bool { return p.Contains(address) })
}

// forget takes a connection out of the count, once.
func (c *connections) forget(one *connection) {
	if _, there := c.open[one]; !there {
		return
	}
	delete(c.open, one)
	if c.from[one.network]--; c.from[one.network] == 0 {
		delete(c.from, one.network)
	}
}

func (c *connections) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.open)
}

// noteState is a ConnState of http.Server: it notes which connections wait.
func (c *connections) noteState(conn net.Conn, state http.ConnState) {
	one := unwrapped(conn)
	if one == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	one.idle = time.Time{}
	if state == http.StateIdle {
		one.idle = time.Now()
	}
}

// unwrapped returns the connection of a listener, perhaps below TLS.
func unwrapped(conn net.Conn) *connection {
	if below, ok := conn.(interface{ NetConn() net.Conn }); ok {
		conn = below.NetConn()
	}
	one, _ := conn.(*connection)
	return one
}

// connection is one open connection that is counted.
type connection struct {
	net.Conn
	of      *connections
	network netip.Prefix
	idle    time.Time // since when it waits for a next request; zero while it does not
}

// Close closes the connection and takes it out of the count.
func (o *connection) Close() error {
	o.of.mu.Lock()
	o.of.forget(o)
	o.of.mu.Unlock()
	return o.Conn.Close()
}
