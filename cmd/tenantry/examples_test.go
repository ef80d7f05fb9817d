package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// exposes matches a key among the arguments of a program.
var exposes = regexp.MustCompile(`(-H|--header)[ =]*["']?(Authorization|Proxy-Authorization)|\s(-u|--user|--oauth2-bearer|--key|--password)[ =]\S*\S|TENANTRY_KEY=['"]?sk_|\s(-d|--data\S*) \S*secret=`)

// No example shows a key among the arguments of a program, where every user of the machine
// sees it and shells remember it.
func TestNoExampleHasAKeyInAnArgument(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && path != root || entry.Name() == "testdata" || entry.Name() == "node_modules" || entry.Name() == "work") {
			return filepath.SkipDir
		}
		switch filepath.Ext(path) {
		case ".md", ".yaml", ".html":
			text, err := os.ReadFile(path)
			texts[path] = string(text)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"", "serve", "init", "promote", "customers create", "keys rotate", "seal rotate"} {
		_, help, _ := typed(t, nil, false, "", append(strings.Fields(command), "--help")...)
		texts["the help of "+command] = help
	}
	_, texts["what init shows"], _ = typed(t, []string{"TENANTRY_DATA=" + t.TempDir()}, false, "", "init")
	for path, text := range texts {
		t.Run(path, func(t *testing.T) {
			if text == "" {
				t.Error("there is no text")
			}
			for line := range strings.Lines(text) {
				if found := exposes.FindString(line); found != "" {
					t.Errorf("an argument has a key: %s", line)
				}
			}
		})
	}
}

// tried are the pages whose shell blocks are pasted in their order, as a reader does, and what
// is not: the beginning of a block and why.
var tried = map[string]map[string]string{
	"README.md": {
		"go install ": "the tests have built it",
	},
}

// fenced is a fenced part of a page.
type fenced struct{ kind, text string }

var fences = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```$")

func fencedIn(page string) (list []fenced) {
	for _, found := range fences.FindAllStringSubmatch(page, -1) {
		list = append(list, fenced{kind: found[1], text: found[2]})
	}
	return list
}

// reader is what stands before the blocks of a page: serve goes on beside what follows it, on
// a port of its own, to which curl goes for the one that the pages name.
const reader = `set -euo pipefail
tenantry() {
  if [ "${*: -1}" != serve ]; then command tenantry "$@"; return; fi
  exec {log}< <(command tenantry "$@" 2>&1 >serve.out & echo $! >>served; wait)
  while read -r line <&$log; do
    [[ $line == *'"message":"serving"'* ]] || { seen+="$line"$'\n'; continue; }
    url=${line#*'"url":"'} url=${url%%'"'*}
    echo "connect-to = \"127.0.0.1:8080:${url#http://}\"" >"$CURL_HOME/.curlrc"
    export TENANTRY_TEST_URL=$url
    return
  done
  echo "serve ended: ${seen:-}" >&2
  exit 1
}
trap 'kill $(cat served 2>/dev/null) 2>/dev/null || true' EXIT
`

// separator stands before what a block prints.
const separator = "\x1e"

// The shell blocks of README and of the tutorials work when they are pasted one after the
// other, and print the JSON that the page shows below them. A block that is not tried is
// listed with its reason.
func TestPagesCanBePasted(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("readers need %s, which is not installed", program)
		}
	}
	for page, skipped := range tried {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join("..", "..", page))
			if err != nil {
				t.Fatal(err)
			}
			var shown []string // what the blocks must print, if anything
			var script strings.Builder
			script.WriteString(reader)
			used := map[string]bool{}
			blocks := fencedIn(string(text))
			for i, b := range blocks {
				if b.kind != "sh" {
					continue
				}
				if beginning := beginningOf(b.text, skipped); beginning != "" {
					used[beginning] = true
					continue
				}
				var want string
				if i+1 < len(blocks) && blocks[i+1].kind == "json" {
					want = blocks[i+1].text
				}
				shown = append(shown, want)
				fmt.Fprintf(&script, "printf '\\x1e'\n%s", b.text)
			}
			for beginning := range skipped {
				if !used[beginning] {
					t.Errorf("no block begins with %q: there is nothing to leave out", beginning)
				}
			}
			printed := strings.Split(pasted(t, script.String()), separator)[1:]
			if len(printed) != len(shown) || len(shown) == 0 {
				t.Fatalf("%d of %d blocks were run", len(printed), len(shown))
			}
			for i, want := range shown {
				if want != "" && !sameJSON(t, want, printed[i]) {
					t.Errorf("block %d prints %s and the page shows %s", i+1, printed[i], want)
				}
			}
		})
	}
}

func beginningOf(text string, of map[string]string) string {
	for beginning := range of {
		if strings.HasPrefix(text, beginning) {
			return beginning
		}
	}
	return ""
}

// pasted runs a script in a directory of its own and returns what it prints.
func pasted(t *testing.T, script string) string {
	t.Helper()
	dir := t.TempDir()
	command := exec.Command("bash", "-c", script) //nolint:gosec // of pages of ours
	command.Dir = dir
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "CURL_HOME=" + dir, "TMPDIR=" + dir, "GOCOVERDIR=" + os.Getenv("GOCOVERDIR"),
		"TENANTRY_LISTEN=127.0.0.1:0", "TENANTRY_METRICS_LISTEN=",
	}
	var told strings.Builder
	command.Stderr = &told
	printed, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, printed, told.String())
	}
	return string(printed)
}

func sameJSON(t *testing.T, want, got string) bool {
	t.Helper()
	var a, b any
	if err := cmp.Or(json.Unmarshal([]byte(want), &a), json.Unmarshal([]byte(got), &b)); err != nil {
		t.Fatalf("%v in %s or %s", err, want, got)
	}
	return reflect.DeepEqual(a, b)
}
