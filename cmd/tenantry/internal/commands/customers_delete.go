package commands

import (
	"context"
	"fmt"
	"net/http"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/view"
)

type customersDeleteCommand struct {
	ID  string `arg:"" help:"Id of the customer."`
	Yes bool   `short:"y" help:"Do not ask."`
}

// Help shows examples and says what cannot be deleted.
func (customersDeleteCommand) Help() string {
	return `Erases the customer's personal data for good, revokes its credentials and frees its unique
names. Customers that have others below them, or activity, cannot be deleted; disable them instead.

Examples:
  tenantry customers delete 65be9a3f1c2d4e5f60718293
  tenantry customers delete 65be9a3f1c2d4e5f60718293 --yes --json

With --json it prints {"id", "deleted": true}.`
}

// deletedCustomer is the JSON form of the outcome.
type deletedCustomer struct {
	ID      string `json:"id"`
	Deleted bool   `json:"deleted"`
}

// Run erases a customer after asking for confirmation.
func (c *customersDeleteCommand) Run(ctx context.Context, p *cli.Program) error {
	if !c.Yes && !p.Asks {
		return confirmed(p, false, "erasing "+c.ID, "")
	}
	return p.With(ctx, func(reached *cli.Client) error {
		var found view.View
		if _, err := reached.Read(ctx, read(cli.CustomerPath(c.ID)), &found); err != nil {
			return err
		}
		question := fmt.Sprintf("Erase customer %s, %s, for good? Its data is gone and its keys stop working at once.", term.Clean(c.ID), term.Clean(found.Name))
		if err := confirmed(p, c.Yes, "erasing "+c.ID, question); err != nil {
			return err
		}
		if _, err := reached.Do(ctx, client.Request{Method: http.MethodDelete, Path: cli.CustomerPath(c.ID)}); err != nil {
			return err
		}
		if p.Flags.JSON {
			return p.PrintJSON(deletedCustomer{c.ID, true})
		}
		return p.Print("Customer %s, %s, was erased.\n", term.Clean(c.ID), term.Clean(found.Name))
	})
}
