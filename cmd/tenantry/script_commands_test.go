package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// exits runs a program and demands an exit code: exits 2 tenantry serve.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		ended, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("running %s: %v", args[1], err)
		}
		got = ended.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// field puts a member of a JSON file into a variable: field KEY made.json keys.secret.
func field(ts *testscript.TestScript, _ bool, args []string) {
	var value any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[1])), &value))
	for name := range strings.SplitSeq(args[2], ".") {
		if list, ok := value.([]any); ok {
			at, err := strconv.Atoi(name)
			ts.Check(err)
			value = list[at]
			continue
		}
		member, ok := value.(map[string]any)[name]
		if !ok {
			ts.Fatalf("%s has no %s", args[1], args[2])
		}
		value = member
	}
	text, ok := value.(string)
	if !ok {
		encoded, err := json.Marshal(value)
		ts.Check(err)
		text = string(encoded)
	}
	ts.Setenv(args[0], text)
}

// puts writes a text into a file: puts made.key $SECRET.
func puts(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(args[1]+"\n"), 0o600))
}

// private demands that a file is for its owner alone: private made.json.
func private(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if info.Mode().Perm() != 0o600 {
		ts.Fatalf("%s has the mode %s", args[0], info.Mode())
	}
}

// get reads a URL of the service and demands a status: get 200 $URL/healthz.
func get(ts *testscript.TestScript, _ bool, args []string) {
	request, err := http.NewRequest(http.MethodGet, args[1], http.NoBody)
	ts.Check(err)
	for _, header := range args[2:] {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	send(ts, request, args[0])
}

// paste does what the first curl line of a file says and demands a status, as if it had
// been pasted into a shell: paste 201 serve.out.
func paste(ts *testscript.TestScript, _ bool, args []string) {
	_, rest, found := strings.Cut(ts.ReadFile(args[1]), "curl ")
	if !found {
		ts.Fatalf("there is no curl line in %s", args[1])
	}
	method, target, body := http.MethodGet, "", ""
	header := http.Header{}
	add := func(line string) {
		name, value, _ := strings.Cut(line, ": ")
		header.Set(name, value)
	}
	rest, given, _ := strings.Cut(rest, " <<'END'\n")
	given, _, _ = strings.Cut(given, "\nEND\n")
	words := shellWords(rest)
	for i := 0; i < len(words); i++ {
		switch word := words[i]; word {
		case "-sS":
		case "-X", "-H", "-d":
			i++
			switch word {
			case "-X":
				method = words[i]
			case "-H":
				lines := words[i : i+1]
				if words[i] == "@-" {
					lines = strings.Split(given, "\n")
				}
				for _, line := range lines {
					add(line)
				}
			case "-d":
				body = words[i]
			}
		default:
			if target != "" || strings.HasPrefix(word, "-") {
				ts.Fatalf("this curl does not know %q", word)
			}
			target = word
		}
	}
	request, err := http.NewRequest(method, target, strings.NewReader(body))
	ts.Check(err)
	request.Header = header
	send(ts, request, args[0])
}

// send sends a request, demands a status and leaves the answer in answer.json.
func send(ts *testscript.TestScript, request *http.Request, status string) {
	response, err := http.DefaultClient.Do(request)
	ts.Check(err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer.json"), body, 0o600))
	if strconv.Itoa(response.StatusCode) != status {
		ts.Fatalf("status %d, want %s: %s", response.StatusCode, status, body)
	}
}

// shellWords splits one command as a shell does, as far as single quotes and continued
// lines go.
func shellWords(text string) []string {
	text = strings.ReplaceAll(text, "\\\n", " ")
	text, _, _ = strings.Cut(text, "\n")
	var words []string
	var word strings.Builder
	quoted, begun := false, false
	for _, r := range text {
		switch {
		case r == '\'':
			quoted, begun = !quoted, true
		case r == ' ' && !quoted:
			if begun {
				words = append(words, word.String())
			}
			word.Reset()
			begun = false
		default:
			word.WriteRune(r)
			begun = true
		}
	}
	if begun {
		words = append(words, word.String())
	}
	return words
}
