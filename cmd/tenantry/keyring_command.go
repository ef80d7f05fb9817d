package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os/exec"
	"time"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/internal/seal"
)

const (
	// keyringCommandLife is how long the program that prints the key ring may run.
	keyringCommandLife = 30 * time.Second
	// mostKeyringBytes is far above any ring.
	mostKeyringBytes = 1 << 20
)

// printedKeyring returns the key ring that a program prints. What it prints is shown
// nowhere; what it complains of goes to standard error as it is.
func (p *program) printedKeyring(ctx context.Context, command []string) (*seal.Ring, error) {
	ctx, cancel := context.WithTimeout(ctx, keyringCommandLife)
	defer cancel()
	run := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // the operator configured it
	printed := &bounded{left: mostKeyringBytes}
	run.Stdout, run.Stderr, run.WaitDelay = printed, p.Stderr, time.Second
	run.Env = p.Environ
	err := run.Run()
	if ctx.Err() != nil {
		err = errors.New("it took longer than " + keyringCommandLife.String())
	}
	defer func() { clear(printed.text.Bytes()) }()
	if err != nil {
		return nil, &cli.Failure{Code: cli.ExitMisused, Text: "the program that prints the key ring (seal.keyring_command: " + command[0] + ") failed", Cause: err,
			Hint: "run it by hand as this user; it must print the text of a key ring file, ask nothing, and end with 0"}
	}
	ring, err := seal.Parse(printed.text.Bytes(), seal.WithClock(p.Now))
	if err != nil {
		return nil, &cli.Failure{Code: cli.ExitMisused, Text: "what seal.keyring_command prints cannot be used", Cause: err,
			Hint: "it must print the whole text of a key ring file and nothing else"}
	}
	return ring, nil
}

// bounded keeps what is written to it, up to a limit.
type bounded struct {
	text bytes.Buffer
	left int
}

// Write implements io.Writer.
func (b *bounded) Write(part []byte) (int, error) {
	if b.left -= len(part); b.left < 0 {
		return 0, errors.New("it printed more than a key ring can have")
	}
	return b.text.Write(part)
}

var _ io.Writer = (*bounded)(nil)
