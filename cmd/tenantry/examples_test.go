package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
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
	"docs/first-platform.md":     nil,
	"docs/moving-from-dwolla.md": nil,
	"docs/going-live.md":         nil,
	"docs/onboarding-by-link.md": nil,
	"docs/rotating-keys.md":      nil,
	"docs/restoring.md":          nil,
}

// before are the pages that somebody has followed who comes to one.
var before = map[string]string{
	"docs/onboarding-by-link.md": "docs/first-platform.md",
	"docs/rotating-keys.md":      "docs/first-platform.md",
	"docs/restoring.md":          "docs/first-platform.md",
}

// fenced is a fenced part of a page.
type fenced struct{ kind, text string }

var fences = regexp.MustCompile("(?ms)```(\\w*)\n(.*?)\n```$")

func fencedIn(page string) (list []fenced) {
	for _, found := range fences.FindAllStringSubmatch(page, -1) {
		list = append(list, fenced{kind: found[1], text: found[2] + "\n"})
	}
	return list
}

// reader is what stands before the blocks of a page: serve goes on beside what follows it.
const reader = `set -euo pipefail
tenantry() {
  if [ "${*: -1}" != serve ]; then command tenantry "$@"; return; fi
  exec {log}< <(command tenantry "$@" 2>&1 >serve.out & echo $! >>served; wait)
  while read -r line <&$log; do
    [[ $line != *'"message":"serving"'* ]] || return 0
    seen+="$line"$'\n'
  done
  echo "serve ended: ${seen:-}" >&2
  exit 1
}
trap 'kill $(cat served 2>/dev/null) 2>/dev/null || true' EXIT
`

const webhookTutorial = "docs/first-webhook.md"

// receivers are the programs of the tutorial on webhooks: the kind of their block, the file
// that it is saved as, and what starts it. Those in TypeScript need the client to be compiled
// (client/typescript/run), and are compiled because not every Node.js takes types.
var receivers = []struct{ kind, file, needs, start string }{
	{"go", "main.go", "go", `(cd "$CHECKOUT" && HOME=$REALHOME go build -trimpath -o "$OLDPWD/receive" "$OLDPWD/main.go") && { ./receive >receive.out 2>&1 & }`},
	{"ts", "receive.mts", "node", `mkdir -p node_modules/@tenantry && ln -s "$CHECKOUT/client/typescript" node_modules/@tenantry/client
"$CHECKOUT/client/typescript/node_modules/.bin/tsc" --noCheck --target es2022 --module nodenext receive.mts && { node receive.mjs >receive.out 2>&1 & }`},
	{"python", "receive.py", "python3", `python3 receive.py >receive.out 2>&1 &`},
}

// The three receivers of the tutorial on webhooks take the messages of a service, in the
// order of the page, and refuse what nobody signed.
func TestTheReceiversOfTheTutorialReceive(t *testing.T) {
	t.Parallel()
	checkout, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	read := func(page string) []fenced {
		text, err := os.ReadFile(filepath.Join(checkout, page))
		if err != nil {
			t.Fatal(err)
		}
		return fencedIn(string(text))
	}
	blocks := read(webhookTutorial)
	for _, receiver := range receivers {
		t.Run(receiver.kind, func(t *testing.T) {
			t.Parallel()
			for _, program := range []string{"bash", "curl", "jq", receiver.needs} {
				if _, err := exec.LookPath(program); err != nil {
					t.Skipf("readers need %s, which is not installed", program)
				}
			}
			if _, err := os.Stat(filepath.Join(checkout, "client", "typescript", "dist")); receiver.kind == "ts" && err != nil {
				t.Skip("run client/typescript/run first: it compiles the client")
			}
			port := freePort(t)
			var script strings.Builder
			fmt.Fprintf(&script, "%sexport PORT=%s CHECKOUT=%s REALHOME=%s\n", reader, port, checkout, os.Getenv("HOME"))
			for _, b := range read("docs/first-platform.md") {
				if b.kind == "sh" {
					script.WriteString(b.text)
				}
			}
			programs := 0
			for _, b := range blocks {
				switch {
				case b.kind == receiver.kind:
					fmt.Fprintf(&script, "cat >%s <<'THE-END'\n%sTHE-END\n", receiver.file, b.text)
					script.WriteString(receiver.start + "\necho $! >>served\nfor _ in $(seq 300); do curl -sS -o answer \"http://127.0.0.1:$PORT/hooks\" -d '{}' 2>curl.log -w '%{http_code}' >code && break; sleep 0.1; done\nprintf '\\x1e'; cat code; echo\n")
					programs++
				case b.kind == "sh" && beginningOf(b.text, map[string]string{"go run": "", "node ": "", "python3 ": ""}) == "":
					script.WriteString(b.text)
				}
			}
			script.WriteString("for _ in $(seq 300); do grep -q \"customer.updated of $MERCHANT\" receive.out && break; sleep 0.1; done\n" +
				"sed \"s/$MERCHANT/the merchant/\" receive.out >received; printf '\\x1e'; cat received\n")
			if programs != 1 {
				t.Fatalf("the page has %d programs in %s", programs, receiver.kind)
			}
			parts := strings.Split(pasted(t, strings.ReplaceAll(script.String(), "127.0.0.1:4000", "127.0.0.1:"+port)), separator)
			if len(parts) != 3 {
				t.Fatalf("the script was not run to its end: %q", parts)
			}
			unsigned, received := parts[1], parts[2]
			for _, event := range []string{"webhook.test of ", "customer.updated of the merchant"} {
				if strings.Count(received, event) != 1 {
					t.Errorf("%s was not received once: %s", event, received)
				}
			}
			if !strings.HasPrefix(unsigned, "401\n") {
				t.Errorf("a message that nobody signed is not answered 401: %s", unsigned)
			}
		})
	}
}

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
			if earlier := before[page]; earlier != "" {
				text, err := os.ReadFile(filepath.Join("..", "..", earlier))
				if err != nil {
					t.Fatal(err)
				}
				for _, b := range fencedIn(string(text)) {
					if b.kind == "sh" {
						script.WriteString(b.text)
					}
				}
			}
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

var linked = regexp.MustCompile(`\]\(([a-z-]+\.md)\)`)

// Every tutorial of the index is among those that are tried.
func TestEveryTutorialIsTried(t *testing.T) {
	t.Parallel()
	index, err := os.ReadFile(filepath.Join("..", "..", "docs", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(index), "\n## Tutorials")
	tutorials, _, _ := strings.Cut(rest, "\n## ")
	found := linked.FindAllStringSubmatch(tutorials, -1)
	if len(found) == 0 {
		t.Error("the index has no tutorials")
	}
	for _, link := range found {
		page := "docs/" + link[1]
		if _, known := tried[page]; !known && page != webhookTutorial {
			t.Errorf("add %s to the pages that are tried", page)
		}
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

// freePort returns a port of this machine that nothing listened on a moment ago.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

// pasted runs a script in a directory of its own and returns what it prints. The service has
// a port of its own, to which curl goes for the one that the pages name.
func pasted(t *testing.T, script string) string {
	t.Helper()
	dir, address := t.TempDir(), "127.0.0.1:"+freePort(t)
	if err := os.WriteFile(filepath.Join(dir, ".curlrc"), []byte("connect-to = 127.0.0.1:8080:"+address+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "bash", "-c", script)
	command.WaitDelay = 30 * time.Second // what it started holds its output open until it has ended
	command.Dir = dir
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "CURL_HOME=" + dir, "TMPDIR=" + dir, "GOCOVERDIR=" + os.Getenv("GOCOVERDIR"),
		"TENANTRY_LISTEN=" + address, "TENANTRY_METRICS_LISTEN=127.0.0.1:0",
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
