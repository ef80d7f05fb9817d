package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/rs/zerolog"

	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/installed"
	"tenantry/internal/seal"
)

// How often a running service looks whether its files, its store and its key ring are still
// those that it began with: its own files cost nothing to look at, a server does.
const (
	watchFilesEvery  = time.Second
	watchServerEvery = 30 * time.Second
)

// watch looks every so often until ctx ends, and logs each change of what it finds once.
func (i *installation) watch(ctx context.Context, log zerolog.Logger) {
	every := watchServerEvery
	if !i.settings.UsesMongo() {
		every = watchFilesEvery
	}
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	said := ""
	for {
		select {
		case <-ticks.C:
			said = i.look(ctx, log, said)
		case <-ctx.Done():
			return
		}
	}
}

// look looks once and returns what it said.
func (i *installation) look(ctx context.Context, log zerolog.Logger, said string) string {
	err := i.intact(ctx)
	if ctx.Err() != nil {
		return said
	}
	says := ""
	if e, ok := errors.AsType[*fault.Error](err); ok {
		says = e.Text
	} else if err != nil {
		says = "the service is not ready"
	}
	switch {
	case says == said:
	case err != nil:
		log.Error().Err(err).Msg("not ready: " + says)
	default:
		log.Info().Msg("ready again")
	}
	return says
}

// intact returns nil while the files of the store, the store's document and the key ring
// are those of the installation, else why the service is not ready. Once files are gone
// the store itself refuses changes.
func (i *installation) intact(ctx context.Context) error {
	if i.owned != nil && i.owned.Replaced() {
		return rows.StoreFault(errors.Join(rows.ErrUnavailable, rows.ErrReplaced), "looking at the data directory")
	}
	if err := i.store.Ping(ctx); err != nil {
		return rows.StoreFault(err, "asking the store")
	}
	found, err := i.store.Installation(ctx)
	switch {
	case errors.Is(err, rows.ErrNotFound):
		return notReady(err, "the store no longer says which installation it belongs to; restore it and start again")
	case err != nil:
		return rows.StoreFault(err, "asking the store which installation it belongs to")
	case found.ID != i.facts.id() || found.Mode != string(i.settings.Mode):
		return notReady(errors.New("the store belongs to installation "+found.ID.String()+" of mode "+found.Mode),
			"the store now belongs to another installation; start again with the right one")
	}
	if !i.local.rotating.TryLock() {
		return nil // The ring and what is noted of it change one after the other.
	}
	defer i.local.rotating.Unlock()
	if err := installed.CheckRing(found, i.keyring.Ring(), "the ring in use"); err != nil {
		return notReady(err, "the key ring in use is no longer the one of the installation; start again with the right one")
	}
	if err := i.facts.checkRingFile(found); err != nil {
		return notReady(err, "the file of the key ring is missing or another one; restore it")
	}
	return nil
}

// checkRingFile looks at the file of the ring again if it changed: the next start would
// fail with a wrong one, and its values would be lost with this process.
func (d *facts) checkRingFile(found rows.Installation) error {
	if !d.settings.HasKeyringFile() {
		return nil
	}
	path := d.settings.KeyringFile()
	info, err := os.Stat(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil // That it cannot be looked at is no proof.
	}
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.ringFile != nil && os.SameFile(info, d.ringFile) && info.ModTime().Equal(d.ringFile.ModTime()) && info.Size() == d.ringFile.Size() {
		return nil
	}
	kept, err := seal.Open(path)
	if err == nil {
		err = installed.CheckRing(found, kept, path)
	}
	if err == nil {
		d.ringFile = info
	}
	return err
}

func notReady(cause error, text string) error {
	return fault.Wrap(cause, fault.Unavailable, fault.CodeUnavailable, text)
}
