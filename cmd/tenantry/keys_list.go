package main

import (
	"context"
	"net/http"
	"strings"

	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/view"
)

type keysListCommand struct {
	Customer string `help:"The customer whose keys to list; default: the operator, or the customer of the key." placeholder:"ID"`
}

// Run lists keys.
func (c *keysListCommand) Run(ctx context.Context, p *program) error {
	return p.with(ctx, func(reached *client) error {
		id, err := reached.idOr(ctx, c.Customer)
		if err != nil {
			return err
		}
		var list struct {
			Results []view.KeyView `json:"results"`
		}
		answer, err := reached.read(ctx, call{method: http.MethodGet, path: customerPath(id, "keys")}, &list)
		if err != nil {
			return err
		}
		if p.flags.JSON {
			return p.printRaw(answer)
		}
		if len(list.Results) == 0 {
			return p.print("No keys.\n")
		}
		table := term.Table{Heading: []string{"ID", "TYPE", "NAME", "STATUS", "ENDS WITH", "SCOPES", "CREATED", "BY", "EXPIRES", "FROM", "LAST USED", "AT"}}
		for _, k := range list.Results {
			table.Add(keyRow(k)...)
		}
		return table.Write(p.stdout, p.printer)
	})
}

func keyRow(k view.KeyView) []term.Cell {
	scopes := strings.Join(k.Scopes, " ")
	if k.Type == "pair" {
		scopes = "all"
	}
	return []term.Cell{
		{Text: k.ID}, {Text: k.Type + " (" + k.Mode + ")"}, {Text: k.Name}, {Text: k.Status, Color: colorOf(k.Status)},
		{Text: "…" + k.Hint}, {Text: scopes}, {Text: moment(&k.Created)}, {Text: k.CreatedBy},
		{Text: moment(k.Expires)}, {Text: strings.Join(k.AllowedAddresses, " ")}, {Text: moment(k.LastUsed)}, {Text: k.LastUsedAddress},
	}
}
