package mongo_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// uriVariable names the environment variable that points the tests at a MongoDB of your own. Its databases other
// than the tests' own, which are named tenantry_test_…, are left alone.
const uriVariable = "TENANTRY_TEST_MONGODB_URI"

// startLimit bounds how long a started server may take to announce itself.
const startLimit = time.Minute

// testProcess holds what the tests of one process share: the built server and one running instance of it.
var testProcess struct {
	build  sync.Once
	folder string // temporary folder of this process, removed after its tests
	binary string
	failed error

	start  sync.Once
	shared *serverProcess
	broken error
}

// testServer returns the URI of the MongoDB-wire server that the tests of this process share: the one named by
// TENANTRY_TEST_MONGODB_URI, or else one built from the nested module ferretdb and started on a temporary
// directory. When neither can be had the test fails, with the server's own words; it is never skipped.
//
// The URI of the built server carries maxPoolSize=1. FerretDB's updates are not atomic between connections: two of
// them may both find the version they expect. With a pool of one connection each command is atomic, as MongoDB
// promises for one document, while commands of different goroutines still interleave. So a test that means two
// clients to compete must give them one *mongo.Client; and a command that its client gave up on runs on in the server
// beside the next one.
func testServer(t testing.TB) (uri string) {
	t.Helper()
	if own := os.Getenv(uriVariable); own != "" {
		return own
	}
	binary := buildServer(t)
	testProcess.start.Do(func() {
		data := filepath.Join(testProcess.folder, "data")
		if err := os.Mkdir(data, 0o700); err != nil {
			testProcess.broken = err
			return
		}
		testProcess.shared, testProcess.broken = startServer(binary, data, "127.0.0.1:0")
	})
	if testProcess.broken != nil {
		t.Fatalf("start the MongoDB test server: %v", testProcess.broken)
	}
	return testProcess.shared.uri
}

// freshDatabase returns the test server's URI and the name of a database that no other test uses, which is dropped
// when the test ends.
func freshDatabase(t testing.TB) (uri, name string) {
	t.Helper()
	uri = testServer(t)
	name = "tenantry_test_" + bson.NewObjectID().Hex()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), startLimit)
		defer cancel()
		if err := connect(t, uri).Database(name).Drop(ctx); err != nil {
			t.Errorf("drop %s: %v", name, err)
		}
	})
	return uri, name
}

// ownServer is a server that a test may kill and start again on its address.
type ownServer struct {
	uri, address string
	kill         func(t testing.TB)
}

// privateServer starts a server of the test's own on directory and address, for tests that kill it and start it
// again; whatever still runs is stopped when the test ends. A MongoDB that is named is not the test's to kill: before
// it stands a proxy, which is killed in its place.
func privateServer(t testing.TB, directory, address string) ownServer {
	t.Helper()
	if named := os.Getenv(uriVariable); named != "" {
		p := newProxy(t, named, address, through)
		return ownServer{p.uri, p.address, func(testing.TB) { p.end() }}
	}
	p := builtServer(t, directory, address)
	return ownServer{p.uri, p.address, p.kill}
}

// ownDatabase returns the name of a database for a test on a privateServer.
func ownDatabase(t testing.TB) string {
	t.Helper()
	if os.Getenv(uriVariable) == "" {
		return "own"
	}
	_, name := freshDatabase(t)
	return name
}

// builtServer starts the built server on directory and address, and stops it when the test ends.
func builtServer(t testing.TB, directory, address string) *serverProcess {
	t.Helper()
	server, err := startServer(buildServer(t), directory, address)
	if err != nil {
		t.Fatalf("start a MongoDB test server on %s: %v", address, err)
	}
	t.Cleanup(func() {
		if err := server.stop(); err != nil {
			t.Errorf("stop the MongoDB test server on %s: %v", address, err)
		}
	})
	return server
}

// buildServer builds the nested module once per test process and returns the path of the program. Go's build cache
// makes every build but a machine's first, which takes about a minute, a matter of a second or two.
func buildServer(t testing.TB) (binary string) {
	t.Helper()
	testProcess.build.Do(func() {
		testProcess.folder, testProcess.failed = os.MkdirTemp("", "tenantry-mongo-test-")
		if testProcess.failed != nil {
			return
		}
		// Windows starts only what ends in .exe; the others do not mind.
		testProcess.binary = filepath.Join(testProcess.folder, "ferretdb.exe")
		// Without its symbol tables the program links in half the time.
		build := exec.Command("go", "build", "-mod=readonly", "-ldflags=-s -w", "-o", testProcess.binary, ".")
		build.Dir = "ferretdb"
		// A workspace of the surrounding checkout would otherwise replace the pinned module's own go.mod.
		build.Env = append(os.Environ(), "GOWORK=off")
		if output, err := build.CombinedOutput(); err != nil {
			testProcess.failed = fmt.Errorf("go build in %s: %w\n%s", build.Dir, err, output)
		}
	})
	if testProcess.failed != nil {
		t.Fatalf("build the MongoDB test server: %v", testProcess.failed)
	}
	return testProcess.binary
}

// serverProcess is one running test server.
type serverProcess struct {
	uri     string // with maxPoolSize=1
	address string // host:port, to start another one in its place
	command *exec.Cmd
	stdin   io.Closer
	output  bytes.Buffer // its standard error; complete once the process has ended
	ended   sync.Once
	result  error
}

// startServer starts the program and returns once it has announced its URI. When it does not, the error holds all
// that it said.
func startServer(binary, directory, address string) (*serverProcess, error) {
	server := &serverProcess{command: exec.Command(binary, "-directory", directory, "-listen", address)}
	server.command.Stderr = &server.output
	stdin, err := server.command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("make its input: %w", err)
	}
	server.stdin = stdin
	stdout, err := server.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("make its output: %w", err)
	}
	if err := server.command.Start(); err != nil {
		return nil, err
	}
	// A server that says nothing is killed, which ends the read below.
	watchdog := time.AfterFunc(startLimit, func() { _ = server.command.Process.Kill() })
	line, readErr := bufio.NewReader(stdout).ReadString('\n')
	watchdog.Stop()
	base := strings.TrimSpace(line)
	host, isURI := strings.CutPrefix(base, "mongodb://")
	if readErr != nil || !isURI {
		_ = server.command.Process.Kill()
		return nil, fmt.Errorf("it said %q instead of its URI: %w\n%s",
			line, errors.Join(readErr, server.wait()), &server.output)
	}
	server.address = strings.TrimSuffix(host, "/")
	server.uri = base + "?maxPoolSize=1"
	return server, nil
}

// stop ends the server the ordinary way, by closing its input. A server that was killed before stays so; one that
// ended by itself, or with an error, is reported with all that it said.
func (s *serverProcess) stop() error {
	if s.command.ProcessState != nil {
		return nil
	}
	if err := s.stdin.Close(); err != nil {
		return fmt.Errorf("close its input: %w", err)
	}
	watchdog := time.AfterFunc(startLimit, func() { _ = s.command.Process.Kill() })
	defer watchdog.Stop()
	if err := s.wait(); err != nil {
		return fmt.Errorf("it ended with %w\n%s", err, &s.output)
	}
	return nil
}

// kill ends the server at once, as a crash does, and returns when it is gone and its port is free.
func (s *serverProcess) kill(t testing.TB) {
	t.Helper()
	if err := s.command.Process.Kill(); err != nil {
		t.Fatalf("kill the MongoDB test server: %v", err)
	}
	_ = s.wait()
}

func (s *serverProcess) wait() error {
	s.ended.Do(func() { s.result = s.command.Wait() })
	return s.result
}

// TestServerSpeaksMongoDB guards the ground that every other test here stands on: the official driver reaches the
// server, reads back what it wrote, and is told of a taken _id in the way that the engine recognizes.
func TestServerSpeaksMongoDB(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	uri, name := freshDatabase(t)
	client := connect(t, uri)
	if err := client.Ping(ctx, nil); err != nil {
		t.Fatalf("ping: %v", err)
	}

	collection := client.Database(name).Collection("things")
	want := bson.D{{Key: "_id", Value: "one"}, {Key: "name", Value: "Ada"}}
	if _, err := collection.InsertOne(ctx, want); err != nil {
		t.Fatalf("insert: %v", err)
	}
	if _, err := collection.InsertOne(ctx, want); !driver.IsDuplicateKeyError(err) {
		t.Errorf("second insert of the same _id: %v, want a duplicate key error", err)
	}
	var got bson.D
	if err := collection.FindOne(ctx, bson.D{{Key: "_id", Value: "one"}}).Decode(&got); err != nil {
		t.Fatalf("find: %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("document read (-written +read):\n%s", diff)
	}
}

// TestServerKeepsAcknowledgedWritesOverAKill proves what the engine's outage tests rely on: a killed server, started
// again on its directory and port, serves the same client everything that it had acknowledged.
func TestServerKeepsAcknowledgedWritesOverAKill(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	directory := t.TempDir()
	server := builtServer(t, directory, "127.0.0.1:0")
	collection := connect(t, server.uri).Database("outage").Collection("things")
	if _, err := collection.InsertOne(ctx, bson.D{{Key: "_id", Value: "one"}}); err != nil {
		t.Fatalf("insert: %v", err)
	}

	server.kill(t)
	builtServer(t, directory, server.address)
	var got bson.D
	if err := collection.FindOne(ctx, bson.D{{Key: "_id", Value: "one"}}).Decode(&got); err != nil {
		t.Fatalf("find after the restart: %v", err)
	}
}

// TestServerEndsWithItsInput proves that no server outlives the process that started it, whatever ends that.
func TestServerEndsWithItsInput(t *testing.T) {
	t.Parallel()
	server := builtServer(t, t.TempDir(), "127.0.0.1:0")
	// An open connection must not keep it alive.
	if err := connect(t, server.uri).Ping(t.Context(), nil); err != nil {
		t.Fatalf("ping: %v", err)
	}
	if err := server.stop(); err != nil {
		t.Fatalf("close its input: %v", err)
	}
}

// connect returns a client of the server at uri, disconnected when the test ends.
func connect(t testing.TB, uri string) *driver.Client {
	t.Helper()
	client, err := driver.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatalf("connect to %s: %v", uri, err)
	}
	t.Cleanup(func() {
		if err := client.Disconnect(context.Background()); err != nil {
			t.Errorf("disconnect: %v", err)
		}
	})
	return client
}
