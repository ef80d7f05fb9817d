package commands

import (
	"context"
	"net/http"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type webhooksReplayCommand struct {
	customerFlag
	Webhook string   `arg:"" help:"Id of the webhook; 'tenantry webhooks list' shows them."`
	From    string   `required:"" help:"Send what happened at this time or later: 2026-02-03, or 2026-02-03T04:05:06Z." placeholder:"TIME"`
	To      string   `help:"Send what happened at this time or earlier; default: now." placeholder:"TIME"`
	Type    []string `help:"Send only this type (customer.updated), or all types with this prefix (bank.*); may be repeated." placeholder:"TYPE" api:"types"`
	DryRun  bool     `help:"Send nothing, and say how many events there are."`
}

// Help shows examples and explains the JSON form.
func (webhooksReplayCommand) Help() string {
	return `Sends the events of a period again to one webhook, as far as it wants them and their content is
kept, in the order in which they happened. The messages have ids of their own: a receiver that
knows repeats by webhook-id takes them as new ones.

Examples:

    tenantry webhooks replay 65be9a3f1c2d4e5f60718293 --from 2026-02-03 --dry-run
    tenantry webhooks replay 65be9a3f1c2d4e5f60718293 --from 2026-02-03T04:00:00Z --to 2026-02-03T06:00:00Z --type 'bank.*'

With --json it prints each answer of POST /v3/customers/{id}/webhooks/{wid}/replay as received, one
for every 500 events.`
}

// Run sends the events of a period again, 500 at a time.
func (c *webhooksReplayCommand) Run(ctx context.Context, p *cli.Program) error {
	members := map[string]any{"from": c.From}
	if c.To != "" {
		members["to"] = c.To
	}
	if len(c.Type) > 0 {
		members["types"] = c.Type
	}
	query := ""
	if c.DryRun {
		query = "?dryRun=true"
	}
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		sent, skipped := 0, 0
		for {
			what, err := write(http.MethodPost, cli.CustomerPath(id, "webhooks", c.Webhook, "replay")+query, members)
			if err != nil {
				return err
			}
			var next client.Replay
			answer, err := reached.Read(ctx, what, &next)
			if err != nil {
				return err
			}
			if p.Flags.JSON {
				if err := p.PrintRaw(answer); err != nil {
					return err
				}
			}
			sent, skipped = sent+next.Events, skipped+next.Skipped
			if next.NextCursor == "" {
				break
			}
			members["cursor"] = next.NextCursor
		}
		if p.Flags.JSON {
			return nil
		}
		return c.tell(p, sent, skipped)
	})
}

func (c *webhooksReplayCommand) tell(p *cli.Program, sent, skipped int) error {
	done := "are sent"
	if sent == 1 {
		done = "is sent"
	}
	if c.DryRun {
		done = "would be sent"
	}
	if err := p.Print("%s %s to webhook %s.\n", plural(sent, "event"), done, term.Clean(c.Webhook)); err != nil || skipped == 0 {
		return err
	}
	return p.Print("%s cannot be sent, since the content is no longer kept.\n", plural(skipped, "event"))
}
