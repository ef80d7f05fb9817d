package commands

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers/events"
)

const (
	// tailEvery is how often the log is read.
	tailEvery = time.Second
	// tailOverlap is how late an event may come into the log and still be shown.
	tailOverlap = time.Minute
)

type eventsTailCommand struct {
	eventFilter
	Last int `help:"Begin with this many past events." default:"10"`
}

// Help explains how it ends.
func (eventsTailCommand) Help() string {
	return `Shows each event on a line as it happens, until it is interrupted. With --json each
line is the event as the API returns it.`
}

// Run follows the log.
func (c *eventsTailCommand) Run(ctx context.Context, p *cli.Program) error {
	return p.With(ctx, func(reached *cli.Client) error {
		if reached.InProcess {
			return cli.Misused("no service runs on this data directory, so there is nothing to follow",
				"run `tenantry serve`, or list past events with `tenantry events list`")
		}
		t := tail{command: c, program: p, reached: reached, seen: map[string]time.Time{}}
		ticks := time.NewTicker(tailEvery)
		defer ticks.Stop()
		for {
			if err := t.look(ctx); err != nil && ctx.Err() == nil {
				return err
			}
			select {
			case <-ctx.Done():
				return nil
			case <-ticks.C:
			}
		}
	})
}

// tail remembers which events were shown.
type tail struct {
	command *eventsTailCommand
	program *cli.Program
	reached *cli.Client
	newest  time.Time
	begun   bool
	seen    map[string]time.Time
}

// look shows the events since the last time, oldest first.
func (t *tail) look(ctx context.Context) error {
	query := t.command.query()
	if t.begun && !t.newest.IsZero() {
		query.Set("from", t.newest.Add(-tailOverlap).UTC().Format(time.RFC3339Nano))
	}
	var fresh []events.EventView
	err := t.command.pages(ctx, t.reached, query, func(page eventLog, _ []byte) (bool, error) {
		for _, e := range page.Results {
			if _, known := t.seen[e.ID]; !known {
				t.seen[e.ID] = time.Time(e.Created)
				fresh = append(fresh, e)
			}
		}
		return t.begun, nil
	})
	if err != nil {
		return err
	}
	show := fresh
	if !t.begun {
		show = fresh[:min(len(fresh), max(t.command.Last, 0))]
	}
	t.begun = true
	for _, e := range fresh {
		if at := time.Time(e.Created); at.After(t.newest) {
			t.newest = at
		}
	}
	maps.DeleteFunc(t.seen, func(_ string, at time.Time) bool { return at.Before(t.newest.Add(-2 * tailOverlap)) })
	for _, e := range slices.Backward(show) {
		if err := t.show(e); err != nil {
			return err
		}
	}
	return nil
}

func (t *tail) show(e events.EventView) error {
	if t.program.Flags.JSON {
		return t.program.PrintJSON(e)
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
	return t.program.Print("%s\n", strings.Join(words, "  "))
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
