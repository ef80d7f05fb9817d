package commands

import (
	"context"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type usersDisableCommand struct {
	customerFlag
	User    string `arg:"" help:"Id of the user; 'tenantry users list' shows them."`
	Cascade bool   `help:"End what the user made too: keys, users and receivers, and what those made."`
	Yes     bool   `short:"y" help:"Do not ask."`
}

// Help shows examples.
func (usersDisableCommand) Help() string {
	return `The user is signed out at once and cannot sign in any more. A user is disabled and never deleted,
so that the audit trail stays readable.

Examples:
  tenantry users disable 65be9a3f1c2d4e5f60718293
  tenantry users disable 65be9a3f1c2d4e5f60718293 --cascade --yes

With --json it prints the answer of PATCH /v3/customers/{id}/users/{uid}.`
}

// Run disables a dashboard user after asking for confirmation.
func (c *usersDisableCommand) Run(ctx context.Context, p *cli.Program) error {
	question, query := "Disable the user "+term.Clean(c.User)+"? Its sessions end at once.", ""
	if c.Cascade {
		question, query = "Disable the user "+term.Clean(c.User)+" and end the keys, users and receivers that it made? Whoever uses those is locked out at once.", "?cascade=true"
	}
	if err := confirmed(p, c.Yes, "disabling "+c.User, question); err != nil {
		return err
	}
	return changeUser(ctx, p, c.customerFlag, c.User, query, map[string]any{"status": "disabled"})
}

type usersEnableCommand struct {
	customerFlag
	User string `arg:"" help:"Id of the user; 'tenantry users list' shows them."`
}

// Help shows an example.
func (usersEnableCommand) Help() string {
	return `Examples:
  tenantry users enable 65be9a3f1c2d4e5f60718293

With --json it prints the answer of PATCH /v3/customers/{id}/users/{uid}.`
}

// Run lets a disabled dashboard user sign in again.
func (c *usersEnableCommand) Run(ctx context.Context, p *cli.Program) error {
	return changeUser(ctx, p, c.customerFlag, c.User, "", map[string]any{"status": "active"})
}
