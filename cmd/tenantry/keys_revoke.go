package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/view"
)

type keysRevokeCommand struct {
	Key      string `arg:"" help:"Id of the key, such as key_65be9a3f1c2d4e5f60718293; 'tenantry keys list' shows them."`
	Customer string `help:"The customer whose key to revoke; default: the operator, or the customer of the key." placeholder:"ID"`
	Cascade  bool   `help:"End what the key made too: keys, users and receivers, and what those made."`
	Yes      bool   `short:"y" help:"Do not ask."`
}

// Run revokes a key after asking for confirmation.
func (c *keysRevokeCommand) Run(ctx context.Context, p *program) error {
	if !c.Yes && !p.asks {
		return misused("revoking "+c.Key+" needs a confirmation, and there is no terminal to ask on", "pass --yes to revoke it without asking")
	}
	return p.with(ctx, func(reached *client) error {
		id, err := reached.idOr(ctx, c.Customer)
		if err != nil {
			return err
		}
		if !c.Yes {
			sure, err := p.confirm(fmt.Sprintf("Revoke %s of customer %s? Every client that uses it is locked out at once.", term.Clean(c.Key), term.Clean(id)))
			if err != nil {
				return err
			}
			if !sure {
				return refused("nothing was revoked", "")
			}
		}
		path := customerPath(id, "keys", c.Key)
		if c.Cascade {
			path += "?cascade=true"
		}
		var revoked view.KeyView
		answer, err := reached.read(ctx, call{method: http.MethodDelete, path: path}, &revoked)
		if err != nil {
			return err
		}
		if p.flags.JSON {
			return p.printRaw(answer)
		}
		if err := p.print("Key %s (…%s) no longer works.\n", revoked.ID, revoked.Hint); err != nil || revoked.Made == nil {
			return err
		}
		return p.showMade(*revoked.Made)
	})
}

// showMade lists what a key that was revoked has made.
func (p *program) showMade(made view.MadeView) error {
	fate := "still works: revoke it too, or all at once with --cascade"
	if made.Ended {
		fate = "was ended too"
	}
	for _, list := range []struct {
		kind  string
		parts []view.MadePart
	}{{"key", made.Keys}, {"user", made.Users}, {"receiver", made.Webhooks}} {
		for _, part := range list.parts {
			if err := p.print("The %s %s %s of customer %s, which it made, %s.\n", list.kind, part.ID, term.Clean(part.Name), part.CustomerID, fate); err != nil {
				return err
			}
		}
	}
	if made.More {
		return p.print("There is more that it made.\n")
	}
	return nil
}

// confirm asks a person; anything but y or yes is no.
func (p *program) confirm(question string) (bool, error) {
	_, _ = fmt.Fprint(p.stderr, question+" [y/N] ")
	line, err := bufio.NewReader(p.stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("reading the answer: %w", err)
	}
	word := strings.ToLower(strings.TrimSpace(line))
	return word == "y" || word == "yes", nil
}
