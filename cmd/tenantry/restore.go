package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/backup"
	"tenantry/internal/config"
	"tenantry/internal/doctor"
	"tenantry/internal/installed"
	"tenantry/internal/seal"
	"tenantry/internal/store/sqlite"
)

type restoreCommand struct {
	Src   string `arg:"" help:"The backup that \"tenantry backup\" made." placeholder:"SRC"`
	Check bool   `help:"Change nothing: verify the backup, and open every sealed field with the key ring."`
}

// Help explains what is verified and what a restore brings back.
func (restoreCommand) Help() string {
	return `Puts a backup into an empty data directory, once its digest, its structure and the key ring
are found right: put the key ring of the installation where the settings say first. Interrupted, it
leaves no database, and is run again. What was acknowledged after the backup was made is lost, and
what ended since then is back: keys revoked later work again.

With --check it is the drill: run it regularly, on another machine, against your newest backup.`
}

// Run restores a backup, or verifies it.
func (c *restoreCommand) Run(ctx context.Context, p *program) error {
	if err := p.Here(); err != nil {
		return err
	}
	settings, err := p.Settings(false)
	if err != nil {
		return err
	}
	if settings.UsesMongo() {
		return cli.Refused("backups are restored into SQLite stores only", mongoBackupHint)
	}
	p.TellConfig(settings)
	known, err := findCopy(settings)
	if err != nil {
		return err
	}
	held, err := p.keyring(ctx, settings, false, false)
	if err != nil {
		return err
	}
	fit := &fitting{settings: settings, known: known, ring: held}
	if c.Check {
		return c.check(ctx, p, fit)
	}
	return c.restore(ctx, p, fit)
}

func (c *restoreCommand) restore(ctx context.Context, p *program, fit *fitting) (err error) {
	s := fit.settings
	owned, err := p.own(ctx, s.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, owned.Release()) }()
	bar := cli.NewStages[backup.Stage](p.Program)
	m, err := backup.Restore(ctx, c.Src, owned.Path(), besideDatabase(s), fit.approve, bar.At)
	bar.End()
	if err != nil {
		return err
	}
	if i := fit.facts.Installation; i != nil {
		// From now on an empty store in its place is refused.
		if _, err := (&facts{settings: s, document: *i}).keepCopy(); err != nil {
			return err
		}
	}
	if p.Flags.JSON {
		return p.PrintJSON(restored{Data: owned.Path(), Manifest: m})
	}
	return p.Print("Restored %s customers and %s events, as of %s, into %s. Run `tenantry doctor`, then start the service.\n",
		term.Count(int(m.Counts.Customers)), term.Count(int(m.Counts.Events)), m.Taken.Format("2006-01-02 15:04:05 UTC"), owned.Path())
}

// restored is the JSON form of a restore.
type restored struct {
	Data string `json:"data"`
	backup.Manifest
}

// checked is the JSON form of a drill.
type checked struct {
	backup.Manifest
	Sealed     doctor.Sealed `json:"sealed"`
	Unreadable int64         `json:"unreadable"`
}

func (c *restoreCommand) check(ctx context.Context, p *program, fit *fitting) error {
	bar := cli.NewStages[backup.Stage](p.Program)
	m, err := backup.Check(ctx, c.Src, fit.approve, bar.At)
	var found checked
	if err == nil {
		found, err = fit.open(ctx, c.Src, bar.At)
	}
	bar.End()
	if err != nil {
		return err
	}
	found.Manifest = m
	if p.Flags.JSON {
		err = p.PrintJSON(found)
	} else {
		err = c.show(p, found)
	}
	if err != nil || found.Unreadable == 0 && found.Sealed.Whole() {
		return err
	}
	text := fmt.Sprintf("%d records cannot be read, %d sealed values do not open, %d files are missing", found.Unreadable, found.Sealed.Unopened, found.Sealed.Missing)
	if first := found.Sealed.Faults(); first != "" {
		text += ": " + first
	}
	return cli.Refused(text, "keep your older backups, and run `tenantry doctor` on the store that this one was made of")
}

func (c *restoreCommand) show(p *program, found checked) error {
	var r term.Record
	count := func(name string, n int64) { r.Add(name, term.Count(int(n)), term.Plain) }
	r.Add("taken", found.Taken.Format("2006-01-02 15:04:05 UTC"), term.Plain)
	if !found.Installation.IsZero() {
		r.Add("installation", found.Installation.String()+" ("+found.Mode+")", term.Plain)
	}
	count("schema", found.Schema)
	count("customers", found.Counts.Customers)
	count("events", found.Counts.Events)
	count("activities", found.Counts.Activities)
	count("files", found.Counts.Files)
	count("sealed values", found.Sealed.Values+found.Sealed.Files)
	r.Add("keys", found.Sealed.Keys(), term.Plain)
	if err := r.Write(p.Stdout, p.Printer); err != nil || found.Unreadable > 0 || !found.Sealed.Whole() {
		return err
	}
	return p.Print("The backup is whole, and the key ring opens all of it.\n")
}

// besideDatabase names what else may lie in a data directory that is restored into.
func besideDatabase(s *config.Loaded) []string {
	list := []string{"lock", "admin.sock", "admin.addr", "lost+found", filepath.Base(installed.FileOf(keyringName))}
	if s.HasKeyringFile() {
		name := filepath.Base(s.KeyringFile())
		list = append(list, name, installed.FileOf(name))
	}
	return list
}

// fitting decides whether a backup belongs to the key ring and the settings.
type fitting struct {
	settings *config.Loaded
	known    *copied
	ring     *seal.Ring
	// facts are those of the backup that was approved.
	facts sqlite.Facts
}

// approve implements backup.Approve.
func (f *fitting) approve(ctx context.Context, facts sqlite.Facts, path string) error {
	f.facts = facts
	source := ringSource(f.settings)
	i := facts.Installation
	if i == nil {
		// A store of an earlier build does not say which ring it needs.
		found, err := f.open(ctx, path, func(backup.Stage, int, int) {})
		if err == nil && found.Sealed.Unopened > 0 {
			err = &installed.MismatchError{
				Text:   fmt.Sprintf("%s does not open %d of %d sealed values of the backup", source, found.Sealed.Unopened, found.Sealed.Values+found.Sealed.Files),
				Remedy: "restore the key ring of this installation from your copy, or name it by seal.keyring_file",
			}
		}
		return err
	}
	if f.known != nil && f.known.ID != i.ID {
		return &installed.MismatchError{
			Text:   fmt.Sprintf("the backup is that of installation %s, and %s that of installation %s", i.ID, f.known.path, f.known.ID),
			Remedy: "name the backup and the key ring (seal.keyring_file) of one installation",
		}
	}
	if err := installed.CheckSettings(*i, wantedOf(f.settings), "the backup"); err != nil {
		return err
	}
	return installed.CheckRing(*i, f.ring, source)
}

// openingSealed is a stage of a drill.
const openingSealed backup.Stage = "opening"

// open opens every sealed value of the database at path.
func (f *fitting) open(ctx context.Context, path string, progress backup.Progress) (found checked, err error) {
	customersOf, err := sqlite.OpenFile(ctx, path)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, customersOf.Close()) }()
	filesOf, err := sqlite.OpenFile(ctx, path)
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, filesOf.Close()) }()
	done := 0
	damaged := func(rows.Damage) { found.Unreadable++ }
	err = customersOf.EachCustomer(ctx, func(c *customers.Customer) error {
		done++
		progress(openingSealed, done, int(f.facts.Counts.Customers))
		return found.Sealed.Open(ctx, c, f.ring, filesOf)
	}, damaged)
	if err != nil {
		return found, err
	}
	err = errors.Join(
		customersOf.EachEvent(ctx, func(rows.LoggedEvent) error { return nil }, damaged),
		customersOf.EachActivity(ctx, func(customers.Activity) error { return nil }, damaged),
		customersOf.EachReservation(ctx, func(rows.Reservation) error { return nil }, damaged),
		customersOf.EachDelivery(ctx, func(rows.Delivery) error { return nil }, damaged),
	)
	return found, err
}
