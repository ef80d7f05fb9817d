package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type eventsPurgeCommand struct {
	Before string `help:"Remove events before this time: 2026-02-03 (midnight UTC), or 2026-02-03T04:05:06Z." required:"" placeholder:"TIME"`
	Yes    bool   `short:"y" help:"Do not ask."`
}

// Help explains what a removal loses.
func (eventsPurgeCommand) Help() string {
	return `Removes events of all customers for good, and with them the record of who did what and
when. The removal itself is logged. It may be interrupted at any point: run it again to go on.`
}

// Run counts the events, asks and removes them.
func (c *eventsPurgeCommand) Run(ctx context.Context, p *program) error {
	before, err := parsedMoment(c.Before)
	if err != nil {
		return err
	}
	if err := p.Here(); err != nil {
		return err
	}
	if !c.Yes && !p.Asks {
		return cli.Misused("removing events needs a confirmation, and there is no terminal to ask on", "pass --yes to remove them without asking")
	}
	return p.With(ctx, func(reached *cli.Client) error {
		counted, err := c.purge(ctx, reached, before, true, nil)
		if err != nil {
			return err
		}
		when := before.Format(time.RFC3339)
		if counted.Events == 0 {
			if p.Flags.JSON {
				return p.PrintJSON(counted)
			}
			return p.Print("Nothing in the log is older than %s.\n", when)
		}
		if !c.Yes {
			sure, err := p.Confirm(fmt.Sprintf("Remove %d events before %s for good?", counted.Events, when))
			if err != nil {
				return err
			}
			if !sure {
				return cli.Refused("nothing was removed", "")
			}
		}
		var bar *term.Progress
		if p.Tells && !p.Flags.JSON {
			bar = term.NewProgress(p.Stderr, p.Now, "removing", int(counted.Events))
		}
		done, err := c.purge(ctx, reached, before, false, bar)
		bar.End()
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			return p.PrintJSON(done)
		}
		return p.Print("Removed %d events before %s.\n", done.Events, when)
	})
}

// purgedEvents is the JSON form of the outcome.
type purgedEvents struct {
	Before string `json:"before"`
	Events int64  `json:"events"`
}

// purge counts or removes events, and shows the progress.
func (c *eventsPurgeCommand) purge(ctx context.Context, reached *cli.Client, before time.Time, dry bool, bar *term.Progress) (done purgedEvents, err error) {
	query := url.Values{"before": {before.Format(time.RFC3339Nano)}}
	if dry {
		query.Set("dry", "true")
	}
	const again = "run it again to go on"
	what := client.Request{Method: http.MethodPost, Path: purgePath, Query: query}
	err = cli.Follow(ctx, reached, what, "the removal", again, func(step purgeStep) (ended bool, err error) {
		switch {
		case step.Error != "":
			return false, cli.Refused(step.Error, "")
		case step.Ended:
			done = purgedEvents{Before: before.Format(time.RFC3339), Events: step.Events}
			return true, nil
		}
		bar.Done(int(step.Events))
		return false, nil
	})
	return done, err
}

// parsedMoment reads a date or a time from the command line.
func parsedMoment(text string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano} {
		if at, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, cli.Misused("--before is not a date: "+term.Clean(text), "write it like 2026-02-03 or 2026-02-03T04:05:06Z")
}
