package main

import (
	"context"
	"net/http"

	"tenantry/customers"
	"tenantry/customers/view"
)

type disableCommand struct {
	ID string `arg:"" help:"Id of the customer."`
}

// Run disables a customer.
func (c *disableCommand) Run(ctx context.Context, p *program) error {
	return p.changeStatus(ctx, c.ID, customers.StatusDisabled)
}

type enableCommand struct {
	ID string `arg:"" help:"Id of the customer."`
}

// Run enables a customer.
func (c *enableCommand) Run(ctx context.Context, p *program) error {
	return p.changeStatus(ctx, c.ID, customers.StatusActive)
}

func (p *program) changeStatus(ctx context.Context, id string, to customers.Status) error {
	return p.with(ctx, func(reached *client) error {
		var view view.View
		answer, err := reached.read(ctx, call{
			method: http.MethodPatch, path: customerPath(id), body: []byte(`{"status":"` + string(to) + `"}`),
		}, &view)
		if err != nil {
			return err
		}
		if p.flags.JSON {
			return p.printRaw(answer)
		}
		return p.showCustomer(view)
	})
}
