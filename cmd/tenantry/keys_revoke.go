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
	Key      string `arg:"" help:"Id of the key, such as key_3; 'tenantry keys list' shows them."`
	Customer string `help:"The customer whose key to revoke; default: the operator, or the customer of the key." placeholder:"ID"`
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
		var revoked view.KeyView
		answer, err := reached.read(ctx, call{method: http.MethodDelete, path: customerPath(id, "keys", c.Key)}, &revoked)
		if err != nil {
			return err
		}
		if p.flags.JSON {
			return p.printRaw(answer)
		}
		return p.print("Key %s (…%s) no longer works.\n", revoked.ID, revoked.Hint)
	})
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
