package main

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"path/filepath"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/internal/backup"
	"tenantry/internal/store/sqlite"
)

// backupPath is the route that makes a backup.
const backupPath = "/local/backup"

// backupStep is one line of the answer of a backup: how far it is, or how it ended.
type backupStep struct {
	Stage  backup.Stage     `json:"stage,omitempty"`
	Done   int              `json:"done,omitempty"`
	Total  int              `json:"total,omitempty"`
	Made   *backup.Manifest `json:"made,omitempty"`
	Error  string           `json:"error,omitempty"`
	Remedy string           `json:"remedy,omitempty"`
}

// copies is a store that copies itself while it is written to.
type copies interface {
	Backup(ctx context.Context, path string, progress sqlite.Progress) error
}

// backup makes a backup at an absolute path and writes a line for each step. If the caller
// goes away it stops, and leaves nothing.
func (l *localRoutes) backup(w http.ResponseWriter, r *http.Request) {
	path := r.URL.Query().Get("path")
	source, ok := l.store.(copies)
	switch {
	case !filepath.IsAbs(path):
		w.WriteHeader(http.StatusBadRequest)
		l.answer(w, backupStep{Error: "path must be absolute"})
		return
	case !ok:
		w.WriteHeader(http.StatusConflict)
		l.answer(w, backupStep{Error: "the service keeps its customers in MongoDB", Remedy: mongoBackupHint})
		return
	case !l.copying.TryLock():
		w.WriteHeader(http.StatusConflict)
		l.answer(w, backupStep{Error: "a backup is being made already", Remedy: "try again when it has ended"})
		return
	}
	made, err := l.backupAlone(r.Context(), source, path, func(stage backup.Stage, done, total int) {
		l.answer(w, backupStep{Stage: stage, Done: done, Total: total})
	})
	if err != nil {
		l.answer(w, failedBackup(err))
		return
	}
	l.answer(w, backupStep{Made: &made})
}

// backupAlone makes the backup and frees the lock before the last line is written.
func (l *localRoutes) backupAlone(ctx context.Context, source copies, path string, progress backup.Progress) (backup.Manifest, error) {
	defer l.copying.Unlock()
	made, err := backup.Take(ctx, source.Backup, path, backup.Options{Program: cli.Version(), Now: l.now, Progress: progress})
	if err == nil {
		l.copied.Store(made.Taken.Unix())
	}
	return made, err
}

// failedBackup returns the last line of a backup that failed.
func failedBackup(err error) backupStep {
	last := backupStep{Error: err.Error()}
	if refusal, ok := errors.AsType[*backup.Refusal](err); ok {
		last.Remedy = refusal.Remedy
	} else if errors.Is(err, fs.ErrPermission) {
		last.Remedy = "the running service writes the backup: name a directory that its user may write to"
	}
	return last
}
