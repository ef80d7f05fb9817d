package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/rs/zerolog"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/internal/api"
	"tenantry/internal/sandbox"
)

// sandboxListen is where a sandbox listens unless its user says otherwise: at this machine
// alone.
const sandboxListen = "127.0.0.1:8080"

// sandboxBody describes a sandbox that serves, for programs.
type sandboxBody struct {
	URL   string          `json:"url"`
	Names []sandbox.Named `json:"names"`
}

// serveSandbox serves a sandbox until ctx is canceled. It takes no settings: whatever a test
// needs to be otherwise is in its seed.
func (c *serveCommand) serveSandbox(ctx context.Context, p *program) (err error) {
	seed, err := readSeed(c.Seed)
	if err != nil {
		return err
	}
	address := c.Listen
	if address == "" {
		address = sandboxListen
	}
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", address)
	if err != nil {
		return &cli.Failure{Code: cli.ExitMisused, Text: "the sandbox cannot listen", Cause: err, Hint: "choose another address with --listen, such as 127.0.0.1:0"}
	}
	defer func() { _ = listener.Close() }()
	s, err := sandbox.Open(ctx, sandbox.Options{Seed: seed, Dir: p.Flags.Data, Version: cli.Version()})
	if err != nil {
		return cli.Misused("the sandbox cannot begin with this seed: "+err.Error(), "mend the seed; docs/sandbox.md has its form")
	}
	defer func() { err = errors.Join(err, s.Close(context.WithoutCancel(ctx))) }()
	base := "http://" + listener.Addr().String()
	if err := p.tellSandbox(base, s.Named()); err != nil {
		return err
	}
	server := &http.Server{
		Handler: s, ReadHeaderTimeout: api.ReadHeaderTimeout, ReadTimeout: api.ReadTimeout, IdleTimeout: api.IdleTimeout, MaxHeaderBytes: api.ServerHeaderBytes,
	}
	if !p.Tells { // who started it waits for this line
		log := zerolog.New(p.Stderr)
		log.Info().Str("url", base).Str("seed", c.Seed).Msg("serving")
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serving the sandbox: %w", err)
	case <-ctx.Done():
	}
	s.Drain()
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if server.Shutdown(limited) != nil {
		return server.Close()
	}
	return nil
}

// readSeed reads the file of a seed; without one a sandbox has the operator alone.
func readSeed(path string) (*sandbox.Seed, error) {
	if path == "" {
		return nil, nil //nolint:nilnil // having none is no fault
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, &cli.Failure{Code: cli.ExitMisused, Text: "the seed cannot be read", Cause: err, Hint: "name its file with --seed"}
	}
	seed, err := sandbox.Parse(text)
	if err != nil {
		return nil, cli.Misused(path+": "+err.Error(), "docs/sandbox.md has the form of a seed")
	}
	return seed, nil
}

// tellSandbox prints what there is, with its ids and keys, and requests to paste.
func (p *program) tellSandbox(base string, named []sandbox.Named) error {
	if p.Flags.JSON {
		return p.PrintJSON(sandboxBody{URL: base, Names: named})
	}
	table := tabwriter.NewWriter(p.Stdout, 0, 0, 2, ' ', tabwriter.StripEscape) // keys are to be copied whole, so no column is cut
	_, _ = fmt.Fprint(table, "NAME\tKIND\tID\tSECRET\n")
	for _, n := range named {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", term.Clean(n.Name), n.Kind, n.ID, n.Secret)
	}
	if err := p.Print("\nThis is a sandbox. Its ids and keys are the same at every start; they protect nothing.\n\n"); err != nil {
		return err
	}
	if err := table.Flush(); err != nil {
		return err
	}
	signer := named[0]
	for _, n := range named {
		if n.Kind == "platform" {
			signer = n
			break
		}
	}
	_, err := fmt.Fprint(p.Stdout, strings.Join([]string{
		"", "Ask, move the clock, and go back:", "",
		fmt.Sprintf("  curl -sS %s/v3/customers -H 'Authorization: Bearer %s' -H 'X-CUSTOMER-ID: %s'", base, signer.Secret, signer.ID),
		fmt.Sprintf(`  curl -sS %s/v3/test/clock -d '{"advance": "72h"}'`, base),
		fmt.Sprintf("  curl -sS -X POST %s/v3/test/reset", base), "", "",
	}, "\n"))
	if err == nil && !local(base) {
		err = p.Print("Other machines may reach it: whoever does can do anything to it.\n\n")
	}
	return err
}

// local reports whether a URL is that of this machine alone.
func local(base string) bool {
	address, err := netip.ParseAddrPort(strings.TrimPrefix(base, "http://"))
	return err == nil && address.Addr().IsLoopback()
}
