package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/config"
	"tenantry/internal/doctor"
	"tenantry/internal/installed"
	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/internal/transfer"
)

type moveCommand struct {
	To          string `help:"Where to: mongodb://…, or sqlite for the data directory." placeholder:"STORE"`
	ToFile      string `help:"Read a MongoDB URI with a password from FILE." placeholder:"FILE"`
	Database    string `help:"The name of the database in MongoDB." placeholder:"NAME"`
	OnlyProcess bool   `help:"From MongoDB: assert that no other process serves this database now."`
}

// Help explains what a move leaves behind.
func (moveCommand) Help() string {
	return `Copies everything that the stopped installation has into a store of the other engine, compares
both ends, and notes beside the key ring where the installation lives from then on. The key ring goes
along: nothing is sealed anew, and keys, tokens and repeated requests go on. The store that it came
from stays as it was, and is refused from then on. The target must be empty, unless a move of the
same installation into it was interrupted: run it again to go on. It ends with 0 once both ends are
equal; until then the target cannot be served.`
}

// Run moves the installation.
func (c *moveCommand) Run(ctx context.Context, p *program) error {
	if err := p.Here(); err != nil {
		return err
	}
	from, err := p.Settings(true)
	if err != nil {
		return err
	}
	to, err := c.target(from)
	if err != nil {
		return err
	}
	if from.UsesMongo() && !c.OnlyProcess {
		return cli.Misused("other processes may serve the same MongoDB database, and what they wrote would be lost", "stop them, and run this with --only-process")
	}
	p.TellConfig(from)
	owned, err := p.take(ctx, from, opening{})
	if _, ok := errors.AsType[*datadir.TakenError](err); ok && isServed(ctx, from.Data) {
		return cli.Refused("a service runs in "+from.Data, "stop it first: what it wrote meanwhile would be lost")
	}
	if err != nil {
		return err
	}
	i, err := p.open(ctx, from, owned, opening{damaged: p.tellDamage})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.close(context.WithoutCancel(ctx))) }()
	moved, err := p.move(ctx, i, to)
	if err != nil {
		return err
	}
	if p.Flags.JSON {
		return p.PrintJSON(moved)
	}
	next := "Take store.mongo.uri (TENANTRY_STORE_MONGO_URI) out of the settings"
	if to.UsesMongo() {
		next = "Set store.mongo.uri (TENANTRY_STORE_MONGO_URI) and store.mongo.database to it"
	}
	text := fmt.Sprintf("Moved %s customers, %s events and %s activities into %s; both ends have the digest %s.\n",
		term.Count(int(moved.Counts.Customers)), term.Count(int(moved.Counts.Events)), term.Count(int(moved.Counts.Activities)), moved.Engine, moved.Digest)
	for _, loss := range moved.Lost {
		text += fmt.Sprintf("Left behind: %s %s, %s customers.\n", term.Count(int(loss.Values)), loss.What, term.Count(int(loss.Customers)))
		if loss.Why != "" {
			text += "  " + loss.Why + ".\n"
		}
	}
	return p.Print("%s%s, and start the service.\n", text, next)
}

// movedStore is the JSON form of the outcome.
type movedStore struct {
	Engine   string          `json:"engine"`
	Database string          `json:"database,omitempty"`
	Digest   string          `json:"digest"`
	Counts   transfer.Counts `json:"counts"`
	Lost     []transfer.Loss `json:"lost,omitempty"`
}

// target returns the settings of the other end.
func (c *moveCommand) target(from *config.Loaded) (*config.Loaded, error) {
	to, settings := *from, *from.Config
	to.Config = &settings
	uri := c.To
	switch {
	case (c.To == "") == (c.ToFile == ""):
		return nil, cli.Misused("say where to move", "pass one of --to mongodb://…, --to-file FILE and --to sqlite")
	case c.ToFile != "":
		content, err := os.ReadFile(c.ToFile)
		if err != nil {
			return nil, cli.Misused("the URI cannot be read: "+err.Error(), "name a file that this user can read with --to-file")
		}
		uri = strings.TrimSpace(string(content))
	case strings.Contains(strings.TrimPrefix(c.To, "mongodb"), "@"):
		return nil, cli.Misused("the URI has a password, which others on this machine see on the command line", "put it into a file for --to-file")
	}
	switch {
	case uri == "sqlite" && c.Database == "":
		settings.Store.Mongo.URI = secret.Text{}
	case strings.HasPrefix(uri, "mongodb://"), strings.HasPrefix(uri, "mongodb+srv://"):
		settings.Store.Mongo.URI = secret.New(uri)
		if c.Database != "" {
			settings.Store.Mongo.Database = c.Database
		}
	default:
		return nil, cli.Misused("there is no such store to move to", "pass --to mongodb://… (with --database NAME), or --to sqlite")
	}
	if to.UsesMongo() == from.UsesMongo() {
		return nil, cli.Misused("the installation is in "+engineOf(from)+" already", "a SQLite store moves by backup and restore, a MongoDB database by the tools of MongoDB")
	}
	return &to, nil
}

// move copies an open installation into the store of other settings.
func (p *program) move(ctx context.Context, i *installation, to *config.Loaded) (moved movedStore, err error) {
	wanted := wantedOf(to)
	moved = movedStore{Engine: wanted.Engine, Database: wanted.Database}
	opened, err := openStore(ctx, to, p.tellDamage)
	if err != nil {
		return moved, err
	}
	defer func() { err = errors.Join(err, opened.Close(context.WithoutCancel(ctx))) }()
	target, whole := opened.(transfer.Store)
	source, known := i.store.(transfer.Store)
	if !whole || !known {
		return moved, cli.Refused("this engine cannot be moved", "")
	}
	document, err := reserveTarget(ctx, i.facts.current(), wanted, target)
	if err != nil {
		return moved, err
	}
	end, report, err := p.carry(ctx, i, source, to, target)
	if err != nil {
		return moved, err
	}
	const again = "the source is as it was; put that right and run this again, which goes on"
	if !report.Whole() {
		first := report.Refused[0]
		return moved, cli.Refused(fmt.Sprintf("%d records were refused, the first is %s %s: %s", len(report.Refused), first.Kind, nameOf(first.ID), first.Why), again)
	}
	moved.Lost = end.Lost
	if moved.Digest, moved.Counts, err = p.compare(ctx, i, source, target); err != nil {
		return moved, err
	}
	moved.Counts.Files, moved.Counts.Reservations = end.Counts.Files, end.Counts.Reservations
	document.Mode, document.Revision = i.facts.current().Mode, document.Revision+1
	if err := target.SetInstallation(ctx, document); err != nil {
		return moved, fmt.Errorf("noting that the move has ended: %w", err)
	}
	_, err = (&facts{settings: i.settings, document: document}).keepCopy()
	return moved, err
}

// reserveTarget notes in an empty store that an installation moves into it, so that it is
// not served before it is whole.
func reserveTarget(ctx context.Context, of rows.Installation, wanted installed.Wanted, target store.Store) (rows.Installation, error) {
	const remedy = "name an empty store; an installation that was moved away from here once: put its database aside first"
	found, err := target.Installation(ctx)
	switch {
	case err == nil && found.ID == of.ID && found.Mode == installed.Moving:
		return found, nil // go on
	case err == nil:
		return found, cli.Refused(fmt.Sprintf("the target holds installation %s already", found.ID), remedy)
	case !errors.Is(err, rows.ErrNotFound):
		return found, err
	}
	if _, err := target.Root(ctx); !errors.Is(err, rows.ErrNotFound) {
		if err == nil {
			err = cli.Refused("the target has customers already", remedy)
		}
		return found, err
	}
	of.Engine, of.Database, of.Schema, of.Mode, of.Revision = wanted.Engine, wanted.Database, wanted.Schema, installed.Moving, 1
	return of, target.SetInstallation(ctx, of)
}

// carry exports from one end into the other.
func (p *program) carry(ctx context.Context, i *installation, source transfer.Store, to *config.Loaded, target transfer.Store) (end transfer.End, report transfer.Report, err error) {
	provider, _, err := p.providerOf(to)
	if err != nil {
		return end, report, err
	}
	service, err := p.service(to, target, i.keyring, provider, func() {}, func(string, int) {})
	if err != nil {
		return end, report, err
	}
	survey, err := source.Survey(ctx)
	if err != nil {
		return end, report, err
	}
	defer func() { err = errors.Join(err, survey.Close()) }()
	bar := cli.NewStages[transfer.Stage](p.Program)
	defer bar.End()
	key := transfer.Key{Sealing: transfer.Sealing{By: transfer.ByRing}}
	lines, into := io.Pipe()
	type export struct {
		end transfer.End
		err error
	}
	exported := make(chan export, 1)
	go func() {
		written, failed := transfer.Export(ctx, into, transfer.ExportOptions{Survey: survey, Sealer: i.keyring, Key: key, Header: exportHeader(i, p.Now)})
		_ = into.CloseWithError(failed)
		exported <- export{written, failed}
	}()
	report, err = transfer.Import(ctx, lines, transfer.ImportOptions{
		Store: target, Registry: service.Registry, Sealer: i.keyring, Ring: i.keyring.Ring().Name(), Mode: string(i.settings.Mode), Key: key, Progress: bar.At,
	})
	_ = lines.CloseWithError(errors.New("the import ended"))
	written := <-exported
	if err == nil {
		err = written.err
	}
	return written.end, report, err
}

// compare reads both ends wholly, and refuses a difference.
func (p *program) compare(ctx context.Context, i *installation, source, target transfer.Store) (digest string, counts transfer.Counts, err error) {
	var digests [2]string
	var all [2]transfer.Counts
	bar := cli.NewStages[transfer.Stage](p.Program)
	defer bar.End()
	for at, end := range []store.Examined{source, target} {
		survey, err := end.Survey(ctx)
		if err != nil {
			return "", counts, err
		}
		digests[at], err = doctor.DigestOf(ctx, survey, i.keyring, func(done int) { bar.At(transfer.Comparing, done, 0) })
		if err == nil {
			all[at], err = countsOf(ctx, survey)
		}
		if err := errors.Join(err, survey.Close()); err != nil {
			return "", counts, err
		}
	}
	if digests[0] != digests[1] || all[0] != all[1] {
		return "", counts, cli.Refused(fmt.Sprintf("both ends differ: digest %s with %+v, and %s with %+v", digests[0], all[0], digests[1], all[1]),
			"the source is as it was; if something wrote to it meanwhile, empty the target and run this again")
	}
	return digests[0], all[0], nil
}

// countsOf counts what moves of a store: events of customers that live and were relayed,
// activities and deliveries. The bytes of documents were compared one by one.
func countsOf(ctx context.Context, survey store.Survey) (counts transfer.Counts, err error) {
	lives, waits := map[[12]byte]bool{}, map[[12]byte]bool{}
	damaged := func(d rows.Damage) { err = errors.Join(err, &d) }
	failed := errors.Join(
		survey.EachCustomer(ctx, func(c *customers.Customer) error {
			counts.Customers++
			lives[c.ID] = true
			for _, event := range c.Outbox {
				waits[event.ID] = true
			}
			return nil
		}, damaged),
		survey.EachEvent(ctx, func(e rows.LoggedEvent) error {
			if lives[e.Customer.ID] && !waits[e.ID] {
				counts.Events++
			}
			return nil
		}, damaged),
		survey.EachActivity(ctx, func(a customers.Activity) error {
			if lives[a.Customer.ID] {
				counts.Activities++
			}
			return nil
		}, damaged),
		survey.EachDelivery(ctx, func(rows.Delivery) error { counts.Deliveries++; return nil }, damaged),
	)
	return counts, errors.Join(err, failed)
}
