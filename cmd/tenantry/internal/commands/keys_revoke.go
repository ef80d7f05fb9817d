package commands

import (
	"context"
	"fmt"
	"net/http"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type keysRevokeCommand struct {
	Key      string `arg:"" help:"Id of the key, such as key_65be9a3f1c2d4e5f60718293; 'tenantry keys list' shows them."`
	Customer string `help:"The customer whose key to revoke; default: the operator, or the customer of the key." placeholder:"ID"`
	Cascade  bool   `help:"End what the key made too: keys, users and receivers, and what those made."`
	Yes      bool   `short:"y" help:"Do not ask."`
}

// Run revokes a key after asking for confirmation.
func (c *keysRevokeCommand) Run(ctx context.Context, p *cli.Program) error {
	if !c.Yes && !p.Asks {
		return cli.Misused("revoking "+c.Key+" needs a confirmation, and there is no terminal to ask on", "pass --yes to revoke it without asking")
	}
	return p.With(ctx, func(reached *cli.Client) error {
		id, err := idOr(ctx, reached, c.Customer)
		if err != nil {
			return err
		}
		if !c.Yes {
			sure, err := p.Confirm(fmt.Sprintf("Revoke %s of customer %s? Every client that uses it is locked out at once.", term.Clean(c.Key), term.Clean(id)))
			if err != nil {
				return err
			}
			if !sure {
				return cli.Refused("nothing was revoked", "")
			}
		}
		path := cli.CustomerPath(id, "keys", c.Key)
		if c.Cascade {
			path += "?cascade=true"
		}
		var revoked client.Key
		answer, err := reached.Read(ctx, client.Request{Method: http.MethodDelete, Path: path}, &revoked)
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			return p.PrintRaw(answer)
		}
		if err := p.Print("Key %s (…%s) no longer works.\n", revoked.ID, revoked.Hint); err != nil || revoked.Made == nil {
			return err
		}
		return showMade(p, *revoked.Made)
	})
}

// showMade lists what a key that was revoked has made.
func showMade(p *cli.Program, made client.Made) error {
	fate := "still works: revoke it too, or all at once with --cascade"
	if made.Ended {
		fate = "was ended too"
	}
	for _, list := range []struct {
		kind  string
		parts []client.MadePart
	}{{"key", made.Keys}, {"user", made.Users}, {"receiver", made.Webhooks}} {
		for _, part := range list.parts {
			if err := p.Print("The %s %s %s of customer %s, which it made, %s.\n", list.kind, part.ID, term.Clean(part.Name), part.CustomerID, fate); err != nil {
				return err
			}
		}
	}
	if made.More {
		return p.Print("There is more that it made.\n")
	}
	return nil
}
