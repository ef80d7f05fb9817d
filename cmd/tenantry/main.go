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
	"strconv"
	"syscall"
	"time"

	"github.com/mattn/go-isatty"
	"golang.org/x/term"

	"tenantry/cmd/tenantry/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks for a graceful end, the second one ends the program at once.
	context.AfterFunc(ctx, stop)
	p := &program{Program: &cli.Program{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Asks: isTerminal(os.Stdin), Shows: isTerminal(os.Stdout), Tells: isTerminal(os.Stderr),
		Environ: os.Environ(), Now: time.Now, Random: rand.Reader,
		Secret: askSecret, Keychain: cli.SystemKeychain{},
	}}
	p.Columns = columns(p.Variable("COLUMNS"))
	os.Exit(p.run(ctx, os.Args[1:]))
}

func isTerminal(f *os.File) bool { return isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()) }

// columns returns the width that tables must fit: what the environment says, else that of
// the terminal, 0 where there is none.
func columns(variable string) int {
	if wanted, err := strconv.Atoi(variable); err == nil && wanted > 0 {
		return wanted
	}
	width, _, err := term.GetSize(int(os.Stdout.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// askSecret asks at the terminal for a text that is not shown.
func askSecret(prompt string) (string, error) {
	_, _ = os.Stderr.WriteString(prompt)
	typed, err := term.ReadPassword(int(os.Stdin.Fd()))
	_, _ = os.Stderr.WriteString("\n")
	return string(typed), err
}
