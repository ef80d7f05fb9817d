package commands

import (
	"context"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type usersListCommand struct{ customerFlag }

// Help shows examples and explains the JSON form.
func (usersListCommand) Help() string {
	return `Lists the people who may sign in to the dashboard of a customer; those who were invited and have
not set a password yet are among them.

Examples:
  tenantry users list
  tenantry users list --customer 65be9a3f1c2d4e5f60718293 --json

With --json it prints the answer of GET /v3/customers/{id}/users.`
}

// Run lists dashboard users.
func (c *usersListCommand) Run(ctx context.Context, p *cli.Program) error {
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		return told(ctx, p, reached, read(cli.CustomerPath(id, "users")), func(list resultsOf[client.User]) error {
			if len(list.Results) == 0 {
				return p.Print("No users; `tenantry users invite` invites one.\n")
			}
			table := term.Table{Heading: []string{"ID", "USERNAME", "NAME", "ROLE", "STATUS"}}
			for _, u := range list.Results {
				table.Add(term.Cell{Text: u.ID}, term.Cell{Text: term.Shorten(u.Username, 30)}, term.Cell{Text: term.Shorten(u.Name, 22)},
					term.Cell{Text: string(u.Role)}, term.Cell{Text: u.Status, Color: colorOf(u.Status)})
			}
			return table.Write(p.Stdout, p.Printer)
		})
	})
}

// showUser shows one dashboard user.
func showUser(p *cli.Program, u client.User) error {
	var r term.Record
	r.Add("id", u.ID, term.Plain)
	r.Add("username", u.Username, term.Bold)
	r.Add("name", u.Name, term.Plain)
	r.Add("role", string(u.Role), term.Plain)
	r.Add("status", u.Status, colorOf(u.Status))
	r.Add("created", when(u.Created), term.Plain)
	return r.Write(p.Stdout, p.Printer)
}
