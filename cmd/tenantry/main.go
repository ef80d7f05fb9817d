// Command tenantry keeps the customer hierarchy of a payments business: it serves the
// API, and it is the operator's tool at the terminal.
//
// There is one file per command. Commands that touch customers all speak the native HTTP
// API (client.go), and only how they reach it differs (reach.go): through the admin
// socket of a running `serve`, straight into a handler of this process when the data
// directory is free, or over the network with --url and a key. So no command has rules of
// its own. Routes that belong to the machine and not to the API (rotating key rings,
// removing events) are in local.go.
//
// To add a command: write a struct with a Run method in a file of its own, and its line
// in commandline.go. Run returns an error of failure.go, or any other; report.go turns it
// into words and an exit code.
package main

import (
	"context"
	"crypto/rand"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/mattn/go-isatty"

	"tenantry/cmd/tenantry/internal/term"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks for a graceful end, the second one ends the program at once.
	context.AfterFunc(ctx, stop)
	p := &program{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		asks: isTerminal(os.Stdin), shows: isTerminal(os.Stdout), tells: isTerminal(os.Stderr),
		environ: os.Environ(), now: time.Now, random: rand.Reader,
	}
	p.printer = term.Printer(p.shows && p.variable("NO_COLOR") == "" && p.variable("TERM") != "dumb")
	os.Exit(p.run(ctx, os.Args[1:]))
}

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()) }
