package installed_test

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/rows"
	"tenantry/internal/installed"
	"tenantry/internal/seal"
)

var wanted = installed.Wanted{Mode: "live", Engine: "mongodb", Database: "payments", Schema: 3}

// newOne returns a document with the ring it was made with.
func newOne(t *testing.T) (rows.Installation, *seal.Ring) {
	t.Helper()
	ring, err := seal.Generate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	made, err := installed.New(wanted, ring, time.Now(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return made, ring
}

func next(t *testing.T, ring *seal.Ring) *seal.Ring {
	t.Helper()
	added, err := ring.AddVersion(rand.Reader, 0)
	if err != nil {
		t.Fatal(err)
	}
	return added
}

// Settings of another installation are refused in words that name what is wanted and
// what to do; those of this one, and of an older schema, pass.
func TestSettingsOfAnotherInstallation(t *testing.T) {
	t.Parallel()
	made, _ := newOne(t)
	for name, row := range map[string]struct {
		change func(i *rows.Installation, w *installed.Wanted)
		says   string
		remedy string
	}{
		"the same":          {func(*rows.Installation, *installed.Wanted) {}, "", ""},
		"an older schema":   {func(i *rows.Installation, _ *installed.Wanted) { i.Schema = 2 }, "", ""},
		"a newer schema":    {func(i *rows.Installation, _ *installed.Wanted) { i.Schema = 4 }, "schema 4", "newer release"},
		"no MongoDB":        {func(_ *rows.Installation, w *installed.Wanted) { w.Engine, w.Database = "sqlite", "" }, "in MongoDB (database payments)", "TENANTRY_STORE_MONGO_URI"},
		"MongoDB":           {func(i *rows.Installation, _ *installed.Wanted) { i.Engine, i.Database = "sqlite", "" }, "in SQLite", "store.mongo.uri"},
		"another database":  {func(_ *rows.Installation, w *installed.Wanted) { w.Database = "tenantry" }, "store.mongo.database is tenantry", "set store.mongo.database to payments"},
		"live as sandbox":   {func(_ *rows.Installation, w *installed.Wanted) { w.Mode = "sandbox" }, "is live, and mode is sandbox", "never becomes a sandbox"},
		"on its way":        {func(i *rows.Installation, _ *installed.Wanted) { i.Mode = installed.Moving }, "on its way into this store", "tenantry move"},
		"a sandbox as live": {func(i *rows.Installation, _ *installed.Wanted) { i.Mode = "sandbox" }, "is a sandbox, and mode is live", "tenantry promote"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i, w := made, wanted
			row.change(&i, &w)
			err := installed.CheckSettings(i, w, "the store")
			mismatch, refused := errors.AsType[*installed.MismatchError](err)
			switch {
			case row.says == "" && err == nil:
			case row.says == "" || !refused:
				t.Errorf("it is answered by %v", err)
			case !strings.Contains(mismatch.Text, row.says) || !strings.Contains(mismatch.Remedy, row.remedy):
				t.Errorf("the refusal is %q, %q", mismatch.Text, mismatch.Remedy)
			}
		})
	}
}

// The ring of an installation passes, also after a rotation that was noted; another ring,
// an old copy, one of a number twice and proofs of another installation do not.
func TestRingsOfAnotherInstallation(t *testing.T) {
	t.Parallel()
	first, ring := newOne(t)
	foreign, other := newOne(t)
	two := next(t, ring)
	rotated, err := installed.WithKeys(first, two)
	if err != nil {
		t.Fatal(err)
	}
	dropped, err := installed.WithKeys(rotated, two.DropOld())
	if err != nil {
		t.Fatal(err)
	}
	if installed.Newest(dropped) != 2 || installed.Needs(dropped, 1) || !installed.Needs(dropped, 2) || len(rotated.Keys) != 2 || len(dropped.Keys) != 1 {
		t.Fatalf("noted are %+v and %+v", rotated, dropped)
	}
	mixed := foreign
	mixed.Ring, mixed.Keys = first.Ring, first.Keys
	for name, row := range map[string]struct {
		i    rows.Installation
		ring *seal.Ring
		says string
	}{
		"its own":             {first, ring, ""},
		"before it is noted":  {first, two, ""},
		"both keys":           {rotated, two, ""},
		"a key too many":      {dropped, two, ""},
		"the new key alone":   {dropped, two.DropOld(), ""},
		"another ring":        {first, other, "is another one"},
		"an old copy":         {dropped, ring, "with key 2, and the ring has key 1"},
		"an old copy of two":  {rotated, ring, "with keys 1 and 2, and the ring has key 1"},
		"a younger copy":      {first, two.DropOld(), "with key 1, and the ring has key 2"},
		"a number twice":      {dropped, next(t, ring), "key 2 in the ring is another key of that number"},
		"of another document": {mixed, ring, "is another key of that number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := installed.CheckRing(row.i, row.ring, "the ring")
			mismatch, refused := errors.AsType[*installed.MismatchError](err)
			switch {
			case row.says == "" && err == nil:
			case row.says == "" || !refused || !strings.Contains(mismatch.Text, row.says) || mismatch.Remedy == "":
				t.Errorf("it is answered by %v", err)
			}
		})
	}
}

// The copy comes back as it was written, for its owner alone; half of one, a link and one
// of nothing are refused.
func TestTheCopy(t *testing.T) {
	t.Parallel()
	made, _ := newOne(t)
	path := installed.FileOf(filepath.Join(t.TempDir(), "keyring.json"))
	if _, err := installed.Read(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is not there is read as %v", err)
	}
	for range 2 {
		made.Revision++
		if err := installed.Write(path, made); err != nil {
			t.Fatal(err)
		}
		read, err := installed.Read(path)
		if diff := cmp.Diff(made, read); err != nil || diff != "" {
			t.Errorf("it comes back with %v (-want +got):\n%s", err, diff)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("it is %v, %v", info, err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left behind are %v", left)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	link := path + ".link"
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	if _, err := installed.Read(link); err == nil {
		t.Error("a link is followed")
	}
	for _, text := range []string{"", "{}", string(whole[:len(whole)/2])} {
		t.Run(text, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := installed.Read(path); err == nil || !strings.Contains(err.Error(), "not whole") {
				t.Errorf("%q is read as %v", text, err)
			}
		})
	}
}
