package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tenantry/cmd/tenantry/internal/term"
)

type eventsPurgeCommand struct {
	Before string `help:"Remove what happened before: 2026-02-03 (midnight UTC), or 2026-02-03T04:05:06Z." required:"" placeholder:"TIME"`
	Yes    bool   `short:"y" help:"Do not ask."`
}

// Help tells what a person should know before.
func (eventsPurgeCommand) Help() string {
	return `Removes events of all customers for good, with them who did what and when. That it was
done stays in the log. May be broken off at any point: run it again to go on.`
}

// Run counts, asks and removes.
func (c *eventsPurgeCommand) Run(ctx context.Context, p *program) error {
	before, err := parsedMoment(c.Before)
	if err != nil {
		return err
	}
	if err := p.here(); err != nil {
		return err
	}
	if !c.Yes && !p.asks {
		return misused("there is no terminal to ask at whether to remove events", "say --yes to remove them without asking")
	}
	return p.with(ctx, func(reached *client) error {
		counted, err := c.purge(ctx, reached, before, true, nil)
		if err != nil {
			return err
		}
		when := before.Format(time.RFC3339)
		if counted.Events == 0 {
			if p.flags.JSON {
				return p.printJSON(counted)
			}
			return p.print("Nothing in the log is older than %s.\n", when)
		}
		if !c.Yes {
			sure, err := p.confirm(fmt.Sprintf("Remove %d events that happened before %s, for good?", counted.Events, when))
			if err != nil {
				return err
			}
			if !sure {
				return refused("nothing was removed", "")
			}
		}
		var bar *term.Progress
		if p.tells && !p.flags.JSON {
			bar = term.NewProgress(p.stderr, p.now, "removing", int(counted.Events))
		}
		done, err := c.purge(ctx, reached, before, false, bar)
		bar.End()
		if err != nil {
			return err
		}
		if p.flags.JSON {
			return p.printJSON(done)
		}
		return p.print("%d events that happened before %s are gone.\n", done.Events, when)
	})
}

// purgedEvents is what programs get.
type purgedEvents struct {
	Before string `json:"before"`
	Events int64  `json:"events"`
}

// purge counts or removes, and shows how far it is.
func (c *eventsPurgeCommand) purge(ctx context.Context, reached *client, before time.Time, dry bool, bar *term.Progress) (purgedEvents, error) {
	query := url.Values{"before": {before.Format(time.RFC3339Nano)}}
	if dry {
		query.Set("dry", "true")
	}
	response, err := reached.send(ctx, call{method: http.MethodPost, path: purgePath, query: query})
	if err != nil {
		return purgedEvents{}, err
	}
	defer func() { _ = response.Body.Close() }()
	lines := json.NewDecoder(response.Body)
	for {
		var step purgeStep
		err := lines.Decode(&step)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return purgedEvents{}, refused("the removal broke off", "run it again to go on")
		case err != nil:
			return purgedEvents{}, unreachable("the removal cannot be followed", "run it again to go on", err)
		case step.Error != "":
			return purgedEvents{}, refused(step.Error, "")
		case step.Ended:
			return purgedEvents{Before: before.Format(time.RFC3339), Events: step.Events}, nil
		}
		bar.Done(int(step.Events))
	}
}

// parsedMoment reads a date or a moment of the command line.
func parsedMoment(text string) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano} {
		if at, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, misused("--before is no date: "+term.Clean(text), "write it like 2026-02-03 or 2026-02-03T04:05:06Z")
}
