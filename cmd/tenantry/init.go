package main

import (
	"context"
	"errors"

	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/config"
	"tenantry/internal/fault"
)

// The operator of a first start, until it is changed.
const (
	operatorName  = "Operator"
	operatorEmail = "operator@example.com"
)

type initCommand struct {
	Name  string `help:"Name of the operator." default:"Operator"`
	Email string `help:"E-mail of the operator." default:"operator@example.com"`
}

// Help explains what it creates.
func (initCommand) Help() string {
	return `Creates what is missing: the data directory, the key ring (in live mode too), the store
and the operator, whose keys it shows only once. It changes nothing if there is an
operator already. With --json it prints {"id", "keys": {"publishable", "secret"}}.`
}

// Run creates an installation.
func (c *initCommand) Run(ctx context.Context, p *program) (err error) {
	if err := p.here(); err != nil {
		return err
	}
	settings, err := p.settings(true)
	if err != nil {
		return err
	}
	owned, err := p.take(ctx, settings, opening{mayBeEmpty: true})
	if _, ok := errors.AsType[*datadir.TakenError](err); ok && isServed(ctx, settings.Data) {
		return alreadyMade(settings)
	}
	if err != nil {
		return err
	}
	i, err := p.open(ctx, settings, owned, opening{damaged: p.tellDamage, mayBeEmpty: true, makeKeyring: true, adopts: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.close(context.WithoutCancel(ctx))) }()
	if !i.empty {
		return alreadyMade(settings)
	}
	made, err := i.service.Lifecycle.InitOperator(ctx, c.Name, c.Email)
	if fault.KindOf(err) == fault.Conflict {
		return alreadyMade(settings)
	}
	if err != nil {
		return err
	}
	if _, err := i.facts.keepCopy(); err != nil {
		return err
	}
	if p.flags.JSON {
		return p.printJSON(shownKeys{ID: made.Customer.ID.String(), Keys: keysOf(made)})
	}
	return p.welcome(settings, made, baseURL(settings, settings.Listen), "Start the service with `tenantry serve`. ")
}

// shownKeys is a customer with its fresh keys, for programs.
type shownKeys struct {
	ID   string        `json:"id"`
	Keys view.KeysView `json:"keys"`
}

func keysOf(made registry.Created) view.KeysView {
	return view.KeysView{Publishable: made.Keys.Publishable.Reveal(), Secret: made.Keys.Secret.Reveal()}
}

func alreadyMade(s *config.Loaded) error {
	return refused(s.Data+" has an operator already; its keys were shown when it was created",
		"lost them? `tenantry keys rotate` makes a new pair, and `tenantry customers get` shows the operator")
}
