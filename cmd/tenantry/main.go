// Command tenantry keeps the customer hierarchy of a payments business: it serves the
// API, and it is the operator's tool at the terminal.
//
// There is one file per command. What serves, and what works on this machine's own data
// directory, is here; commands that speak the native HTTP API alone are in
// internal/commands; and what all commands share is in internal/cli: streams, flags,
// failures and exit codes, and the client with the ways to reach an installation. Those are
// the admin socket of a running `serve`, a handler of this process when the data directory
// is free (reach.go hands both to internal/cli), and the network with --url and a key. So no
// command has rules of its own. Routes that belong to the machine and not to the API
// (rotating key rings, removing events) are in local.go.
//
// To add a command: write a struct with a Run method in a file of its own, and its line in
// commandline.go, or in commands.go of internal/commands. Run returns an error of
// internal/cli/failure.go, or any other; report.go there turns it into words and an exit
// code.
package main

import (
	"context"
	"crypto/rand"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mattn/go-isatty"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks for a graceful end, the second one ends the program at once.
	context.AfterFunc(ctx, stop)
	p := &program{Program: &cli.Program{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Asks: isTerminal(os.Stdin), Shows: isTerminal(os.Stdout), Tells: isTerminal(os.Stderr),
		Environ: os.Environ(), Now: time.Now, Random: rand.Reader,
	}}
	p.Printer = term.Printer(p.Shows && p.Variable("NO_COLOR") == "" && p.Variable("TERM") != "dumb")
	os.Exit(p.run(ctx, os.Args[1:]))
}

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()) }
