package main

import (
	"net/http"
	"os"
	"path/filepath"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/internal/doctor"
	"tenantry/internal/installed"
	"tenantry/internal/store/sqlite"
)

// doctorPath is the route that examines the installation.
const doctorPath = "/local/doctor"

// doctorStep is one line of the answer of an examination: how far it is, what a check
// found, or how it ended.
type doctorStep struct {
	Work    string          `json:"work,omitempty"`
	Done    int             `json:"done,omitempty"`
	Finding *doctor.Finding `json:"finding,omitempty"`
	Report  *doctor.Report  `json:"report,omitempty"`
	Error   string          `json:"error,omitempty"`
}

// doctor examines the installation and writes a line for each finding.
func (l *localRoutes) doctor(w http.ResponseWriter, r *http.Request) {
	if !l.examining.TryLock() {
		w.WriteHeader(http.StatusConflict)
		l.answer(w, doctorStep{Error: "the installation is being examined already"})
		return
	}
	report, err := l.examine(r, func(step doctorStep) { l.answer(w, step) })
	if err != nil {
		l.answer(w, doctorStep{Error: err.Error()})
		return
	}
	l.answer(w, doctorStep{Report: &report})
}

// examine runs the checks and frees the lock before the last line is written.
func (l *localRoutes) examine(r *http.Request, tell func(doctorStep)) (doctor.Report, error) {
	defer l.examining.Unlock()
	store, ok := l.store.(doctor.Store)
	if !ok {
		return doctor.Report{}, cli.Refused("this engine cannot be examined", "")
	}
	// The ring as it is when the survey begins: what a rotation drops later opens until the
	// end.
	ring := l.keyring.Ring()
	o := doctor.Options{
		Store: store, Opener: ring, Current: ring.Current(),
		Relay: l.service.Relay.RelayEvents, Intact: l.intact, Places: places(l.installation), Serving: l.serves,
		Fix: r.URL.Query().Get("fix") == "true", Digest: r.URL.Query().Get("digest") == "true", Now: l.now,
		Progress: func(work string, done int) { tell(doctorStep{Work: work, Done: done}) },
	}
	if !l.settings.UsesMongo() {
		o.Disk = l.settings.Data
		for _, beside := range []string{"", "-wal"} {
			if info, err := os.Stat(sqlite.PathIn(l.settings.Data) + beside); err == nil {
				o.Size += info.Size()
			}
		}
	}
	return doctor.Examine(r.Context(), o, func(f doctor.Finding) { tell(doctorStep{Finding: &f}) })
}

// places returns the files whose modes matter.
func places(i *installation) []doctor.Place {
	data := i.settings.Data
	list := []doctor.Place{{Path: data, Most: 0o755}}
	private := []string{filepath.Join(data, "lock"), filepath.Join(data, "admin.sock"), installed.FileOf(filepath.Join(data, keyringName))}
	if !i.settings.UsesMongo() {
		for _, beside := range []string{"", "-wal", "-shm"} {
			private = append(private, sqlite.PathIn(data)+beside)
		}
	}
	if i.settings.HasKeyringFile() {
		private = append(private, i.settings.KeyringFile())
	}
	for _, path := range private {
		list = append(list, doctor.Place{Path: path, Most: 0o600})
	}
	return list
}
