package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
)

type healthCommand struct{}

// Help is shown by --help.
func (healthCommand) Help() string {
	return `
Asks GET /readyz of the address that the settings name (listen), or of --url, and
waits five seconds at most. It ends with 0 if the service is ready, and with 3 if
it is not or does not answer. Containers and supervisors without curl can run it;
it needs no key.
`
}

// healthTimeout bounds the question: supervisors ask every few seconds.
const healthTimeout = 5 * time.Second

// state is the part of the answer of /readyz that is shown.
type state struct {
	Status   string   `json:"status,omitempty"`
	Degraded []string `json:"degraded,omitempty"`
}

// Run asks for readiness.
func (healthCommand) Run(ctx context.Context, p *program) error {
	base := p.Flags.URL
	options := []client.Option{client.WithTimeout(healthTimeout), client.WithRetries(0), client.WithUserAgent("tenantry/" + cli.Version())}
	if base == "" {
		s, err := p.Settings(true)
		if err != nil {
			return err
		}
		base = localURL(s, s.Listen)
		// The service is asked under an address that its certificate does not name; nothing
		// secret is sent.
		options = append(options, client.WithTransport(&http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}})) //nolint:gosec // as the comment says
	}
	api, err := client.New(base, options...)
	if err != nil {
		return cli.Misused("--url "+base+" is no URL", "write it like https://api.example.com")
	}
	answer, err := api.Do(ctx, client.Request{Method: http.MethodGet, Path: "/readyz"})
	if errors.Is(err, client.ErrUnreachable) {
		return cli.Unreachable("the service at "+base+" does not answer", "", err)
	}
	if err != nil {
		return err
	}
	var said state
	if err := json.Unmarshal(answer.Body, &said); err != nil {
		return cli.Unreachable(base+" is no Tenantry: check --url", "", err)
	}
	if p.Flags.JSON {
		return p.PrintJSON(said)
	}
	if len(said.Degraded) > 0 {
		return p.Print("ready, but degraded: %s\n", strings.Join(said.Degraded, "; "))
	}
	return p.Print("ready\n")
}
