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
