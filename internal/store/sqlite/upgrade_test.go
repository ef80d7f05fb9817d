package sqlite

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// The variables that make a process of the test binary the one that is killed within a
// step of a migration.
const (
	upgradeDir  = "TENANTRY_TEST_SQLITE_UPGRADE_DIR"
	upgradeStep = "TENANTRY_TEST_SQLITE_UPGRADE_STEP"
)

// stopWithin opens a store and stops for ever within a step of its migration, with the
// records of the step written and nothing committed.
func stopWithin(dir, step string) error {
	target, err := strconv.ParseInt(step, 10, 64)
	if err != nil {
		return err
	}
	fill := fillings[target]
	fillings[target] = func(ctx context.Context, c *conn) error {
		if fill != nil {
			if err := fill(ctx, c); err != nil {
				return err
			}
		}
		fmt.Println("within")
		select {}
	}
	_, err = Open(context.Background(), Options{Dir: dir})
	return errors.Join(err, errors.New("the step was passed"))
}

// unpackSchema puts the store of an earlier schema into a new directory.
func unpackSchema(t *testing.T, schema int64) (dir string) {
	t.Helper()
	dir = t.TempDir()
	packed, err := os.Open(fmt.Sprintf("testdata/schema-%d.db.gz", schema))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = packed.Close() }()
	reader, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(reader)
	if err == nil {
		err = os.WriteFile(PathIn(dir), content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// A migration that is killed within any of its steps leaves the store whole at the schema
// before that step, and the next one goes on from there.
func TestAKilledMigration(t *testing.T) {
	t.Parallel()
	found, err := filepath.Glob("testdata/schema-*.db.gz")
	if err != nil || len(found) < 2 {
		t.Fatalf("%v, %v", found, err)
	}
	for _, path := range found {
		var schema int64
		if _, err := fmt.Sscanf(filepath.Base(path), "schema-%d.db.gz", &schema); err != nil {
			t.Fatal(err)
		}
		t.Run(strconv.FormatInt(schema, 10), func(t *testing.T) {
			t.Parallel()
			dir := unpackSchema(t, schema)
			want := factsIn(t, dir)
			for step := schema + 1; step <= Schema; step++ {
				killWithin(t, dir, step)
				if got := factsIn(t, dir); got.Schema != step-1 || got.Counts != want.Counts {
					t.Fatalf("killed within step %d: %+v", step, got)
				}
			}
			s := openAt(t, dir, 0)
			if err := s.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := factsIn(t, dir); got.Schema != Schema || got.Counts != want.Counts {
				t.Errorf("%+v", got)
			}
		})
	}
}

// factsIn returns what a store holds, once it is found sound.
func factsIn(t *testing.T, dir string) Facts {
	t.Helper()
	f, err := Look(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if err := f.Integrity(t.Context()); err != nil {
		t.Fatal(err)
	}
	facts, err := f.Facts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return facts
}

// killWithin kills a process within a step of the migration.
func killWithin(t *testing.T, dir string, step int64) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^$")
	command.Env = append(os.Environ(), upgradeDir+"="+dir, upgradeStep+"="+strconv.FormatInt(step, 10))
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_ = command.Process.Kill()
	if err != nil || line != "within\n" {
		t.Errorf("step %d: it said %q, %v", step, line, err)
	}
	_ = command.Wait()
}

// Every step of the schema says what it does, for who plans an upgrade.
func TestEveryStepIsNamed(t *testing.T) {
	t.Parallel()
	if len(purposes) != len(migrations) {
		t.Errorf("there are %d steps, and %d are named", len(migrations), len(purposes))
	}
	if list := Steps(Schema - 2); len(list) != 2 || list[0].Schema != Schema-1 || list[1].Does != purposes[Schema-1] || Steps(Schema) != nil {
		t.Errorf("%v", list)
	}
}
