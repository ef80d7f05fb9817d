package commands

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers/events"
)

// tailOverlap is how late an event may come into the log while a stream of it is opened,
// and still be shown.
const tailOverlap = 5 * time.Second

type eventsTailCommand struct {
	eventFilter
	Last int `help:"Begin with this many past events, at most 100." default:"10"`
}

// Help explains how it ends.
func (eventsTailCommand) Help() string {
	return `Shows each event on a line as it happens, until it is interrupted. A connection that is lost is
made anew, and goes on where it was. With --json each line is the event as the API shows it in
streams.

Examples:

    tenantry events tail
    tenantry events tail --type "bank.*" --json | jq .sourceId`
}

// Run follows the log.
func (c *eventsTailCommand) Run(ctx context.Context, p *cli.Program) error {
	if c.Last < 0 || c.Last > pageSize {
		return cli.Misused("--last must be 0 to 100", "`tenantry events list` shows more of the past")
	}
	return p.With(ctx, func(reached *cli.Client) error {
		return c.follow(ctx, reached, c.Last, func(e events.EventView) error { return showTailed(p, e) })
	})
}

// follow passes on some past events and then each as it happens, until ctx ends.
func (f *eventFilter) follow(ctx context.Context, reached *cli.Client, last int, each func(events.EventView) error) error {
	if reached.InProcess {
		return cli.Misused("no service runs on this data directory, so there is nothing to follow",
			"run `tenantry serve`, or list past events with `tenantry events list`")
	}
	var past eventLog
	what := client.Request{Method: http.MethodGet, Path: "/v3/events", Query: f.query(), As: f.Under}
	if _, err := reached.Read(ctx, what, &past); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i, e := range slices.Backward(past.Results) {
		seen[e.ID] = true
		if i < last {
			if err := each(e); err != nil {
				return err
			}
		}
	}
	from := client.StreamFilter{Customer: f.Customer, Type: f.Type}
	var oldest time.Time // of what the page above would have had
	if n := len(past.Results); n > 0 {
		from.From = time.Time(past.Results[0].Created).Add(-tailOverlap)
		if past.Settings.NextCursor != "" {
			oldest = time.Time(past.Results[n-1].Created)
		}
	}
	for streamed, err := range reached.As(f.Under).Events.Follow(ctx, from) {
		if ctx.Err() != nil {
			return nil // to be interrupted is how it ends
		}
		if err != nil {
			return reached.Explained(err)
		}
		var e events.EventView
		if err := json.Unmarshal(streamed.Data, &e); err != nil {
			return reached.Unreadable(err)
		}
		if seen[e.ID] || time.Time(e.Created).Before(oldest) {
			continue
		}
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

func showTailed(p *cli.Program, e events.EventView) error {
	if p.Flags.JSON {
		return p.PrintJSON(e)
	}
	words := []string{time.Time(e.Created).UTC().Format("15:04:05"), e.Type, e.SourceID}
	if e.Actor != "" {
		words = append(words, strings.TrimSpace("by "+e.Actor+" "+e.Credential))
	}
	if changed := changedMembers(e); changed != "" {
		words = append(words, changed)
	}
	if e.Reason != "" {
		words = append(words, "("+e.Reason+")")
	}
	return p.Print("%s\n", strings.Join(words, "  "))
}

// changedMembers returns the names of what an event changed; it is empty for a creation,
// which changes everything.
func changedMembers(e events.EventView) string {
	var changes map[string]json.RawMessage
	if e.Type == "customer.created" || json.Unmarshal(e.Diff.Changes, &changes) != nil {
		return ""
	}
	delete(changes, "lastUpdated")
	return strings.Join(slices.Sorted(maps.Keys(changes)), " ")
}
