package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
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
	base := strings.TrimSuffix(strings.TrimSuffix(p.flags.URL, "/"), "/v3")
	client := &http.Client{Timeout: healthTimeout}
	if base == "" {
		s, err := p.settings(true)
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
		return misused("--url "+base+" is no URL", "")
	}
	answer, err := client.Do(request)
	if err != nil {
		return unreachable("the service at "+base+" does not answer", "", err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<16))
	if err != nil {
		return unreachable("the answer of "+base+" broke off", "", err)
	}
	if answer.StatusCode != http.StatusOK {
		return newRefusal(answer.StatusCode, text)
	}
	var said state
	if err := json.Unmarshal(text, &said); err != nil {
		return unreachable(base+" is no Tenantry: check --url", "", err)
	}
	if p.flags.JSON {
		return p.printJSON(said)
	}
	if len(said.Degraded) > 0 {
		return p.print("ready, but degraded: %s\n", strings.Join(said.Degraded, "; "))
	}
	return p.print("ready\n")
}
