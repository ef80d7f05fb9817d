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

// Run disables a customer.
func (c *disableCommand) Run(ctx context.Context, p *cli.Program) error {
	return changeStatus(p, ctx, c.ID, customers.StatusDisabled)
}

type enableCommand struct {
	ID string `arg:"" help:"Id of the customer."`
}

// Run enables a customer.
func (c *enableCommand) Run(ctx context.Context, p *cli.Program) error {
	return changeStatus(p, ctx, c.ID, customers.StatusActive)
}

func changeStatus(p *cli.Program, ctx context.Context, id string, to customers.Status) error {
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
