package commands

import (
	"context"
	"net/http"
	"net/url"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type eventsRedeliverCommand struct {
	ID    string `arg:"" help:"Id of the event; 'tenantry events list' shows them."`
	Under string `help:"Send it to the webhooks of this customer instead of the operator's, or those of the owner of the key." placeholder:"ID"`
}

// Help shows examples.
func (eventsRedeliverCommand) Help() string {
	return `Sends an event again to every enabled webhook that is subscribed to its type, also to one that was
added or enabled since.

Examples:
  tenantry events redeliver 65be9a3f1c2d4e5f60718293
  tenantry events redeliver 65be9a3f1c2d4e5f60718293 --under 65be9a3f1c2d4e5f60718200

With --json it prints the event.`
}

// Run sends an event again.
func (c *eventsRedeliverCommand) Run(ctx context.Context, p *cli.Program) error {
	return p.With(ctx, func(reached *cli.Client) error {
		what := client.Request{Method: http.MethodPost, Path: "/v3/events/" + url.PathEscape(c.ID) + "/redeliver", As: c.Under}
		return told(ctx, p, reached, what, func(sent client.Event) error {
			return p.Print("The event %s (%s) is sent again.\n", term.Clean(sent.ID), term.Clean(sent.Type))
		})
	})
}
