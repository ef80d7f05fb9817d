package commands

import (
	"context"
	"net/http"
	"time"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type webhooksTestCommand struct {
	customerFlag
	Webhook string `arg:"" help:"Id of the webhook; 'tenantry webhooks list' shows them."`
}

// Help shows examples.
func (webhooksTestCommand) Help() string {
	return `Sends a test event to one webhook alone. ` + "`tenantry webhooks deliveries`" + ` shows what came of it.

Examples:
  tenantry webhooks test 65be9a3f1c2d4e5f60718293

With --json it prints the event.`
}

// Run sends a test event.
func (c *webhooksTestCommand) Run(ctx context.Context, p *cli.Program) error {
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		what := client.Request{Method: http.MethodPost, Path: cli.CustomerPath(id, "webhooks", c.Webhook, "test")}
		return told(ctx, p, reached, what, func(sent client.Event) error {
			return p.Print("The event %s is sent to webhook %s; `tenantry webhooks deliveries %s` shows the outcome.\n",
				term.Clean(sent.ID), term.Clean(c.Webhook), term.Clean(c.Webhook))
		})
	})
}

type webhooksSecretCommand struct {
	customerFlag
	Webhook string        `arg:"" help:"Id of the webhook; 'tenantry webhooks list' shows them."`
	Grace   time.Duration `help:"How long messages are signed by the previous secret, too: 0s to 168h." default:"24h"`
}

// Help shows examples.
func (webhooksSecretCommand) Help() string {
	return `Makes a new signing secret and prints it, this once. Until the grace period ends, messages carry a
signature by the previous one too.

Examples:
  tenantry webhooks secret 65be9a3f1c2d4e5f60718293
  tenantry webhooks secret 65be9a3f1c2d4e5f60718293 --grace 0s --json

With --json it prints the answer of POST /v3/customers/{id}/webhooks/{wid}/secret.`
}

// renewedSecret is the answer, as far as people are shown it.
type renewedSecret struct {
	Secret             string    `json:"secret"`
	PreviousSecretEnds time.Time `json:"previousSecretEnds"`
}

// Run makes a new signing secret.
func (c *webhooksSecretCommand) Run(ctx context.Context, p *cli.Program) error {
	grace, err := seconds("--grace", c.Grace)
	if err != nil {
		return err
	}
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		what, err := write(http.MethodPost, cli.CustomerPath(id, "webhooks", c.Webhook, "secret"), map[string]any{"graceSeconds": grace})
		if err != nil {
			return err
		}
		return told(ctx, p, reached, what, func(made renewedSecret) error {
			if err := p.Print("The new secret, shown only once:\n  %s\n", p.Printer.Sprint(term.Fair, term.Clean(made.Secret))); err != nil || made.PreviousSecretEnds.IsZero() {
				return err
			}
			return p.Print("The previous one signs too until %s.\n", when(made.PreviousSecretEnds))
		})
	})
}

type webhooksEnableCommand struct {
	customerFlag
	Webhook string `arg:"" help:"Id of the webhook; 'tenantry webhooks list' shows them."`
}

// Help shows examples.
func (webhooksEnableCommand) Help() string {
	return `Serves a webhook again that was disabled because its receiver kept failing. What was missed is not
sent; ` + "`tenantry events redeliver`" + ` sends an event again.

Examples:
  tenantry webhooks enable 65be9a3f1c2d4e5f60718293

With --json it prints the answer of POST /v3/customers/{id}/webhooks/{wid}/enable.`
}

// Run enables a webhook.
func (c *webhooksEnableCommand) Run(ctx context.Context, p *cli.Program) error {
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		what := client.Request{Method: http.MethodPost, Path: cli.CustomerPath(id, "webhooks", c.Webhook, "enable")}
		return told(ctx, p, reached, what, func(enabled client.Webhook) error { return showWebhook(p, enabled) })
	})
}
