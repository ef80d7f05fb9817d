package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/access"
	"tenantry/internal/config"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/sqlite"
)

// migrationPlan is what a migration would do.
type migrationPlan struct {
	Store string `json:"store"`
	// Schema is that of the store, and Writes the one of this program.
	Schema    int64 `json:"schema"`
	Writes    int64 `json:"writes"`
	Customers int64 `json:"customers"`
	// Steps lead from one schema to the other; Indexes are made in MongoDB.
	Steps   []sqlite.Step `json:"steps,omitempty"`
	Indexes []string      `json:"indexes,omitempty"`
	// Obsolete are the indexes that --drop-indexes would drop.
	Obsolete []string `json:"obsoleteIndexes,omitempty"`
	// Records are what is done to the customers of earlier builds.
	Records []string `json:"records,omitempty"`
	// Backup is the file of the backup that is made first, and Bytes what it takes.
	Backup string `json:"backup,omitempty"`
	Bytes  int64  `json:"bytes,omitempty"`
}

// plan says what this release would do to the store, also while a service runs.
func (c *migrateCommand) plan(ctx context.Context, p *program, s *config.Loaded) error {
	looked := c.lookSQLite
	if s.UsesMongo() {
		looked = c.lookMongo
	}
	plan, err := looked(ctx, p, s)
	if err != nil {
		return err
	}
	if plan.Schema > plan.Writes {
		return newerStore(fmt.Sprintf("the store has schema %d, and this program writes schema %d", plan.Schema, plan.Writes))
	}
	if p.Flags.JSON {
		return p.PrintJSON(plan)
	}
	return plan.show(p)
}

func (m migrationPlan) show(p *program) error {
	if err := p.Print("The %s store has schema %d and %s customers; tenantry %s writes schema %d.\n", m.Store, m.Schema, term.Count(int(m.Customers)), cli.Version(), m.Writes); err != nil {
		return err
	}
	if len(m.Obsolete) > 0 {
		err := p.Print("Earlier releases alone use the indexes %s: once none runs, `tenantry migrate --drop-indexes` drops them.\n", strings.Join(m.Obsolete, ", "))
		if err != nil {
			return err
		}
	}
	var lines []string
	for _, step := range m.Steps {
		lines = append(lines, fmt.Sprintf("schema %d: %s", step.Schema, step.Does))
	}
	for _, name := range m.Indexes {
		lines = append(lines, "make the index "+name)
	}
	lines = append(lines, m.Records...)
	if len(lines) == 0 {
		return p.Print("There is nothing to do.\n")
	}
	if m.Backup != "" {
		lines = append([]string{fmt.Sprintf("back the store up as %s (%s bytes)", m.Backup, term.Count(int(m.Bytes)))}, lines...)
	}
	for _, line := range lines {
		if err := p.Print("  %s\n", line); err != nil {
			return err
		}
	}
	return p.Print("Stop the service and run `tenantry migrate`. Interrupted, it is run again.\n")
}

// lookSQLite plans for the database in the data directory.
func (c *migrateCommand) lookSQLite(ctx context.Context, p *program, s *config.Loaded) (plan migrationPlan, err error) {
	file, err := look(ctx, s)
	if err != nil {
		return plan, err
	}
	if file == nil {
		return plan, nothingHere(s)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	facts, err := file.Facts(ctx)
	if err != nil {
		return plan, cli.Unreachable("the SQLite store cannot be read", storeHint(s), err)
	}
	if facts.Schema > 0 && facts.Schema < sqlite.Oldest {
		return plan, olderStore(&sqlite.OlderError{Found: facts.Schema})
	}
	plan = migrationPlan{Store: engineOf(s), Schema: facts.Schema, Writes: sqlite.Schema, Customers: facts.Counts.Customers, Steps: sqlite.Steps(facts.Schema)}
	for _, one := range access.Migrations() {
		done, err := file.Reserved(ctx, one.Done)
		if err != nil {
			return plan, err
		}
		if !done {
			plan.Records = append(plan.Records, one.Does)
		}
	}
	if backsUp(facts) && !c.NoBackup {
		plan.Backup = c.backupFile(p, s)
		for _, beside := range []string{"", "-wal"} {
			if info, err := os.Stat(sqlite.PathIn(s.Data) + beside); err == nil {
				plan.Bytes += info.Size()
			}
		}
	}
	return plan, nil
}

// drop drops the indexes that earlier releases alone used, also while a service runs.
func (c *migrateCommand) drop(ctx context.Context, p *program, s *config.Loaded) error {
	var dropped []string
	if s.UsesMongo() {
		var err error
		dropped, err = mongo.DropObsolete(ctx, mongoOptions(s))
		if errors.Is(err, mongo.ErrUnmigrated) {
			return cli.Refused(err.Error(), "run `tenantry migrate` of this release first")
		}
		if err != nil {
			return cli.Unreachable("the obsolete indexes cannot be dropped", storeHint(s), err)
		}
	}
	if p.Flags.JSON {
		return p.PrintJSON(map[string][]string{"droppedIndexes": append([]string{}, dropped...)})
	}
	if len(dropped) == 0 {
		return p.Print("There is nothing to do.\n")
	}
	return p.Print("Dropped the indexes %s.\n", strings.Join(dropped, ", "))
}

func mongoOptions(s *config.Loaded) mongo.Options {
	return mongo.Options{URI: s.Store.Mongo.URI, Database: s.Store.Mongo.Database, Timeout: s.Store.Mongo.Timeout}
}

// lookMongo plans for a database in MongoDB.
func (c *migrateCommand) lookMongo(ctx context.Context, _ *program, s *config.Loaded) (plan migrationPlan, err error) {
	var keys []string
	for _, one := range access.Migrations() {
		keys = append(keys, one.Done)
	}
	found, err := mongo.Inspect(ctx, mongoOptions(s), keys)
	if err != nil {
		return plan, cli.Unreachable("MongoDB cannot be opened", storeHint(s), err)
	}
	plan = migrationPlan{Store: engineOf(s), Schema: found.Schema, Writes: mongo.Schema, Customers: found.Customers, Indexes: found.MissingIndexes, Obsolete: found.ObsoleteIndexes}
	if found.Incomplete > 0 {
		plan.Records = append(plan.Records, fmt.Sprintf("add the searched members to %d customers of an earlier build", found.Incomplete))
	}
	for _, one := range access.Migrations() {
		if !slices.Contains(found.Reserved, one.Done) {
			plan.Records = append(plan.Records, one.Does)
		}
	}
	return plan, nil
}

// backsUp reports whether a store is one of an earlier build, which is backed up before it
// is migrated.
func backsUp(facts sqlite.Facts) bool {
	return facts.Schema < sqlite.Schema || facts.Installation == nil && facts.Counts.Customers > 0
}

// backUp makes a backup of the store of an earlier build, in the data directory that this
// process owns.
func (c *migrateCommand) backUp(ctx context.Context, p *program, s *config.Loaded) (err error) {
	if c.NoBackup || s.UsesMongo() {
		return nil
	}
	file, err := look(ctx, s)
	if err != nil || file == nil {
		return err
	}
	facts, err := file.Facts(ctx)
	if err := errors.Join(err, file.Close()); err != nil || facts.Schema > sqlite.Schema || !backsUp(facts) {
		return err
	}
	path := c.backupFile(p, s)
	if _, err := p.backUp(ctx, s, path); err != nil {
		return err
	}
	p.Tell("tenantry: backed the store up as " + path)
	return nil
}

// backupFile returns the path of the backup that is made before a migration: a new one
// each time that it is run again.
func (c *migrateCommand) backupFile(p *program, s *config.Loaded) string {
	if c.Backup != "" {
		return c.Backup
	}
	name := filepath.Join(s.Data, fmt.Sprintf("before-schema-%d-%s", sqlite.Schema, p.Now().UTC().Format("20060102T150405Z")))
	path := name + ".db"
	for n := 2; n < mostBackups; n++ {
		if _, err := os.Lstat(path); err != nil {
			break
		}
		path = fmt.Sprintf("%s-%d.db", name, n)
	}
	return path
}

// mostBackups bounds the names that are tried within one second.
const mostBackups = 100
