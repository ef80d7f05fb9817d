package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

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
	base := strings.TrimSuffix(strings.TrimSuffix(p.Flags.URL, "/"), "/v3")
	client := &http.Client{Timeout: healthTimeout}
	if base == "" {
		s, err := p.Settings(true)
		if err != nil {
			return err
		}
		base = localURL(s, s.Listen)
		// The service is asked under an address that its certificate does not name; nothing
		// secret is sent.
		client.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} //nolint:gosec // as the comment says
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", http.NoBody)
	if err != nil {
		return cli.Misused("--url "+base+" is no URL", "")
	}
	answer, err := client.Do(request)
	if err != nil {
		return cli.Unreachable("the service at "+base+" does not answer", "", err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<16))
	if err != nil {
		return cli.Unreachable("the answer of "+base+" broke off", "", err)
	}
	if answer.StatusCode != http.StatusOK {
		return cli.NewRefusal(answer.StatusCode, text)
	}
	var said state
	if err := json.Unmarshal(text, &said); err != nil {
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
