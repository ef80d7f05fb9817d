package mongo_test

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"regexp"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// proxy stands before a server, and can be killed in its place.
type proxy struct {
	uri, address string
	listener     net.Listener
	work         sync.WaitGroup

	mu    sync.Mutex
	ended bool
	conns []net.Conn
}

// alone returns the address of a proxy before a server that lets one command run at a time,
// whichever connection it comes by. Commands on one document are atomic in MongoDB, and are
// not between connections of the built server.
func alone(t testing.TB, uri string) string {
	t.Helper()
	if os.Getenv(uriVariable) != "" {
		return uri
	}
	return proxied(t, uri, func(answer []byte) []byte { return answer })
}

// proxied returns the address of a proxy before a server that lets one command run at a
// time and sees what is answered.
func proxied(t testing.TB, uri string, answered func([]byte) []byte) string {
	t.Helper()
	var turn sync.Mutex
	return newProxy(t, uri, "127.0.0.1:0", func(client, server net.Conn) { relay(client, server, &turn, answered) }).uri
}

// newProxy starts a proxy on an address before the server of a URI, whose connections are
// served by pass until it returns.
func newProxy(t testing.TB, uri, address string, pass func(client, server net.Conn)) *proxy {
	t.Helper()
	host := primary(t, uri)
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{uri: throughProxy(t, uri, listener.Addr().String()), address: listener.Addr().String(), listener: listener}
	t.Cleanup(p.end)
	p.work.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", host)
			if err != nil {
				_ = client.Close()
				continue
			}
			p.work.Go(func() {
				if p.holds(client, server) {
					pass(client, server)
				}
				_, _ = client.Close(), server.Close()
			})
		}
	})
	return p
}

// holds reports whether connections are let through, which then end with the proxy.
func (p *proxy) holds(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = append(p.conns, conns...)
	return !p.ended
}

// end cuts all connections and frees the port, as the end of a server does.
func (p *proxy) end() {
	p.mu.Lock()
	p.ended = true
	_ = p.listener.Close()
	for _, conn := range p.conns {
		_ = conn.Close()
	}
	p.conns = nil
	p.mu.Unlock()
	p.work.Wait()
}

// primary returns the host of a URI that takes writes.
func primary(t testing.TB, uri string) string {
	t.Helper()
	hosts := options.Client().ApplyURI(uri).Hosts
	if len(hosts) == 0 {
		t.Fatal("the URI of the server names no host")
	}
	var said struct {
		Primary string `bson:"primary"`
	}
	if err := connect(t, uri).Database("admin").RunCommand(t.Context(), bson.D{{Key: "hello", Value: 1}}).Decode(&said); err != nil {
		t.Fatalf("asking for the primary: %v", err)
	}
	return cmp.Or(said.Primary, hosts[0])
}

// partsOfURI are the credentials, the path and the options of a URI that may name many hosts.
var partsOfURI = regexp.MustCompile(`^mongodb(?:\+srv)?://(?:([^@/]*)@)?[^/?]*(/[^?]*)?(?:\?(.*))?$`)

// throughProxy returns a URI with the address of a proxy in place of its hosts.
func throughProxy(t testing.TB, uri, address string) string {
	t.Helper()
	parts := partsOfURI.FindStringSubmatch(uri)
	if parts == nil {
		t.Fatal("the URI of the server cannot be read")
	}
	query, err := url.ParseQuery(parts[3])
	if err != nil {
		t.Fatalf("the options of the server: %v", err)
	}
	query.Del("replicaSet")
	query.Del("maxPoolSize") // one command runs at a time where that is needed
	query.Set("directConnection", "true")
	query.Set("serverMonitoringMode", "poll") // an answer to each message
	who := parts[1]
	if who != "" {
		who += "@"
	}
	return "mongodb://" + who + address + cmp.Or(parts[2], "/") + "?" + query.Encode()
}

// relay passes commands on, each in its turn with its answer, until one side ends.
func relay(client, server net.Conn, turn *sync.Mutex, answered func([]byte) []byte) {
	for {
		command, err := message(client)
		if err != nil {
			return
		}
		turn.Lock()
		_, err = server.Write(command)
		var answer []byte
		if err == nil {
			answer, err = message(server)
		}
		turn.Unlock()
		if err != nil {
			return
		}
		if _, err := client.Write(answered(answer)); err != nil {
			return
		}
	}
}

// through passes all bytes on, until one side ends.
func through(client, server net.Conn) {
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
		both.Go(func() {
			_, _ = io.Copy(way[0], way[1])
			_, _ = client.Close(), server.Close()
		})
	}
	both.Wait()
}

// message reads one message of the wire protocol, which begins with its length.
func message(from io.Reader) ([]byte, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(from, head); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(head)
	if length < 16 || length > 64<<20 {
		return nil, fmt.Errorf("a message of %d bytes", length)
	}
	whole := make([]byte, length)
	copy(whole, head)
	_, err := io.ReadFull(from, whole[4:])
	return whole, err
}
