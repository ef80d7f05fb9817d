package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/rows"
	"tenantry/internal/backup"
	"tenantry/internal/config"
	"tenantry/internal/store/sqlite"
)

// mongoBackupHint says how a store in MongoDB is backed up.
const mongoBackupHint = "back MongoDB up with its own tools, such as mongodump or snapshots of its disks, and the key ring apart from it"

type backupCommand struct {
	Dest  string        `arg:"" help:"The file to make; with --every the directory of the backups." placeholder:"DEST"`
	Every time.Duration `help:"Go on making backups, one each DURATION such as 15m, until it is stopped." placeholder:"DURATION"`
	Keep  int           `help:"With --every: keep the newest N backups." default:"24" placeholder:"N"`
}

// Help explains what a backup is.
func (backupCommand) Help() string {
	return `Copies the SQLite store into DEST, beside a running service or without one, and verifies the
copy. DEST.manifest.json says what it holds and what its digest is; restore needs both files. The
key ring is never in a backup: keep a copy of it elsewhere. Nothing is overwritten. Never copy the
files of a running service by hand: what was acknowledged last may be missing from the copy.

With --every, backups are made as long as a service runs, under names that say when, and old ones
are removed; a failed one is told and tried again the next time.`
}

// leastEvery is the shortest time between two backups: their names tell seconds apart.
const leastEvery = time.Second

// Run makes one backup, or one after another.
func (c *backupCommand) Run(ctx context.Context, p *program) error {
	if err := p.Here(); err != nil {
		return err
	}
	settings, err := p.Settings(true)
	switch {
	case err != nil:
		return err
	case settings.UsesMongo():
		return cli.Refused("backups are made of SQLite stores only", mongoBackupHint)
	case c.Every != 0 && c.Every < leastEvery:
		return cli.Misused("--every is too short", "write it as 15m or 6h")
	case c.Keep < 1:
		return cli.Misused("--keep must be at least 1", "name how many backups to keep")
	}
	p.TellConfig(settings)
	dest, err := filepath.Abs(c.Dest)
	if err != nil {
		return fmt.Errorf("finding %s: %w", c.Dest, err)
	}
	if c.Every > 0 {
		return c.loop(ctx, p, settings, dest)
	}
	made, err := c.once(ctx, p, settings, dest)
	if err != nil {
		return err
	}
	return c.show(p, dest, made)
}

func (c *backupCommand) show(p *program, dest string, made backup.Manifest) error {
	if p.Flags.JSON {
		return p.PrintJSON(madeBackup{Path: dest, Manifest: made})
	}
	return p.Print("Backed up %s customers and %s events into %s (%s bytes, verified). It needs %s of ring %s.\n",
		term.Count(int(made.Counts.Customers)), term.Count(int(made.Counts.Events)), dest, term.Count(int(made.Bytes)), keysNamed(made.Keys), ringNamed(made.Ring))
}

// madeBackup is the JSON form of a backup.
type madeBackup struct {
	Path string `json:"path"`
	backup.Manifest
}

// once makes a backup: the running service does or, without one, this process.
func (c *backupCommand) once(ctx context.Context, p *program, s *config.Loaded, dest string) (made backup.Manifest, err error) {
	owned, err := p.take(ctx, s, opening{})
	if _, ok := errors.AsType[*datadir.TakenError](err); ok && isServed(ctx, s.Data) {
		return c.served(ctx, p, s, dest)
	}
	if err != nil {
		return made, err
	}
	defer func() { err = errors.Join(err, owned.Release()) }()
	return p.backUp(ctx, s, dest)
}

// backUp makes a backup of the store in a data directory that this process owns. It
// neither opens the store nor changes its schema.
func (p *program) backUp(ctx context.Context, s *config.Loaded, dest string) (backup.Manifest, error) {
	bar := cli.NewStages[backup.Stage](p.Program)
	defer bar.End()
	source := func(ctx context.Context, path string, progress sqlite.Progress) error {
		return sqlite.Copy(ctx, s.Data, path, progress)
	}
	made, err := backup.Take(ctx, source, dest, backup.Options{Program: cli.Version(), Now: p.Now, Progress: bar.At})
	if errors.Is(err, rows.ErrUnavailable) {
		err = &cli.Failure{Code: cli.ExitUnreachable, Text: "the backup cannot be made", Cause: err, Hint: "check that the disk of " + filepath.Dir(dest) + " has room, and that the store can be read"}
	}
	return made, err
}

// served has the running service make a backup.
func (c *backupCommand) served(ctx context.Context, p *program, s *config.Loaded, dest string) (made backup.Manifest, err error) {
	transport := socketTransport(s.Data)
	defer transport.CloseIdleConnections()
	reached := cli.LocalClient(transport, "the service in "+s.Data)
	bar := cli.NewStages[backup.Stage](p.Program)
	defer bar.End()
	const again = "run it again with a new name; nothing is left of this one"
	err = cli.Follow(ctx, reached, client.Request{Method: http.MethodPost, Path: backupPath, Query: url.Values{"path": {dest}}}, "the backup", again,
		func(step backupStep) (ended bool, err error) {
			switch {
			case step.Error != "":
				return false, cli.Refused(step.Error, step.Remedy)
			case step.Made != nil:
				made = *step.Made
				return true, nil
			}
			bar.At(step.Stage, step.Done, step.Total)
			return false, nil
		})
	return made, err
}

// loop makes backups into a directory until ctx ends.
func (c *backupCommand) loop(ctx context.Context, p *program, s *config.Loaded, dir string) error {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return cli.Misused("with --every, DEST must be a directory: "+dir, "make it first, with mode 0700, readable by the user of the service alone")
	}
	for {
		began := p.Now()
		if err := c.round(ctx, p, s, dir, began); err != nil && ctx.Err() == nil {
			p.Tell(fmt.Sprintf("tenantry: the backup failed: %s; the next one is tried at %s", cli.TextOf(err), began.Add(c.Every).UTC().Format(time.RFC3339)))
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(c.Every - p.Now().Sub(began)):
		}
	}
}

// round makes one backup of a series and removes those that are too many. Without a
// service nothing changes, and a service that is about to start must find the data
// directory free; so it then makes none.
func (c *backupCommand) round(ctx context.Context, p *program, s *config.Loaded, dir string, at time.Time) error {
	if !isServed(ctx, s.Data) {
		return cli.Refused("no service runs in "+s.Data, "")
	}
	dest := filepath.Join(dir, backup.NameAt(at))
	made, err := c.served(ctx, p, s, dest)
	if err != nil {
		return err
	}
	if err := c.show(p, dest, made); err != nil {
		return err
	}
	removed, err := backup.Prune(dir, made.Installation, c.Keep, p.Now())
	if len(removed) > 0 && !p.Flags.JSON {
		p.Tell(fmt.Sprintf("tenantry: removed %d backups that are too old to keep", len(removed)))
	}
	return err
}

// keysNamed names the keys of a ring: "key 2", "keys 1, 2".
func keysNamed(numbers []int64) string {
	switch len(numbers) {
	case 0:
		return "the keys"
	case 1:
		return fmt.Sprintf("key %d", numbers[0])
	}
	text := "keys "
	for at, number := range numbers {
		if at > 0 {
			text += ", "
		}
		text += fmt.Sprint(number)
	}
	return text
}

func ringNamed(name string) string {
	if name == "" {
		return "the installation"
	}
	return name
}
