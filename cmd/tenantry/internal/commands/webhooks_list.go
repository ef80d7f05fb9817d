package commands

import (
	"context"
	"strings"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type webhooksListCommand struct{ customerFlag }

// Help shows examples and explains the JSON form.
func (webhooksListCommand) Help() string {
	return `Lists the receivers of a customer's events and how they do. ` + "`tenantry settings set`" + ` adds one.

Examples:
  tenantry webhooks list --customer 65be9a3f1c2d4e5f60718293

With --json it prints the answer of GET /v3/customers/{id}/webhooks.`
}

// Run lists webhooks.
func (c *webhooksListCommand) Run(ctx context.Context, p *cli.Program) error {
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		return told(ctx, p, reached, read(cli.CustomerPath(id, "webhooks")), func(list resultsOf[client.Webhook]) error {
			if len(list.Results) == 0 {
				return p.Print("No webhooks; `tenantry settings set events.enabled=true 'events.urls.always=[\"https://…\"]'` adds one.\n")
			}
			table := term.Table{Heading: []string{"ID", "URL", "FORMAT", "STATUS", "TYPES"}}
			for _, w := range list.Results {
				types := strings.Join(w.Types, " ")
				if types == "" {
					types = "all"
				}
				table.Add(term.Cell{Text: w.ID}, term.Cell{Text: term.Shorten(w.URL, 36)}, term.Cell{Text: string(w.Format)},
					term.Cell{Text: w.Status, Color: webhookColor(w.Status)}, term.Cell{Text: term.Shorten(types, 14)})
			}
			return table.Write(p.Stdout, p.Printer)
		})
	})
}

// webhookColor returns the color of a webhook's status.
func webhookColor(status string) term.Color {
	if status == "off" {
		return term.Faint
	}
	return colorOf(status)
}

// showWebhook shows one webhook.
func showWebhook(p *cli.Program, w client.Webhook) error {
	var r term.Record
	r.Add("id", w.ID, term.Plain)
	r.Add("url", w.URL, term.Bold)
	r.Add("types", strings.Join(w.Types, " "), term.Plain)
	r.Add("format", string(w.Format), term.Plain)
	r.Add("status", w.Status, webhookColor(w.Status))
	r.Add("failing since", when(w.FailingSince), term.Bad)
	r.Add("disabled", when(w.Disabled), term.Bad)
	r.Add("reason", w.Reason, term.Plain)
	r.Add("secret shown", when(w.SecretShown), term.Plain)
	r.Add("created", when(w.Created), term.Plain)
	return r.Write(p.Stdout, p.Printer)
}
