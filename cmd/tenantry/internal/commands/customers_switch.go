package commands

import (
	"context"
	"net/http"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers"
	"tenantry/customers/view"
)

type disableCommand struct {
	ID string `arg:"" help:"Id of the customer."`
}

// Help says what it does.
func (disableCommand) Help() string {
	return `Its keys, and those of all customers below it, stop working at once; "tenantry customers enable"
is the way back.

Examples:

    tenantry customers disable 65be9a3f1c2d4e5f60718293`
}

// Run disables a customer.
func (c *disableCommand) Run(ctx context.Context, p *cli.Program) error {
	return changeStatus(ctx, p, c.ID, customers.StatusDisabled)
}

type enableCommand struct {
	ID string `arg:"" help:"Id of the customer."`
}

// Help says what it does.
func (enableCommand) Help() string {
	return `Its keys work again, unless they ended meanwhile.

Examples:

    tenantry customers enable 65be9a3f1c2d4e5f60718293`
}

// Run enables a customer.
func (c *enableCommand) Run(ctx context.Context, p *cli.Program) error {
	return changeStatus(ctx, p, c.ID, customers.StatusActive)
}

func changeStatus(ctx context.Context, p *cli.Program, id string, to customers.Status) error {
	return p.With(ctx, func(reached *cli.Client) error {
		var view view.View
		answer, err := reached.Read(ctx, client.Request{
			Method: http.MethodPatch, Path: cli.CustomerPath(id), Body: []byte(`{"status":"` + string(to) + `"}`),
		}, &view)
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			return p.PrintRaw(answer)
		}
		return showCustomer(p, view)
	})
}
