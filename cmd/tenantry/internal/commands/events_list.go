package commands

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/events"
)

// eventFilter holds the flags by which both commands narrow the log.
type eventFilter struct {
	Customer string `help:"Only events of this customer itself." placeholder:"ID"`
	Under    string `help:"Only events of this customer and all customers below it." placeholder:"ID"`
	Type     string `help:"Only of this type (customer.updated), or of all types with this prefix (bank.*)." placeholder:"TYPE"`
}

type eventsListCommand struct {
	eventFilter
	From  string `help:"Only events at or after this time: 2026-02-03, or 2026-02-03T04:05:06Z." placeholder:"TIME"`
	To    string `help:"Only events at or before this time." placeholder:"TIME"`
	Limit int    `help:"List at most this many; 0 lists all." default:"50"`
}

// Run lists events, newest first.
func (c *eventsListCommand) Run(ctx context.Context, p *cli.Program) error {
	if c.Limit < 0 {
		return cli.Misused("--limit must not be negative", "give a number of events, or 0 for all")
	}
	return p.With(ctx, func(reached *cli.Client) error {
		table := term.Table{Heading: []string{"TIME", "TYPE", "CUSTOMER", "NUMBER", "ACTOR", "CREDENTIAL", "ABOUT", "CHANGED", "ID"}}
		query := c.query()
		for name, value := range map[string]string{"from": c.From, "to": c.To} {
			if value != "" {
				query.Set(name, value)
			}
		}
		shown := 0
		err := c.pages(ctx, reached, query, func(page eventLog, answer []byte) (bool, error) {
			if p.Flags.JSON {
				shown += len(page.Results)
				return c.Limit == 0 || shown < c.Limit, p.PrintRaw(answer)
			}
			for _, e := range page.Results {
				if c.Limit > 0 && shown == c.Limit {
					return false, nil
				}
				table.Add(eventRow(e)...)
				shown++
			}
			return c.Limit == 0 || shown < c.Limit, nil
		})
		if err != nil || p.Flags.JSON {
			return err
		}
		if shown == 0 {
			return p.Print("No events.\n")
		}
		return table.Write(p.Stdout, p.Printer)
	})
}

// eventLog is one page of the log.
type eventLog struct {
	Results  []events.EventView `json:"results"`
	Settings struct {
		NextCursor string `json:"nextCursor"`
	} `json:"settings"`
}

func (f *eventFilter) query() url.Values {
	query := url.Values{"limit": {strconv.Itoa(pageSize)}}
	for name, value := range map[string]string{"customer": f.Customer, "type": f.Type} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}

// pages reads the log page by page until each returns false.
func (f *eventFilter) pages(ctx context.Context, reached *cli.Client, query url.Values, each func(page eventLog, answer []byte) (bool, error)) error {
	for {
		var page eventLog
		answer, err := reached.Read(ctx, client.Request{Method: http.MethodGet, Path: "/v3/events", Query: query, As: f.Under}, &page)
		if err != nil {
			return err
		}
		more, err := each(page, answer)
		if err != nil || !more || page.Settings.NextCursor == "" {
			return err
		}
		query.Set("cursor", page.Settings.NextCursor)
	}
}

func eventRow(e events.EventView) []term.Cell {
	return []term.Cell{
		{Text: time.Time(e.Created).UTC().Format("2006-01-02 15:04:05")}, {Text: e.Type, Color: term.Bold}, {Text: e.SourceID}, {Text: numberOf(e)},
		{Text: e.Actor}, {Text: e.Credential}, {Text: aboutOf(e)}, {Text: changedMembers(e)}, {Text: e.ID},
	}
}

// aboutOf returns in a word or two what an event is about: the key, the user or the
// webhook, else the names of what it tells of.
func aboutOf(e events.EventView) string {
	var about map[string]json.RawMessage
	if json.Unmarshal(e.About, &about) != nil {
		return ""
	}
	for _, name := range []string{"key", "user", "webhook"} {
		var named struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(about[name], &named) == nil && named.ID != "" {
			return name + " " + named.ID
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(about)), " ")
}
