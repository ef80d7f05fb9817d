package commands

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers/view"
)

type customersUpdateCommand struct {
	ID   string `arg:"" help:"Id of the customer."`
	File string `short:"f" help:"Read the change as JSON from FILE; - is standard input." placeholder:"FILE"`

	Name        *string `help:"Its new name."`
	Email       *string `help:"Its new e-mail."`
	Plan        *string `help:"Key of its new plan; 'tenantry plans list' shows them." placeholder:"KEY"`
	Description *string `help:"Its new description; empty clears it."`
	MerchantKey *string `help:"Its new merchant key; empty clears it." placeholder:"KEY"`
	ExternalID  *string `help:"Its new external id; empty clears it." placeholder:"ID"`
	VanityName  *string `help:"Its new vanity name; empty clears it." placeholder:"NAME"`
	DryRun      bool    `help:"Change nothing, and show the customer as it would be."`
}

// Help shows examples and explains the JSON form.
func (customersUpdateCommand) Help() string {
	return `What is not given stays. Everything else that may change goes by JSON, in the form of
PATCH /v3/customers/{id}: null clears, objects merge, lists are replaced.

Examples:
  tenantry customers update 65be9a3f1c2d4e5f60718293 --name "Harbor Lane" --external-id ""
  echo '{"meta": {"segment": "retail"}}' | tenantry customers update 65be9a3f1c2d4e5f60718293 --file -

With --json it prints the customer as GET /v3/customers/{id} does.`
}

// Run changes a customer.
func (c *customersUpdateCommand) Run(ctx context.Context, p *cli.Program) error {
	body, err := c.body(p)
	if err != nil {
		return err
	}
	path := cli.CustomerPath(c.ID)
	if c.DryRun {
		path += "?dryRun=true"
	}
	return p.With(ctx, func(reached *cli.Client) error {
		return told(ctx, p, reached, client.Request{Method: http.MethodPatch, Path: path, Body: body}, func(changed view.View) error {
			return showCustomer(p, changed)
		})
	})
}

// body returns the body of the request.
func (c *customersUpdateCommand) body(p *cli.Program) ([]byte, error) {
	members := map[string]any{}
	for name, value := range map[string]*string{"name": c.Name, "email": c.Email, "planKey": c.Plan} {
		if value != nil {
			members[name] = *value
		}
	}
	for name, value := range map[string]*string{"description": c.Description, "merchantKey": c.MerchantKey, "externalId": c.ExternalID, "vanityName": c.VanityName} {
		switch {
		case value == nil:
		case *value == "":
			members[name] = nil
		default:
			members[name] = *value
		}
	}
	switch {
	case len(members) > 0 && c.File != "":
		return nil, cli.Misused("--file cannot be combined with the flags of single members", "put everything into the file")
	case len(members) > 0:
		return json.Marshal(members)
	case c.File == "":
		return nil, cli.Misused("there is nothing to change", "give --name or another member, or JSON with --file")
	}
	content, err := contentOf(p, "--file", c.File)
	if err == nil && len(bytes.TrimSpace(content)) == 0 {
		err = cli.Misused("the input of --file holds no JSON", `give an object such as {"name": "Harbor Lane"}`)
	}
	return content, err
}
