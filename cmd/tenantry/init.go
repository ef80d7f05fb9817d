package main

import (
	"context"
	"errors"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/internal/config"
	"tenantry/internal/fault"
	"tenantry/internal/store/sqlite"
)

// The operator of a first start, until it is changed.
const (
	operatorName  = "Operator"
	operatorEmail = "operator@example.com"
)

type initCommand struct {
	operatorKeys `embed:""`

	Name  string `help:"Name of the operator." default:"Operator"`
	Email string `help:"E-mail of the operator." default:"operator@example.com"`
	IfNew bool   `help:"Succeed, and do nothing, if there is an operator already: for what starts a service unattended."`
}

// Help explains what it creates.
func (initCommand) Help() string {
	return `Creates what is missing: the data directory, the key ring (in live mode too), the store
and the operator, whose keys it shows only once. It changes nothing if there is an
operator already. With --json it prints {"id", "keys": {"publishable", "secret"}}, and with
--keys it writes that to a file of mode 0600, which --key-file of other commands reads. Live
mode takes one of the two.`
}

// Run creates an installation.
func (c *initCommand) Run(ctx context.Context, p *program) error {
	made, err := c.create(ctx, p)
	if made && c.IfNew {
		return nil
	}
	return err
}

// create creates an installation. It reports true, and fails, if there is one.
func (c *initCommand) create(ctx context.Context, p *program) (already bool, err error) {
	if err := p.Here(); err != nil {
		return false, err
	}
	settings, err := p.Settings(true)
	if err != nil {
		return false, err
	}
	p.TellConfig(settings)
	if begins(ctx, settings) {
		// Before anything is made.
		if err := c.check(p, settings); err != nil {
			return false, err
		}
	}
	owned, err := p.take(ctx, settings, opening{mayBeEmpty: true})
	if _, ok := errors.AsType[*datadir.TakenError](err); ok && isServed(ctx, settings.Data) {
		return true, alreadyMade(settings)
	}
	if err != nil {
		return false, err
	}
	i, err := p.open(ctx, settings, owned, opening{damaged: p.tellDamage, mayBeEmpty: true, makeKeyring: true, adopts: true})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, i.close(context.WithoutCancel(ctx))) }()
	if !i.empty {
		return true, alreadyMade(settings)
	}
	if err := c.check(p, settings); err != nil {
		return false, err
	}
	file, err := c.open()
	if err != nil {
		return false, err
	}
	made, err := i.service.Lifecycle.InitOperator(ctx, c.Name, c.Email)
	if err != nil {
		c.drop(file)
	}
	if fault.KindOf(err) == fault.Conflict {
		return true, alreadyMade(settings)
	}
	if err != nil {
		return false, err
	}
	if file != nil {
		if err := c.write(file, made); err != nil {
			return false, err
		}
	}
	if _, err := i.facts.keepCopy(); err != nil {
		return false, err
	}
	const next = "Start the service with `tenantry serve`. "
	switch {
	case file != nil && p.Flags.JSON:
		return false, p.PrintJSON(keysKept{ID: made.Customer.ID.String(), File: c.Keys})
	case file != nil:
		return false, c.tellKept(p, made, next)
	case p.Flags.JSON:
		return false, p.PrintJSON(shown(made))
	default:
		return false, p.welcome(settings, made, baseURL(settings, settings.Listen), next)
	}
}

// begins reports whether there is no installation yet, as far as this machine knows.
func begins(ctx context.Context, s *config.Loaded) bool {
	if isServed(ctx, s.Data) {
		return false
	}
	if known, err := findCopy(s); err != nil || known != nil {
		return false
	}
	there, err := sqlite.Exists(s.Data)
	return err == nil && (s.UsesMongo() || !there)
}

func alreadyMade(s *config.Loaded) error {
	return cli.Refused(s.Data+" has an operator already; its keys were handed out when it was created",
		"lost them? `tenantry keys rotate` makes a new pair, and `tenantry customers get` shows the operator")
}
