package main

import (
	"context"
	"net/http"
	"net/url"

	"tenantry/customers/view"
)

type getCommand struct {
	ID string `arg:"" optional:"" help:"Id of the customer; default: the operator, or the customer of the key."`
}

// Run shows one customer.
func (c *getCommand) Run(ctx context.Context, p *program) error {
	return p.with(ctx, func(reached *client) error {
		id, err := reached.idOr(ctx, c.ID)
		if err != nil {
			return err
		}
		var view view.View
		answer, err := reached.read(ctx, call{method: http.MethodGet, path: customerPath(id)}, &view)
		if err != nil {
			return err
		}
		if p.flags.JSON {
			return p.printRaw(answer)
		}
		return p.showCustomer(view)
	})
}

// customerPath returns the path of a customer, or of what is below it.
func customerPath(id string, below ...string) string {
	path := "/v3/customers/" + url.PathEscape(id)
	for _, part := range below {
		path += "/" + url.PathEscape(part)
	}
	return path
}

// idOr returns id or, if it is empty, the id of the customer that the client acts for.
func (c *client) idOr(ctx context.Context, id string) (string, error) {
	if id != "" {
		return id, nil
	}
	var who struct {
		Subject struct {
			ID string `json:"id"`
		} `json:"subject"`
	}
	_, err := c.read(ctx, call{method: http.MethodGet, path: "/v3/whoami"}, &who)
	return who.Subject.ID, err
}
