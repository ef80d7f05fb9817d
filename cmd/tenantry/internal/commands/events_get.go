package commands

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/events"
)

type eventsGetCommand struct {
	ID    string `arg:"" help:"Id of the event."`
	Under string `help:"Look among the events of this customer and all customers below it." placeholder:"ID"`
}

// Run shows one event with what changed.
func (c *eventsGetCommand) Run(ctx context.Context, p *cli.Program) error {
	return p.With(ctx, func(reached *cli.Client) error {
		var e events.EventView
		answer, err := reached.Read(ctx, client.Request{Method: http.MethodGet, Path: "/v3/events/" + url.PathEscape(c.ID), As: c.Under}, &e)
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			return p.PrintRaw(answer)
		}
		return showEvent(p, e)
	})
}

// showEvent shows what an auditor asks for; --json shows the customer after the change
// too.
func showEvent(p *cli.Program, e events.EventView) error {
	var r term.Record
	add := func(name, value string) {
		if value != "" {
			r.Add(name, value, term.Plain)
		}
	}
	r.Add("id", e.ID, term.Plain)
	r.Add("type", e.Type, term.Bold)
	add("number", numberOf(e))
	r.Add("time", moment(&e.Created), term.Plain)
	r.Add("customer", e.SourceID, term.Plain)
	add("actor", e.Actor)
	add("subject", e.Subject)
	add("credential", e.Credential)
	add("system user", e.SystemUser)
	add("address", e.Address)
	add("user agent", e.UserAgent)
	add("ref", e.Ref)
	add("reason", e.Reason)
	add("part", e.PartID)
	for _, part := range []struct {
		name string
		text json.RawMessage
	}{{"about ", e.About}, {"before ", e.Diff.Previous}, {"after ", e.Diff.Changes}} {
		if part.name == "after " && e.Type == "customer.created" {
			continue // everything
		}
		var members map[string]json.RawMessage
		_ = json.Unmarshal(part.text, &members) // absent has none
		for _, name := range slices.Sorted(maps.Keys(members)) {
			add(part.name+name, string(members[name]))
		}
	}
	return r.Write(p.Stdout, p.Printer)
}

// numberOf returns the number of an event within its customer; empty for an event of a
// release that did not count.
func numberOf(e events.EventView) string {
	if e.Number == 0 {
		return ""
	}
	return strconv.FormatInt(e.Number, 10)
}
