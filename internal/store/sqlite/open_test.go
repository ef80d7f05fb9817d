package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/keys"
	"tenantry/tenancy"
)

// Every file and directory that is created is for the owner alone, however open what was
// there is.
func TestFilesAreForTheOwnerAlone(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "a", "b?c%20#d")
	s := openAt(t, dir, 0)
	for path, want := range map[string]os.FileMode{dir: 0o700, dir + "/" + fileName: 0o600, dir + "/" + fileName + "-wal": 0o600} {
		t.Run(path, func(t *testing.T) {
			info, err := os.Stat(path)
			if err != nil || info.Mode().Perm() != want {
				t.Errorf("%s is %v (%v)", path, info, err)
			}
		})
	}
	if err := s.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir + "/" + fileName + "-wal"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the journal is left behind: %v", err)
	}
	if err := os.Chmod(dir+"/"+fileName, 0o644); err != nil {
		t.Fatal(err)
	}
	s = openAt(t, dir, 0)
	if info, err := os.Stat(dir + "/" + fileName); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file stays %v (%v)", info, err)
	}
	if err := s.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// The settings that the safety of data rests on are really in force.
func TestPragmas(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for pragma, want := range map[string]int64{"synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "mmap_size": 0, "query_only": 0} {
		t.Run(pragma, func(t *testing.T) {
			if got, _, err := e.writer.c.number(context.Background(), "PRAGMA "+pragma); err != nil || got != want {
				t.Errorf("%s is %d (%v)", pragma, got, err)
			}
		})
	}
	if mode := e.texts(t, 0, "PRAGMA journal_mode"); len(mode) != 1 || mode[0] != "wal" {
		t.Errorf("the journal mode is %v", mode)
	}
	err := e.read(context.Background(), "writing on a reader", func(c *conn) error {
		_, err := c.exec(context.Background(), "DELETE FROM customers")
		return err
	})
	if err == nil {
		t.Error("a reader can write")
	}
}

// A file of a newer program is refused in words that say what to do, and is left as it
// was.
func TestANewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openAt(t, dir, 0)
	err := s.writer.do(context.Background(), "testing", func(t *transaction) error {
		_, err := t.exec("PRAGMA user_version = 99")
		return err
	})
	if err := errors.Join(err, s.Close(context.Background())); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_, err = Open(context.Background(), Options{Dir: dir})
		if err == nil || !strings.Contains(err.Error(), "newer release") || !strings.Contains(err.Error(), "99") {
			t.Errorf("opening it gives %v", err)
		}
	}
}

// A file of a schema that was never released, whose number does not say what it has, is
// refused and left as it was; one of any later schema is migrated.
func TestAnUnreleasedSchemaIsRefused(t *testing.T) {
	t.Parallel()
	for version := range int64(Oldest) {
		if version == 0 { // an empty file
			continue
		}
		dir := t.TempDir()
		c, err := dial(t.Context(), PathIn(dir))
		for _, statement := range append(slices.Clone(first), fmt.Sprintf("PRAGMA user_version = %d", version)) {
			if err == nil {
				_, err = c.exec(t.Context(), statement)
			}
		}
		if err := errors.Join(err, c.close()); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			_, err = Open(t.Context(), Options{Dir: dir})
			if _, older := errors.AsType[*OlderError](err); !older || !strings.Contains(err.Error(), fmt.Sprintf("version %d,", version)) {
				t.Errorf("opening schema %d gives %v", version, err)
			}
		}
	}
}

// Without a usable directory, opening fails and says why.
func TestOpeningNowhere(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	damaged := t.TempDir()
	if err := os.WriteFile(filepath.Join(damaged, fileName), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", file, damaged} {
		t.Run(dir, func(t *testing.T) {
			if s, err := Open(context.Background(), Options{Dir: dir}); err == nil {
				t.Errorf("%q was opened: %v", dir, s.Close(context.Background()))
			}
		})
	}
}

// After Close every call is refused as unavailable, even for what is still in the cache,
// and closing again is not an error.
func TestAfterClose(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.shut()
	ctx := context.Background()
	calls := map[string]func() error{
		"Get":         func() error { _, err := e.Get(ctx, e.tenant.Ref()); return err },
		"GetAll":      func() error { _, err := e.GetAll(ctx, []tenancy.Ref{e.tenant.Ref()}); return err },
		"GetAnywhere": func() error { _, err := e.GetAnywhere(ctx, e.tenant.ID); return err },
		"Root":        func() error { _, err := e.Root(ctx); return err },
		"Insert":      func() error { return e.Insert(ctx, child(e.tenant, 1)) },
		"Replace":     func() error { return e.Replace(ctx, renamed(e.tenant, "x"), 1) },
		"List":        func() error { _, err := e.List(ctx, rows.Query{Under: e.tenant.ID, Limit: 1}); return err },
		"Walk":        func() error { _, err := e.Scan(ctx, tenancy.ID{}, 1); return err },
		"NoteKeyUse": func() error {
			return e.NoteKeyUse(ctx, customers.KeyUse{Customer: e.tenant.Ref(), At: map[string]time.Time{"1": opened}})
		},
		"TagKeys":     func() error { return e.TagKeys(ctx, e.tenant.Ref(), []keys.Tagged{{Number: 1, Kind: keys.Secret}}) },
		"Holder":      func() error { _, err := e.ReservationHolder(ctx, "x"); return err },
		"SweepClaims": func() error { _, err := e.SweepReservations(ctx, opened); return err },
		"Outboxes":    func() error { _, err := e.Outboxes(ctx, tenancy.AllSlots, 1); return err },
		"Events":      func() error { _, err := e.Events(ctx, rows.EventQuery{Limit: 1}); return err },
		"Ping":        func() error { return e.Ping(ctx) },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			if err := call(); !errors.Is(err, rows.ErrUnavailable) {
				t.Errorf("%s gives %v", name, err)
			}
		})
	}
	e.shut()
}

// Close waits for a running read, as long as its context allows.
func TestCloseWaitsForReads(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	begun, end := make(chan struct{}), make(chan struct{})
	read := make(chan error)
	go func() {
		read <- e.read(context.Background(), "testing", func(c *conn) error {
			close(begun)
			<-end
			_, _, err := c.number(context.Background(), "PRAGMA schema_version")
			return err
		})
	}()
	<-begun
	short, cancel := context.WithCancel(context.Background())
	cancel()
	if err := e.Close(short); !errors.Is(err, context.Canceled) {
		t.Errorf("closing gives %v while a read runs", err)
	}
	close(end)
	e.must(<-read)
	e.shut()
}

// A walk visits every living customer of every tenant once, in the order of ids.
func TestWalk(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	other := child(e.operator, 5)
	e.insert(other)
	want := map[tenancy.ID]bool{e.operator.ID: true, e.tenant.ID: true, other.ID: true}
	for seed := range uint64(20) {
		c := child(e.tenant, seed)
		e.insert(c)
		want[c.ID] = true
	}
	var after tenancy.ID
	for {
		rows, err := e.Scan(context.Background(), after, 4)
		e.must(err)
		if len(rows) == 0 {
			break
		}
		for _, c := range rows {
			if !want[c.ID] || after.String() >= c.ID.String() {
				t.Fatalf("%s came again or out of order", c.ID)
			}
			delete(want, c.ID)
			after = c.ID
		}
	}
	if len(want) > 0 {
		t.Errorf("%d customers were left out", len(want))
	}
}
