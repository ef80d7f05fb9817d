package commands

import (
	"context"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

// Whoami is the command that shows how the service sees its caller.
type Whoami struct {
	As string `help:"Act for this customer below the owner of the key." placeholder:"ID"`
}

// Help shows examples.
func (Whoami) Help() string {
	return `The first thing to ask when something is refused: which key it is, whose, for whom it acts, and
what it may do.

Examples:
  tenantry whoami
  tenantry whoami --url https://api.example.com --key-file ops.key

With --json it prints the answer of GET /v3/whoami.`
}

// Run shows how the service sees its caller.
func (c *Whoami) Run(ctx context.Context, p *cli.Program) error {
	return p.With(ctx, func(reached *cli.Client) error {
		what := read("/v3/whoami")
		what.As = c.As
		return told(ctx, p, reached, what, func(who client.WhoAmI) error {
			var r term.Record
			r.Add("service", reached.Name, term.Plain)
			r.Add("mode", who.Mode, term.Plain)
			r.Add("release", who.Version, term.Plain)
			r.Add("acts for", who.Subject.ID, term.Bold)
			r.Add("owner", who.Actor.ID, term.Plain)
			r.Add("credential", who.Credential.ID, term.Plain)
			r.Add("kind", who.Credential.Kind, term.Plain)
			r.Add("name", who.Credential.Name, term.Plain)
			r.Add("role", string(who.Credential.Role), term.Plain)
			r.Add("may", words(who.Credential.Scopes), term.Plain)
			if who.Plan != nil {
				r.Add("plan", who.Plan.Key, term.Plain)
				r.Add("plan status", who.Plan.Status, colorOf(who.Plan.Status))
			}
			return r.Write(p.Stdout, p.Printer)
		})
	})
}
