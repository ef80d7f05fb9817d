package commands

import (
	"context"
	"net/http"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
)

type usersUpdateCommand struct {
	customerFlag
	User         string  `arg:"" help:"Id of the user; 'tenantry users list' shows them."`
	Name         *string `help:"New name of the person; empty clears it."`
	Role         string  `help:"New role: admin or clerk." placeholder:"ROLE"`
	PasswordFile string  `help:"Read a new password from the first line of FILE; - is standard input. It ends the user's sessions." placeholder:"FILE"`
}

// Help shows examples.
func (usersUpdateCommand) Help() string {
	return `What is not given stays.

Examples:
  tenantry users update 65be9a3f1c2d4e5f60718293 --role admin
  tenantry users update 65be9a3f1c2d4e5f60718293 --password-file - < new.password

With --json it prints the answer of PATCH /v3/customers/{id}/users/{uid}.`
}

// Run changes a dashboard user.
func (c *usersUpdateCommand) Run(ctx context.Context, p *cli.Program) error {
	members := map[string]any{}
	if c.Name != nil {
		members["name"] = *c.Name
		if *c.Name == "" {
			members["name"] = nil
		}
	}
	if c.Role != "" {
		members["role"] = c.Role
	}
	if c.PasswordFile != "" {
		password, err := passwordOf(p, "--password-file", c.PasswordFile)
		if err != nil {
			return err
		}
		members["password"] = password
	}
	if len(members) == 0 {
		return cli.Misused("there is nothing to change", "give --name, --role or --password-file; `tenantry users disable` disables a user")
	}
	return changeUser(ctx, p, c.customerFlag, c.User, "", members)
}

// changeUser changes a user and shows it.
func changeUser(ctx context.Context, p *cli.Program, of customerFlag, user, query string, members map[string]any) error {
	return of.with(ctx, p, func(reached *cli.Client, id string) error {
		what, err := write(http.MethodPatch, cli.CustomerPath(id, "users", user)+query, members)
		if err != nil {
			return err
		}
		return told(ctx, p, reached, what, func(changed client.User) error {
			if err := showUser(p, changed); err != nil || changed.Made == nil {
				return err
			}
			return showMade(p, *changed.Made)
		})
	})
}
