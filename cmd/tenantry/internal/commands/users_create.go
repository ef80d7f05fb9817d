package commands

import (
	"context"
	"net/http"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
)

type usersCreateCommand struct {
	customerFlag
	Username     string `arg:"" help:"How the person signs in; an e-mail address will do."`
	Name         string `help:"Name of the person."`
	Role         string `help:"admin may do everything, clerk may read; default: admin for the first user, then clerk." placeholder:"ROLE"`
	PasswordFile string `help:"Read the password from the first line of FILE; - is standard input." placeholder:"FILE"`
}

// Help shows examples.
func (usersCreateCommand) Help() string {
	return `Adds a dashboard user with a password that you choose. ` + "`tenantry users invite`" + ` lets the person
choose it instead.

Examples:
  tenantry users create ada@example.com --name "Ada" --role admin --password-file ada.password
  tenantry users create ben@example.com --customer 65be9a3f1c2d4e5f60718293 --password-file - < ben.password

With --json it prints the answer of POST /v3/customers/{id}/users.`
}

// Run adds a dashboard user.
func (c *usersCreateCommand) Run(ctx context.Context, p *cli.Program) error {
	password, err := passwordOf(p, "--password-file", c.PasswordFile)
	if err != nil {
		return err
	}
	members := map[string]any{"username": c.Username, "password": password}
	for name, value := range map[string]string{"name": c.Name, "role": c.Role} {
		if value != "" {
			members[name] = value
		}
	}
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		what, err := write(http.MethodPost, cli.CustomerPath(id, "users"), members)
		if err != nil {
			return err
		}
		return told(ctx, p, reached, what, func(made client.User) error { return showUser(p, made) })
	})
}
