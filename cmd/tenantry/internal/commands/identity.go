package commands

import (
	"context"
	"net/http"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type identityGetCommand struct {
	ID string `arg:"" help:"Id of the customer."`
}

// Help shows an example.
func (identityGetCommand) Help() string {
	return `Shows the review of a customer's identity, what it is waiting for, and its decisions.
` + "`tenantry customers list --deep`" + ` finds customers; the console has a desk for reviews.

Examples:
  tenantry identity get 65be9a3f1c2d4e5f60718293

With --json it prints the answer of GET /v3/customers/{id}/identity.`
}

// Run shows a review.
func (c *identityGetCommand) Run(ctx context.Context, p *cli.Program) error {
	return p.With(ctx, func(reached *cli.Client) error {
		return told(ctx, p, reached, read(cli.CustomerPath(c.ID, "identity")), func(i client.Identity) error { return showIdentity(p, i) })
	})
}

// showIdentity shows a review with its decisions.
func showIdentity(p *cli.Program, i client.Identity) error {
	var r term.Record
	r.Add("status", string(i.Status), colorOf(string(i.Status)))
	r.Add("review", i.ReviewID, term.Plain)
	r.Add("provider", i.Provider, term.Plain)
	r.Add("reason", i.Reason, term.Plain)
	r.Add("started", when(i.Started), term.Plain)
	r.Add("updated", when(i.Updated), term.Plain)
	for _, d := range i.Decisions {
		by := d.Provider
		if d.DecidedBy != "" {
			by = d.DecidedBy
		}
		r.Add(when(d.At), string(d.Status)+" by "+by+" "+d.Reason, colorOf(string(d.Status)))
	}
	return r.Write(p.Stdout, p.Printer)
}

type identityDecideCommand struct {
	ID       string `arg:"" help:"Id of the customer."`
	Decision string `arg:"" enum:"verified,rejected" help:"verified or rejected."`
	Reason   string `help:"Why; it stands in the audit trail." placeholder:"TEXT"`
	By       string `help:"Who decided, if it is not the owner of the key." placeholder:"NAME"`
	Yes      bool   `short:"y" help:"Do not ask."`
}

// Help shows examples.
func (identityDecideCommand) Help() string {
	return `Decides the review of a customer's identity by hand, in place of the provider.

Examples:
  tenantry identity decide 65be9a3f1c2d4e5f60718293 verified --reason "passport seen" --by ada@example.com
  tenantry identity decide 65be9a3f1c2d4e5f60718293 rejected --reason "another person" --yes

With --json it prints the answer of PATCH /v3/customers/{id}/identity.`
}

// Run decides a review after asking for confirmation.
func (c *identityDecideCommand) Run(ctx context.Context, p *cli.Program) error {
	question := "Note customer " + term.Clean(c.ID) + " as " + c.Decision + "? What its plan allows changes at once."
	if err := confirmed(p, c.Yes, "deciding on "+c.ID, question); err != nil {
		return err
	}
	members := map[string]any{"status": c.Decision}
	for name, value := range map[string]string{"reason": c.Reason, "decidedBy": c.By} {
		if value != "" {
			members[name] = value
		}
	}
	what, err := write(http.MethodPatch, cli.CustomerPath(c.ID, "identity"), members)
	if err != nil {
		return err
	}
	return p.With(ctx, func(reached *cli.Client) error {
		return told(ctx, p, reached, what, func(i client.Identity) error { return showIdentity(p, i) })
	})
}
