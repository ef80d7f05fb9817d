package scanner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"

	"tenantry/internal/fair"
	"tenantry/tenancy"
)

// refused is the exit code of a program that refuses the file, as scanners of viruses have
// it; 0 is a clean one, and any other says that the program could not tell.
const refused = 1

// queued is how many files may wait for their turn.
const queued = 64

// Options are what a Command is made of; all are required but Environ.
type Options struct {
	// Command is the program and its arguments. No shell reads them.
	Command []string
	// Environ is the environment of the program, without what configures this one.
	Environ []string
	// Timeout bounds the scan of one file, and the wait for its turn.
	Timeout time.Duration
	// AtOnce is how many files are scanned at a time. Tenants take turns.
	AtOnce int
}

// Command scans files by a program that reads one from its standard input. It is safe for
// concurrent use.
type Command struct {
	Options
	path string
	gate *fair.Gate
}

// New looks for the program.
func New(o Options) (*Command, error) {
	path, err := exec.LookPath(o.Command[0])
	if err != nil {
		return nil, fmt.Errorf("looking for the scanner: %w", err)
	}
	// What configures this program holds secrets, such as the key ring.
	environ := []string{}
	for _, variable := range o.Environ {
		if !strings.HasPrefix(variable, "TENANTRY_") {
			environ = append(environ, variable)
		}
	}
	o.Environ = environ
	return &Command{Options: o, path: path, gate: fair.New(o.AtOnce, 1, queued)}, nil
}

// Scan reports whether the program takes a file of a tenant for clean. It returns an error
// if the program cannot be run, does not end in time, ends with another exit code than 0
// and 1, or if the file cannot be read.
func (c *Command) Scan(ctx context.Context, tenant tenancy.ID, file io.Reader) (clean bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	if err := c.gate.Enter(ctx, 0, tenant.String()); err != nil {
		return false, fmt.Errorf("waiting for the scanner: %w", err)
	}
	defer c.gate.Leave()
	input := &noted{from: file}
	run := exec.CommandContext(ctx, c.path, c.Command[1:]...) //nolint:gosec // the operator configured it
	run.Stdin, run.Env, run.WaitDelay = input, c.Environ, time.Second
	err = run.Run()
	exit, ended := errors.AsType[*exec.ExitError](err)
	switch {
	case ctx.Err() != nil:
		return false, fmt.Errorf("the scanner did not end in time: %w", ctx.Err())
	case input.failed != nil: // what it said is about a part of the file
		return false, fmt.Errorf("reading the file for the scanner: %w", input.failed)
	case err == nil:
		return true, nil
	case ended && exit.ExitCode() == refused:
		return false, nil
	}
	return false, fmt.Errorf("running the scanner: %w", err)
}

// noted remembers why a file could not be read. Run has read what it will read when it
// returns.
type noted struct {
	from   io.Reader
	failed error
}

// Read implements io.Reader.
func (n *noted) Read(into []byte) (int, error) {
	read, err := n.from.Read(into)
	if err != nil && !errors.Is(err, io.EOF) {
		n.failed = err
	}
	return read, err
}
