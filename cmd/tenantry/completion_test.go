package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/usage"
)

// completions are command lines as far as they were typed, and words that they may go on with.
var completions = []struct {
	line  string
	wants []string
	never []string
}{
	{"tenantry cust", []string{"customers"}, []string{"keys"}},
	{"tenantry ", []string{"customers", "keys", "serve", "login"}, []string{"__complete", "man"}},
	{"tenantry keys ro", []string{"rotate"}, []string{"revoke"}},
	{"tenantry keys rotate --gr", []string{"--grace"}, []string{"--customer"}},
	{"tenantry keys rotate --grace 2d --", []string{"--expires", "--profile"}, nil},
	{"tenantry -o ", []string{"json", "table", "yaml"}, []string{"keys"}},
	{"tenantry --output=j", []string{"json"}, []string{"yaml"}},
	{"tenantry -o json pl", []string{"plans"}, nil},
	{"tenantry completion ", []string{"bash", "fish", "zsh"}, nil},
	{"tenantry customers get abc", nil, []string{"create"}},
}

// What may follow is found by the model of the commands.
func TestCandidates(t *testing.T) {
	t.Parallel()
	app := model(t)
	for _, row := range completions {
		t.Run(row.line, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, one := range usage.Candidates(app, strings.Split(row.line, " ")[1:]) {
				got = append(got, one.Word)
			}
			compare(t, got, row.wants, row.never)
		})
	}
}

func compare(t *testing.T, got, wants, never []string) {
	t.Helper()
	for _, want := range wants {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not among %q", want, got)
		}
	}
	for _, not := range never {
		if slices.Contains(got, not) {
			t.Errorf("%s is among %q", not, got)
		}
	}
}

// bash completes by the script of the program.
func TestBashCompletes(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash here")
	}
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	// The test's own binary is the program when it is called by that name.
	if err := os.Symlink(program, filepath.Join(dir, "tenantry")); err != nil {
		t.Fatal(err)
	}
	for _, row := range completions {
		t.Run(row.line, func(t *testing.T) {
			t.Parallel()
			// As readline does: it takes words apart at equals signs.
			words := strings.Split(strings.ReplaceAll(row.line, "=", " = "), " ")
			script := `source <(tenantry completion bash); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _tenantry; printf '%s\n' "${COMPREPLY[@]}"`
			command := exec.Command(bash, append([]string{"-c", script, "bash"}, words...)...)
			command.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"))
			out, err := command.Output()
			if err != nil {
				t.Fatal(err)
			}
			compare(t, strings.Split(strings.TrimSpace(string(out)), "\n"), row.wants, row.never)
		})
	}
}

// Every command has a manual page, without anything that man warns of.
func TestManualPages(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "man")
	if code, _, told := typed(t, nil, false, "", "man", dir); code != int(cli.ExitDone) {
		t.Fatal(told)
	}
	pages := []string{"tenantry.1"}
	for _, leaf := range model(t).Leaves(true) {
		pages = append(pages, "tenantry-"+strings.ReplaceAll(leaf.Path(), " ", "-")+".1")
	}
	for _, page := range pages {
		t.Run(page, func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(filepath.Join(dir, page))
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range []string{".TH ", `.SH "NAME"`, `.SH "SYNOPSIS"`, `.SH "DESCRIPTION"`} {
				if !strings.Contains(string(text), part) {
					t.Errorf("it has no %s", part)
				}
			}
			groff, err := exec.LookPath("groff")
			if err != nil || runtime.GOOS == "windows" {
				return
			}
			told, err := exec.Command(groff, "-man", "-Tutf8", "-ww", "-z", filepath.Join(dir, page)).CombinedOutput()
			if err != nil || len(told) > 0 {
				t.Errorf("groff says: %s %v", told, err)
			}
		})
	}
}
