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

With --json it prints the answer of POST /v3/events/{eid}/redeliver, the deliveries.`
}

// Run sends an event again.
func (c *eventsRedeliverCommand) Run(ctx context.Context, p *cli.Program) error {
	return p.With(ctx, func(reached *cli.Client) error {
		what := client.Request{Method: http.MethodPost, Path: "/v3/events/" + url.PathEscape(c.ID) + "/redeliver", As: c.Under}
		return told(ctx, p, reached, what, func(sent resultsOf[client.Delivery]) error {
			if len(sent.Results) == 0 {
				return p.Print("No webhook is subscribed to the event %s.\n", term.Clean(c.ID))
			}
			return p.Print("The event %s is sent again to %s.\n", term.Clean(c.ID), plural(len(sent.Results), "webhook"))
		})
	})
}
