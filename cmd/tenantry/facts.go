package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/ring"
	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/config"
	"tenantry/internal/installed"
	"tenantry/internal/seal"
	"tenantry/internal/store"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/sqlite"
	"tenantry/keys"
	"tenantry/tenancy"
)

// wantedOf returns what the settings say of the installation.
func wantedOf(s *config.Loaded) installed.Wanted {
	wanted := installed.Wanted{Mode: string(s.Mode), Engine: engineOf(s), Schema: sqlite.Schema}
	if s.UsesMongo() {
		wanted.Database, wanted.Schema = s.Store.Mongo.Database, mongo.Schema
	}
	return wanted
}

// copiesOf returns where the copy of the installation's document may be: beside the key
// ring or, where nothing can be written there, in the data directory.
func copiesOf(s *config.Loaded) []string {
	list := []string{installed.FileOf(s.KeyringFile())}
	if inData := installed.FileOf(filepath.Join(s.Data, keyringName)); inData != list[0] {
		list = append(list, inData)
	}
	return list
}

// keyringName is the key ring within the data directory, unless a setting says otherwise.
const keyringName = "keyring.json"

// copied is the copy of the document that was found, with its path.
type copied struct {
	rows.Installation
	path string
}

// findCopy returns the copy of the installation's document, nil if there is none yet.
func findCopy(s *config.Loaded) (*copied, error) {
	for _, path := range copiesOf(s) {
		found, err := installed.Read(path)
		switch {
		case err == nil:
			return &copied{Installation: found, path: path}, nil
		case errors.Is(err, fs.ErrNotExist):
		default:
			return nil, &cli.Failure{Code: cli.ExitMisused, Text: "what this installation is cannot be read", Cause: err,
				Hint: "let this user read it (mode 0600)"}
		}
	}
	return nil, nil //nolint:nilnil // having none is no fault
}

// preflight refuses, before anything is opened or made, what the copy beside the key ring
// shows to be wrong. promotes is true for the command that changes the mode.
func preflight(s *config.Loaded, mayBeEmpty, promotes bool) (*copied, error) {
	known, err := findCopy(s)
	if err != nil {
		return nil, err
	}
	if known != nil {
		wanted := wantedOf(s)
		if promotes {
			wanted.Mode = known.Mode
		}
		if err := installed.CheckSettings(known.Installation, wanted, known.path); err != nil {
			return nil, err
		}
	}
	if s.UsesMongo() {
		return known, nil
	}
	switch there, err := sqlite.Exists(s.Data); {
	case err != nil:
		return nil, cli.Unreachable("the SQLite store cannot be opened", storeHint(s), err)
	case there:
		return known, nil
	case known != nil:
		return nil, lostStore(s, known)
	case !mayBeEmpty:
		return nil, nothingHere(s)
	}
	return nil, nil //nolint:nilnil // an installation that begins has no copy
}

// lostStore refuses an empty store where there was one with customers.
func lostStore(s *config.Loaded, known *copied) error {
	where := "the database in " + s.Data + " is missing or empty"
	if s.UsesMongo() {
		where = "the database " + s.Store.Mongo.Database + " in MongoDB is empty"
	}
	return cli.Misused(fmt.Sprintf("%s, and %s says that installation %s has one since %s", where, known.path, known.ID, known.Created.Format(time.DateOnly)),
		"restore it from your backup, or name the right place by data or store.mongo.uri; to begin a new installation, name another directory "+
			"with --data and another key ring")
}

// facts is what an open installation knows of itself. It is safe for concurrent use.
type facts struct {
	store    store.Store
	settings *config.Loaded
	held     *ring.Holder
	mutex    sync.Mutex
	// document is what the store holds; its revision is 0 until it is written.
	document rows.Installation
	// adopted is true if an installation of an earlier build was noted by this process.
	adopted bool
	// ringFile is the key ring's file as it was last found to be right.
	ringFile os.FileInfo
}

// identified sets the key ring of an installation and what it knows of itself.
func (p *program) identified(ctx context.Context, i *installation, known *copied, how opening) error {
	var found *rows.Installation
	switch stored, err := i.store.Installation(ctx); {
	case err == nil:
		found = &stored
	case !errors.Is(err, rows.ErrNotFound):
		return cli.Unreachable("the store does not answer", storeHint(i.settings), err)
	}
	made, err := p.keyring(ctx, i.settings, i.empty && found == nil, how.makeKeyring)
	if err != nil {
		return err
	}
	i.keyring = ring.Hold(made)
	if i.facts, err = p.identify(ctx, i, known, found, how.promotes); err != nil || !how.adopts {
		return err
	}
	if err := i.facts.adopt(ctx); err != nil || i.empty {
		return err
	}
	_, err = i.facts.keepCopy()
	return err
}

// ringSource names where the key ring comes from.
func ringSource(s *config.Loaded) string {
	switch {
	case s.HasKeyringFile():
		return s.KeyringFile()
	case len(s.Seal.KeyringCommand) > 0:
		return "the key ring that seal.keyring_command prints"
	default:
		return "the key ring in the environment"
	}
}

// identify finds out whether an opened store, a ring and the settings belong together.
// found is the store's document, nil if it has none.
func (p *program) identify(ctx context.Context, i *installation, known *copied, found *rows.Installation, promotes bool) (*facts, error) {
	made := i.keyring.Ring()
	id := &facts{store: i.store, settings: i.settings, held: i.keyring}
	source := ringSource(i.settings)
	switch {
	case found != nil:
		if known != nil && known.ID != found.ID {
			return nil, &installed.MismatchError{
				Text:   fmt.Sprintf("the store is that of installation %s, and %s that of installation %s", found.ID, known.path, known.ID),
				Remedy: "name the store and the key ring (seal.keyring_file) of one installation",
			}
		}
		wanted := wantedOf(i.settings)
		if promotes {
			wanted.Mode = found.Mode
		}
		if err := installed.CheckSettings(*found, wanted, "the store"); err != nil {
			return nil, err
		}
		id.document = *found
	case known != nil && !promotes:
		id.document = known.Installation
		id.document.Revision = 0
	case promotes:
		return nil, cli.Misused("this store does not yet say which installation it belongs to", "run `tenantry migrate` once with mode set to sandbox, as before")
	default:
		fresh, err := installed.New(wantedOf(i.settings), made, p.Now(), p.Random)
		if err != nil {
			return nil, err
		}
		id.document, id.adopted = fresh, !i.empty
	}
	if err := installed.CheckRing(id.document, made, source); err != nil {
		return nil, err
	}
	if found == nil && !i.empty {
		if err := p.fits(ctx, i, source); err != nil {
			return nil, err
		}
	}
	return id, nil
}

// fits refuses, for a store that does not say what it is, a mode that is not that of the
// operator's keys and a ring that opens nothing of what is sealed.
func (p *program) fits(ctx context.Context, i *installation, source string) error {
	root, err := i.store.Root(ctx)
	if err != nil {
		return cli.Unreachable("the store does not answer", storeHint(i.settings), err)
	}
	if mode := modeOf(root); mode != "" && mode != i.settings.Mode {
		remedy := "set mode to live (TENANTRY_MODE), or name the configuration file with --config; a live installation never becomes a sandbox"
		if mode == config.Sandbox {
			remedy = "set mode to sandbox; or begin a live installation in another directory; or run `tenantry promote`"
		}
		return &installed.MismatchError{
			Text:   fmt.Sprintf("the keys of the operator are of %s mode, and mode is %s", mode, i.settings.Mode),
			Remedy: remedy,
		}
	}
	opened, err := opens(ctx, i.store, i.keyring)
	if err != nil {
		return cli.Unreachable("the store does not answer", storeHint(i.settings), err)
	}
	if !opened {
		return &installed.MismatchError{
			Text:   fmt.Sprintf("%s opens nothing of what this store has sealed", source),
			Remedy: "restore the key ring of this installation from your copy, or name it by seal.keyring_file; no other ring opens what it sealed",
		}
	}
	return nil
}

// modeOf returns the mode of the newest key of the operator that was not revoked, else of
// its newest; empty if it never had one.
func modeOf(root *customers.Customer) config.Mode {
	var mode config.Mode
	live := false
	for _, entry := range root.Keys {
		if live && entry.Revoked != nil {
			continue
		}
		live = live || entry.Revoked == nil
		mode = config.Sandbox
		if entry.Mode == keys.Live {
			mode = config.Live
		}
	}
	return mode
}

// The sealed values that are tried before a ring counts as the right one, and the
// customers that are looked through for them.
const (
	triedValues    = 20
	triedCustomers = 2000
)

// opens reports whether a ring opens a sealed value of the store, or finds none to open.
func opens(ctx context.Context, s store.Store, sealer *ring.Holder) (bool, error) {
	var after tenancy.ID
	tried := 0
	const batch = 100
	for range triedCustomers / batch {
		list, err := s.Scan(ctx, after, batch)
		if err != nil {
			return false, err
		}
		opened := false
		for _, c := range list {
			c.EachSealed(func(part tenancy.ID, kind string, value *customers.Sealed) *customers.Sealed {
				_, err := sealer.Unseal(c.Ref(), part, kind, value.Box)
				opened = opened || err == nil
				tried++
				return value
			})
			after = c.ID
		}
		if opened || len(list) < batch || tried >= triedValues {
			return opened || tried == 0, nil
		}
	}
	return tried == 0, nil
}

// id returns the id of the installation.
func (d *facts) id() tenancy.ID {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.document.ID
}

// current returns the document of the installation.
func (d *facts) current() rows.Installation {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.document
}

// mode returns the mode of the installation.
func (d *facts) mode() string {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	return d.document.Mode
}

// adopt writes what was found into the store, if it differs from what is there. A ring
// may have keys that are no longer needed: only the one that seals is added.
func (d *facts) adopt(ctx context.Context) error {
	return d.change(ctx, func(i rows.Installation) (rows.Installation, error) {
		i.Schema = max(i.Schema, wantedOf(d.settings).Schema)
		if held := d.held.Ring(); !installed.Needs(i, held.Current()) {
			return installed.WithKeys(i, held)
		}
		return i, nil
	})
}

// change writes a change of the document, unless it changes nothing. If another process
// wrote it meanwhile the change is made to what that wrote, once it is found right.
func (d *facts) change(ctx context.Context, amend func(rows.Installation) (rows.Installation, error)) error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	for {
		next, err := amend(d.document)
		if err != nil {
			return err
		}
		if d.document.Revision > 0 && sameInstallation(next, d.document) {
			return nil
		}
		next.Revision = d.document.Revision + 1
		err = d.store.SetInstallation(ctx, next)
		if err == nil {
			d.document = next
			return nil
		}
		if !errors.Is(err, rows.ErrStale) {
			return fmt.Errorf("noting what the installation is: %w", err)
		}
		if d.document, err = d.store.Installation(ctx); err != nil {
			return fmt.Errorf("reading what the installation is: %w", err)
		}
		if err := installed.CheckRing(d.document, d.held.Ring(), "the key ring of this process"); err != nil {
			return err
		}
	}
}

func sameInstallation(a, b rows.Installation) bool {
	if len(a.Keys) != len(b.Keys) || a.Mode != b.Mode || a.Schema != b.Schema || a.Newest != b.Newest {
		return false
	}
	for at := range a.Keys {
		if a.Keys[at].Number != b.Keys[at].Number {
			return false
		}
	}
	return true
}

// keepCopy writes the copy beside the key ring, of a store that has an operator: from
// then on an empty store in its place is refused.
func (d *facts) keepCopy() (path string, err error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	for _, path = range copiesOf(d.settings) {
		err = installed.Write(path, d.document)
		if !errors.Is(err, fs.ErrPermission) && !errors.Is(err, syscall.EROFS) && !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	if err != nil {
		return "", fmt.Errorf("noting what this installation is beside its key ring: %w", err)
	}
	return path, nil
}

// Reserve implements ring.Record.
func (d *facts) Reserve(ctx context.Context, held *seal.Ring) (uint32, error) {
	found, err := d.store.Installation(ctx)
	if err == nil {
		err = installed.CheckRing(found, held, "the ring in use")
	}
	if err != nil && !errors.Is(err, rows.ErrNotFound) {
		return 0, err
	}
	var taken uint32
	err = d.change(ctx, func(i rows.Installation) (rows.Installation, error) {
		i, err := installed.WithKeys(i, held)
		taken = installed.Newest(i)
		i.Newest++
		return i, err
	})
	return taken, err
}

// Note implements ring.Record.
func (d *facts) Note(ctx context.Context, kept *seal.Ring) error {
	err := d.change(ctx, func(i rows.Installation) (rows.Installation, error) { return installed.WithKeys(i, kept) })
	if err == nil {
		_, err = d.keepCopy()
	}
	return err
}

var _ ring.Record = (*facts)(nil)
