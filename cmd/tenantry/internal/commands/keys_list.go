package commands

import (
	"context"
	"net/http"
	"strings"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/view"
)

type keysListCommand struct {
	Customer string `help:"The customer whose keys to list; default: the operator, or the customer of the key." placeholder:"ID"`
}

// Run lists keys.
func (c *keysListCommand) Run(ctx context.Context, p *cli.Program) error {
	return p.With(ctx, func(reached *cli.Client) error {
		id, err := idOr(ctx, reached, c.Customer)
		if err != nil {
			return err
		}
		var list struct {
			Results []view.KeyView `json:"results"`
		}
		answer, err := reached.Read(ctx, client.Request{Method: http.MethodGet, Path: cli.CustomerPath(id, "keys")}, &list)
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			return p.PrintRaw(answer)
		}
		if len(list.Results) == 0 {
			return p.Print("No keys.\n")
		}
		table := term.Table{Heading: []string{"ID", "TYPE", "NAME", "STATUS", "ENDS WITH", "SCOPES", "CREATED", "BY", "EXPIRES", "FROM", "LAST USED", "AT"}}
		for _, k := range list.Results {
			table.Add(keyRow(k)...)
		}
		return table.Write(p.Stdout, p.Printer)
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
