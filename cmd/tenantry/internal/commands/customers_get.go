package commands

import (
	"context"
	"net/http"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers/view"
)

type getCommand struct {
	ID string `arg:"" optional:"" help:"Id of the customer; default: the operator, or the customer of the key."`
}

// Run shows one customer.
func (c *getCommand) Run(ctx context.Context, p *cli.Program) error {
	return p.With(ctx, func(reached *cli.Client) error {
		id, err := idOr(ctx, reached, c.ID)
		if err != nil {
			return err
		}
		var view view.View
		answer, err := reached.Read(ctx, client.Request{Method: http.MethodGet, Path: cli.CustomerPath(id)}, &view)
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			return p.PrintRaw(answer)
		}
		return showCustomer(p, view)
	})
}

// idOr returns id or, if it is empty, the id of the customer that the client acts for.
func idOr(ctx context.Context, c *cli.Client, id string) (string, error) {
	if id != "" {
		return id, nil
	}
	var who struct {
		Subject struct {
			ID string `json:"id"`
		} `json:"subject"`
	}
	_, err := c.Read(ctx, client.Request{Method: http.MethodGet, Path: "/v3/whoami"}, &who)
	return who.Subject.ID, err
}
