package commands

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type webhooksDeliveriesCommand struct {
	customerFlag
	Webhook string `arg:"" help:"Id of the webhook; 'tenantry webhooks list' shows them."`
	Limit   int    `help:"List at most this many; 0 lists all." default:"50"`
}

// Help shows examples and explains the JSON form.
func (webhooksDeliveriesCommand) Help() string {
	return `Lists every message to one webhook, newest first, with how its last attempt ended.

Examples:
  tenantry webhooks deliveries 65be9a3f1c2d4e5f60718293 --limit 10

With --json each page of the API (at most 100 deliveries) is printed as received, one object per
line, with every attempt.`
}

// Run lists deliveries.
func (c *webhooksDeliveriesCommand) Run(ctx context.Context, p *cli.Program) error {
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		table := term.Table{Heading: []string{"CREATED", "TOPIC", "STATUS", "TRIES", "LAST ANSWER", "EVENT"}}
		path := cli.CustomerPath(id, "webhooks", c.Webhook, "deliveries")
		err := eachPage(ctx, p, reached, client.Request{Method: "GET", Path: path}, c.Limit, func(d client.Delivery) {
			table.Add(term.Cell{Text: d.Created.UTC().Format(time.DateTime)}, term.Cell{Text: term.Shorten(d.Topic, 24)}, term.Cell{Text: d.Status, Color: deliveryColor(d.Status)},
				term.Cell{Text: strconv.Itoa(len(d.Attempts))}, term.Cell{Text: term.Shorten(lastAnswer(d), 12)}, term.Cell{Text: d.Event})
		})
		if err != nil || p.Flags.JSON {
			return err
		}
		if len(table.Rows) == 0 {
			return p.Print("No deliveries.\n")
		}
		return table.Write(p.Stdout, p.Printer)
	})
}

// eachPage reads a list that has cursors, at most limit rows (0 is all): for programs each
// page is printed as it came, otherwise each row is passed on.
func eachPage[T any](ctx context.Context, p *cli.Program, reached *cli.Client, what client.Request, limit int, each func(T)) error {
	if limit < 0 {
		return cli.Misused("--limit must not be negative", "give a number of rows, or 0 for all")
	}
	if what.Query == nil {
		what.Query = url.Values{}
	}
	for seen := 0; ; {
		size := pageSize
		if limit > 0 {
			size = min(size, limit-seen)
		}
		what.Query.Set("limit", strconv.Itoa(size))
		var page resultsOf[T]
		answer, err := reached.Read(ctx, what, &page)
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			if err := p.PrintRaw(answer); err != nil {
				return err
			}
		}
		for _, row := range page.Results {
			each(row)
		}
		seen += len(page.Results)
		if page.Settings.NextCursor == "" || limit > 0 && seen >= limit {
			return nil
		}
		what.Query.Set("cursor", page.Settings.NextCursor)
	}
}

// lastAnswer returns in a word how the last attempt ended.
func lastAnswer(d client.Delivery) string {
	if len(d.Attempts) == 0 {
		return ""
	}
	last := d.Attempts[len(d.Attempts)-1]
	if last.ResponseStatus != nil {
		return strconv.Itoa(*last.ResponseStatus)
	}
	return last.Error
}

func deliveryColor(status string) term.Color {
	switch status {
	case "delivered":
		return term.Good
	case "failed":
		return term.Bad
	default:
		return term.Fair
	}
}
