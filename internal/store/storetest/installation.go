package storetest

import (
	"errors"
	"sync"
	"sync/atomic"

	"tenantry/customers/rows"
)

// installed returns a document of an installation at a revision.
func (e *env) installed(revision int64) rows.Installation {
	return rows.Installation{
		ID: e.a.ID, Revision: revision, Mode: "live", Engine: "sqlite", Database: "tenantry", Schema: 7, Ring: "3f9a0c1277aa0b1c",
		Keys:   []rows.InstallationKey{{Number: revision, Proof: []byte{0, 0xff, byte(revision)}}, {Number: 1 << 31, Proof: []byte("sealed")}},
		Newest: 1 << 31, Created: opened,
	}
}

// installedAs ends the test unless the store has exactly this document.
func (e *env) installedAs(want rows.Installation) {
	e.Helper()
	found, err := e.store.Installation(e.Context())
	e.must(err, "reading the installation")
	if diff := Diff(want, found); diff != "" {
		e.Fatalf("the installation differs (-want +got):\n%s", diff)
	}
}

func installing() []guarantee {
	return []guarantee{
		{"a store has no installation until one is written, and then exactly that one", func(e *env) {
			_, err := e.store.Installation(e.Context())
			e.refused(err, rows.ErrNotFound, "reading an installation that was not written")
			e.refused(e.store.SetInstallation(e.Context(), e.installed(2)), rows.ErrStale, "writing a second revision first")
			e.must(e.store.SetInstallation(e.Context(), e.installed(1)), "writing")
			e.installedAs(e.installed(1))
		}},
		{"an installation is written over the revision before it alone", func(e *env) {
			e.must(e.store.SetInstallation(e.Context(), e.installed(1)), "writing")
			other := e.installed(1)
			other.ID = e.b.ID
			e.refused(e.store.SetInstallation(e.Context(), other), rows.ErrStale, "writing another first one")
			e.refused(e.store.SetInstallation(e.Context(), e.installed(3)), rows.ErrStale, "skipping a revision")
			e.must(e.store.SetInstallation(e.Context(), e.installed(2)), "writing the next")
			e.refused(e.store.SetInstallation(e.Context(), e.installed(2)), rows.ErrStale, "writing it again")
			e.installedAs(e.installed(2))
		}},
		{"of several writers of one revision one succeeds", func(e *env) {
			const writers = 8
			for revision := range int64(3) {
				var won atomic.Int64
				var all sync.WaitGroup
				for range writers {
					all.Go(func() {
						err := e.store.SetInstallation(e.Context(), e.installed(revision+1))
						if err == nil {
							won.Add(1)
						} else if !errors.Is(err, rows.ErrStale) {
							e.Errorf("writing revision %d: %v", revision+1, err)
						}
					})
				}
				all.Wait()
				if won.Load() != 1 {
					e.Fatalf("%d writers of revision %d succeeded", won.Load(), revision+1)
				}
			}
			e.installedAs(e.installed(3))
		}},
	}
}
