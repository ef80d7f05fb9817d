package golden_test

import (
	"bytes"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"tenantry/internal/testkit"
)

var update = flag.Bool("update", false, "record anew instead of comparing")

// The answers of all APIs to the scripts, what the receivers of events are sent, and
// every row that is stored are what they were. Both engines answer alike.
func TestScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/scripts/*.txt")
	testkit.Must(t, err)
	if len(scripts) == 0 {
		t.Fatal("there are no scripts")
	}
	for _, path := range scripts {
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		steps := readScript(t, path)
		// Only the store in memory can be made to fail.
		fails := slices.ContainsFunc(steps, func(s step) bool { return slices.Equal(s.directive, []string{"fail"}) })
		t.Run(name, func(t *testing.T) {
			if fails {
				compareAll(t, name, playOn(t, name, steps, ""))
				return
			}
			dir := t.TempDir()
			compareAll(t, name, playOn(t, name, steps, dir))
			compare(t, name+".store", dump(t, dir))
		})
		if fails || *update {
			continue // one engine is enough to record
		}
		t.Run(name+" in memory", func(t *testing.T) { compareAll(t, name, playOn(t, name, steps, "")) })
	}
}

// record is what came of a script.
type record struct {
	answers, messages []byte
	requests          int
}

// playOn plays a script to an installation on a store in a directory, or in memory. It
// does so in a bubble, in which what takes a while takes none.
func playOn(t *testing.T, name string, steps []step, dir string) (made record) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		got := &receivers{got: map[int][]string{}}
		i := install(t, setup{dir: dir, client: &http.Client{Transport: got}, live: strings.HasPrefix(name, "live")})
		defer i.close()
		p := &player{t: t, i: i, receivers: got, name: name, variables: map[string]string{}}
		p.play(steps)
		made = record{answers: p.answers.Bytes(), messages: got.text(), requests: p.requests}
	})
	return made
}

func compareAll(t *testing.T, name string, r record) {
	t.Helper()
	t.Logf("%d requests", r.requests)
	compare(t, name+".answers", r.answers)
	if len(r.messages) > 0 {
		compare(t, name+".messages", r.messages)
	}
}

// compare holds a text against its recording.
func compare(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	got = keyed.ReplaceAll(got, []byte("$1($2)_"))
	if *update {
		testkit.Must(t, os.WriteFile(path, got, 0o600))
		return
	}
	want, err := os.ReadFile(path)
	testkit.Must(t, err)
	if bytes.Equal(want, got) {
		return
	}
	t.Errorf("%s differs%s; record anew with -update and look at the difference\n%s", path, inWhat(string(want), string(got)), differences(string(want), string(got)))
}

// keyed is the prefix of a key. Recordings write sk(test)_ for it, so that nobody who
// looks for leaked keys takes theirs for one.
var keyed = regexp.MustCompile(`\b([spr]k)_(test|live)_`)

// drawn is what randomness makes: ids, keys, digests, cursors, signatures.
var drawn = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-8000-8[0-9a-f]{3}-[0-9a-f]{12}|[A-Za-z0-9+/_=.-]{20,}`)

// inWhat reports whether two texts differ in nothing but names that are drawn by chance,
// each of which stands where the other text has always the same one.
func inWhat(want, got string) string {
	named := func(text string) string {
		names := map[string]string{}
		return drawn.ReplaceAllStringFunc(text, func(name string) string {
			if names[name] == "" {
				names[name] = fmt.Sprintf("#%d", len(names))
			}
			return names[name]
		})
	}
	if named(want) == named(got) {
		return " in nothing but ids, keys and the like: randomness is drawn in another order"
	}
	return ""
}

// differences shows the first lines that differ, under the heading that they are under.
func differences(want, got string) string {
	const most = 8
	wanted, gotten := strings.Split(want, "\n"), strings.Split(got, "\n")
	var out strings.Builder
	heading, told, shown := "", "", 0
	for n := range max(len(wanted), len(gotten)) {
		var w, g string
		if n < len(wanted) {
			w = wanted[n]
		}
		if n < len(gotten) {
			g = gotten[n]
		}
		if strings.HasPrefix(w, "=== ") {
			heading = w
		}
		if w == g {
			continue
		}
		if shown++; shown > most {
			out.WriteString("…\n")
			break
		}
		if heading != told {
			fmt.Fprintf(&out, "%s\n", heading)
			told = heading
		}
		fmt.Fprintf(&out, "line %d\n- %s\n+ %s\n", n+1, w, g)
	}
	return out.String()
}
