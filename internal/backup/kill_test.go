package backup_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tenantry/internal/backup"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/testkit"
)

// The variables that make a process of the test binary the one to be killed.
const (
	killedWork = "TENANTRY_TEST_BACKUP_WORK"
	killedFrom = "TENANTRY_TEST_BACKUP_FROM"
	killedTo   = "TENANTRY_TEST_BACKUP_TO"
)

func TestMain(m *testing.M) {
	if work := os.Getenv(killedWork); work != "" {
		if err := workUntilKilled(work, os.Getenv(killedFrom), os.Getenv(killedTo)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// workUntilKilled backs up or restores, and prints a line for each step.
func workUntilKilled(work, from, to string) error {
	step := func(stage backup.Stage, done, total int) { fmt.Println(stage, done, total) }
	if work == "restore" {
		_, err := backup.Restore(context.Background(), from, to, nil, approved, step)
		return err
	}
	source := func(ctx context.Context, path string, progress sqlite.Progress) error {
		return sqlite.Copy(ctx, from, path, progress)
	}
	_, err := backup.Take(context.Background(), source, to, backup.Options{Program: "test", Now: time.Now, Progress: step})
	return err
}

// killed runs the work in a process of its own and kills it after some lines; it reports
// whether it had ended before.
func killed(t *testing.T, work, from, to string, lines int) (ended bool) {
	t.Helper()
	return testkit.KilledAfter(t, lines, killedWork+"="+work, killedFrom+"="+from, killedTo+"="+to)
}

// A backup that is killed at any point is either whole or none, harms the store in no
// way, and is made anew.
func TestAKilledBackup(t *testing.T) {
	t.Parallel()
	i := begin(t, 1500)
	i.must(i.store.Close(t.Context()))
	dir := t.TempDir()
	whole := 0
	for round := range 8 {
		path := filepath.Join(dir, fmt.Sprintf("%d.db", round))
		killed(t, "backup", i.dir, path, round)
		if _, err := os.Stat(backup.ManifestOf(path)); err == nil {
			whole++
			if _, err := backup.Check(t.Context(), path, approved, unwatched); err != nil {
				t.Errorf("round %d: the backup has a manifest, and is not whole: %v", round, err)
			}
		} else if _, err := backup.Check(t.Context(), path, approved, unwatched); err == nil {
			t.Errorf("round %d: a backup without a manifest was taken for one", round)
		}
	}
	if whole == 8 {
		t.Error("no round was killed in time")
	}
	path := filepath.Join(dir, "last.db")
	if !killed(t, "backup", i.dir, path, 1<<20) {
		t.Fatal("the last backup did not end")
	}
	m, err := backup.Check(t.Context(), path, approved, unwatched)
	if err != nil || m.Counts.Customers != 1501 {
		t.Errorf("%+v, %v", m, err)
	}
}

// A restore that is killed at any point leaves no database or the whole one, and is run
// again.
func TestAKilledRestore(t *testing.T) {
	t.Parallel()
	i := begin(t, 1500)
	path, m := i.take(t.TempDir(), "one.db")
	whole := 0
	for round := range 8 {
		data := t.TempDir()
		killed(t, "restore", path, data, round*20)
		if _, err := os.Stat(sqlite.PathIn(data)); err == nil {
			whole++
		} else if !killed(t, "restore", path, data, 1<<20) {
			t.Fatalf("round %d: it cannot be run again; the directory has %s", round, names(t, data))
		}
		f, err := sqlite.OpenFile(t.Context(), sqlite.PathIn(data))
		i.must(err)
		i.must(f.Integrity(t.Context()))
		facts, err := f.Facts(t.Context())
		if err != nil || facts.Counts != m.Counts {
			t.Errorf("round %d: %+v, %v", round, facts, err)
		}
		i.must(f.Close())
		info, err := os.Stat(sqlite.PathIn(data))
		if err != nil || info.Size() != m.Bytes {
			t.Errorf("round %d: %v, %v", round, info, err)
		}
	}
	if whole == 8 {
		t.Error("no round was killed in time")
	}
}
