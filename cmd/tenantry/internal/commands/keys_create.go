package commands

import (
	"context"
	"net/http"
	"time"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type keysCreateCommand struct {
	customerFlag
	Name    string        `arg:"" help:"Your own name for the key."`
	Scope   []string      `required:"" help:"What the key may do, such as read or banks:write; may be repeated, or a list with commas." placeholder:"SCOPE"`
	Expires time.Duration `help:"When the key ends by itself, such as 2160h; default: never, or as late as the policy of the account allows."`
	Allow   []string      `help:"Addresses and networks that it may be used from; default: all that the key that makes it may be used from." placeholder:"CIDR"`
}

// Help shows examples and explains the JSON form.
func (keysCreateCommand) Help() string {
	return `Makes a secret key with no more than the scopes that you name. They are read, customers:write,
customers:delete, customers:status, banks:write, keys:write, keys:revoke, users:write,
webhooks:write, unmask and identity:decide. The key is shown only once.

Examples:
  tenantry keys create reports --scope read
  tenantry keys create payouts --customer 65be9a3f1c2d4e5f60718293 --scope read,banks:write --expires 2160h

With --json it prints the answer of POST /v3/customers/{id}/keys, the key as secret.`
}

// mintedKey is the answer, as far as people are shown it.
type mintedKey struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Secret  string    `json:"secret"`
	Scopes  []string  `json:"scopes"`
	Expires time.Time `json:"expires"`
}

// Run mints a restricted key.
func (c *keysCreateCommand) Run(ctx context.Context, p *cli.Program) error {
	members := map[string]any{"name": c.Name, "scopes": c.Scope}
	if c.Expires != 0 {
		span, err := seconds("--expires", c.Expires)
		if err != nil {
			return err
		}
		members["expiresInSeconds"] = span
	}
	if len(c.Allow) > 0 {
		members["allowedAddresses"] = c.Allow
	}
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		what, err := write(http.MethodPost, cli.CustomerPath(id, "keys"), members)
		if err != nil {
			return err
		}
		return told(ctx, p, reached, what, func(made mintedKey) error {
			if err := p.Print("The new key, shown only once:\n"); err != nil {
				return err
			}
			var r term.Record
			r.Add("  secret key", made.Secret, term.Fair)
			r.Add("  id", made.ID, term.Plain)
			r.Add("  name", made.Name, term.Plain)
			r.Add("  scopes", words(made.Scopes), term.Plain)
			r.Add("  expires", when(made.Expires), term.Plain)
			return r.Write(p.Stdout, p.Printer)
		})
	})
}
