package commands

import (
	"context"
	"net/http"
	"time"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type usersInviteCommand struct {
	customerFlag
	Username string        `arg:"" help:"How the person signs in; an e-mail address will do."`
	Name     string        `help:"Name of the person."`
	Role     string        `help:"admin may do everything, clerk may read; default: admin for the first user, then clerk." placeholder:"ROLE"`
	Expires  time.Duration `help:"How long the link works: 5m to 720h." placeholder:"SPAN"`
}

// Help shows examples.
func (usersInviteCommand) Help() string {
	return `Prints a link, once, with which the person sets a password. Send it to that person alone.

Examples:
  tenantry users invite ada@example.com --name "Ada"
  tenantry users invite ben@example.com --customer 65be9a3f1c2d4e5f60718293 --role clerk --expires 24h

With --json it prints the answer of POST /v3/customers/{id}/users/invitations, the link as url.`
}

// invitation is the answer, as far as people are shown it.
type invitation struct {
	client.Invitation
	URL string `json:"url"`
}

// Run invites a person.
func (c *usersInviteCommand) Run(ctx context.Context, p *cli.Program) error {
	members := map[string]any{"username": c.Username}
	for name, value := range map[string]string{"name": c.Name, "role": c.Role} {
		if value != "" {
			members[name] = value
		}
	}
	if c.Expires != 0 {
		span, err := seconds("--expires", c.Expires)
		if err != nil {
			return err
		}
		members["expiresInSeconds"] = span
	}
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		what, err := write(http.MethodPost, cli.CustomerPath(id, "users", "invitations"), members)
		if err != nil {
			return err
		}
		return told(ctx, p, reached, what, func(made invitation) error {
			if err := p.Print("The link for %s, shown only once; it works until %s:\n  %s\n", term.Clean(made.Username), when(made.Expires), p.Printer.Sprint(term.Fair, term.Clean(made.URL))); err != nil {
				return err
			}
			return p.Print("`tenantry users uninvite %s` ends it.\n", term.Clean(made.ID))
		})
	})
}

type usersUninviteCommand struct {
	customerFlag
	Invitation string `arg:"" help:"Id of the invitation, which is that of its user."`
}

// Help shows an example.
func (usersUninviteCommand) Help() string {
	return `The link is dead at once and the username is free. It ends invitations that were not accepted;
disable the user otherwise.

Examples:
  tenantry users uninvite 65be9a3f1c2d4e5f60718293

With --json it prints {"id", "ended": true}.`
}

// endedInvitation is the JSON form of the outcome.
type endedInvitation struct {
	ID    string `json:"id"`
	Ended bool   `json:"ended"`
}

// Run ends an invitation.
func (c *usersUninviteCommand) Run(ctx context.Context, p *cli.Program) error {
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		if _, err := reached.Do(ctx, client.Request{Method: http.MethodDelete, Path: cli.CustomerPath(id, "users", "invitations", c.Invitation)}); err != nil {
			return err
		}
		if p.Flags.JSON {
			return p.PrintJSON(endedInvitation{c.Invitation, true})
		}
		return p.Print("The invitation %s no longer works.\n", term.Clean(c.Invitation))
	})
}
