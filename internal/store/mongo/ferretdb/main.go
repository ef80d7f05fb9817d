// Command ferretdb is the MongoDB-wire server that the Mongo engine's tests run against: FerretDB v1 over
// SQLite, on loopback, for as long as its standard input stays open.
//
// It is a module of its own so that FerretDB's dependencies stay out of the service's. It is a functional check
// only, never a place for data: FerretDB's updates are not atomic between connections.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	directory := flag.String("directory", "", "existing directory that holds the data (required)")
	listen := flag.String("listen", "127.0.0.1:0", "TCP address; port 0 takes a free one")
	flag.Parse()
	// It makes so much garbage that collecting it less often halves its time.
	debug.SetGCPercent(400)

	if err := serve(*directory, *listen, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "ferretdb:", err)
		os.Exit(1)
	}
}

// serve prints the server's MongoDB URI on one line of stdout once it can be connected to and returns when stdin
// ends. Standard input is a pipe from the test process, which the kernel closes however that process dies, so no
// server outlives its test. Open connections are cut, not waited for: SQLite recovers from that like from a kill.
func serve(directory, listen string, stdin io.Reader, stdout io.Writer) error {
	data, err := dataURL(directory)
	if err != nil {
		return err
	}
	// The embeddable package never reports telemetry, and refuses to.
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: listen},
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Handler:   "sqlite",
		SQLiteURL: data,
	})
	if err != nil {
		return fmt.Errorf("start on %s: %w", listen, err)
	}
	stopped := make(chan error, 1)
	go func() {
		stopped <- errors.Join(errors.New("the server stopped by itself"), server.Run(context.Background()))
	}()
	// New has opened the listener, so a connection made from now on waits in its queue at worst.
	if _, err := fmt.Fprintln(stdout, server.MongoDBURI()); err != nil {
		return fmt.Errorf("announce the URI: %w", err)
	}

	closed := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		close(closed)
	}()
	select {
	case err := <-stopped:
		return err
	case <-closed:
		return nil
	}
}

// dataURL names an existing directory in the form of FerretDB's SQLite backend, which wants an absolute file URL
// that ends in a slash. Writes are not flushed to the disk: a killed server keeps them, only a power cut would
// lose them, and the tests run several times faster.
func dataURL(directory string) (string, error) {
	if directory == "" {
		return "", errors.New("-directory is required")
	}
	absolute, err := filepath.Abs(directory)
	if err != nil {
		return "", fmt.Errorf("find the directory: %w", err)
	}
	query := url.Values{"_pragma": {"synchronous(off)"}}
	data := url.URL{Scheme: "file", Path: filepath.ToSlash(absolute) + "/", RawQuery: query.Encode()}
	return data.String(), nil
}
