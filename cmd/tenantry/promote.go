package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/access"
	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/config"
	"tenantry/internal/patch"
)

type promoteCommand struct {
	operatorKeys `embed:""`

	Yes bool `short:"y" help:"Do not ask."`
}

// Help explains what ends and what stays.
func (promoteCommand) Help() string {
	return `Makes a sandbox live, for good: no command leads back. Set mode to live and stop the service
first. What the sandbox made up ends: all test keys are revoked, reviews by the sandbox's own
provider begin again, and so do the verification of owners and of banks by deposits. Customers,
users, documents, settings and events stay as they are, also those that strangers made: look
through the platforms. The operator gets a live pair of keys, only once: in the file that --keys
names or, with --json, on standard output; make keys for the others with "tenantry keys rotate".
It may be interrupted at any point: run it again, with another file, to go on. A new installation
in another directory is the cleaner way.`
}

// Run makes a sandbox live.
func (c *promoteCommand) Run(ctx context.Context, p *program) (err error) {
	if err := p.Here(); err != nil {
		return err
	}
	settings, err := p.Settings(false)
	if err != nil {
		return err
	}
	if settings.Mode != config.Live {
		return cli.Misused("mode is "+string(settings.Mode)+", and this makes a sandbox live", "set mode to live (TENANTRY_MODE=live) first; a live installation never becomes a sandbox")
	}
	p.TellConfig(settings)
	how := opening{promotes: true, adopts: true}
	owned, err := p.take(ctx, settings, how)
	if err != nil {
		return err
	}
	i, err := p.open(ctx, settings, owned, how)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.close(context.WithoutCancel(ctx))) }()
	if i.facts.mode() == string(config.Live) {
		return cli.Refused("this installation is live already", "start it with `tenantry serve`")
	}
	if err := c.check(p, settings); err != nil {
		return err
	}
	if err := c.confirmed(p); err != nil {
		return err
	}
	file, err := c.open()
	if err != nil {
		return err
	}
	ended, made, err := c.promote(ctx, p, i, file)
	if err != nil {
		return err
	}
	switch {
	case file == nil:
		return p.PrintJSON(promoted{shownKeys: shown(made), Ended: ended})
	case p.Flags.JSON:
		return p.PrintJSON(promotedApart{keysKept: keysKept{ID: made.Customer.ID.String(), File: c.Keys}, Ended: ended})
	default:
		return c.tellKept(p, made, fmt.Sprintf(
			"This installation is live. Ended: %d test keys, %d reviews, %d verifications of owners and %d of banks. Start it with `tenantry serve`.\n",
			ended.Keys, ended.Reviews, ended.Owners, ended.Banks))
	}
}

// promoted is the JSON form of the outcome, and promotedApart that with the keys in a file.
type promoted struct {
	shownKeys
	Ended lifecycle.SandboxEnded `json:"ended"`
}

type promotedApart struct {
	keysKept
	Ended lifecycle.SandboxEnded `json:"ended"`
}

func (c *promoteCommand) confirmed(p *program) error {
	switch {
	case c.Yes:
		return nil
	case !p.Asks:
		return cli.Misused("making a sandbox live needs a confirmation, and there is no terminal to ask at", "pass --yes to do it without asking")
	}
	sure, err := p.Confirm("End all test keys and the sandbox's verifications, and make this installation live for good?")
	if err == nil && !sure {
		err = cli.Refused("nothing was changed", "")
	}
	return err
}

// promote ends what the sandbox made up, mints the operator's live pair and, last of all,
// notes that the installation is live. A file that is not nil has the pair before that.
func (c *promoteCommand) promote(ctx context.Context, p *program, i *installation, file *os.File) (ended lifecycle.SandboxEnded, made registry.Created, err error) {
	var bar *term.Progress
	if p.Tells && !p.Flags.JSON {
		bar = term.NewProgress(p.Stderr, p.Now, "ending the sandbox", 0)
	}
	ended, err = i.service.Lifecycle.EndSandbox(ctx, bar.Done)
	bar.End()
	if err == nil {
		made, err = c.mint(ctx, i)
	}
	if err != nil {
		c.drop(file)
		return ended, made, err
	}
	if file != nil {
		if err := c.write(file, made); err != nil {
			return ended, made, err
		}
	}
	err = i.facts.change(ctx, func(document rows.Installation) (rows.Installation, error) {
		document.Mode = string(config.Live)
		return document, nil
	})
	if err == nil {
		_, err = i.facts.keepCopy()
	}
	return ended, made, err
}

// mint replaces the operator's pair at once.
func (*promoteCommand) mint(ctx context.Context, i *installation) (registry.Created, error) {
	caller, err := i.service.Access.Local(ctx, "")
	if err != nil {
		return registry.Created{}, err
	}
	rotated, err := i.service.Access.RotateKeys(ctx, caller, "", access.RotateInput{GraceSeconds: patch.Of(0)})
	if err != nil {
		return registry.Created{}, err
	}
	return registry.Created{Customer: rotated.Customer, Keys: rotated.Pair}, nil
}
