package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"tenantry/cmd/tenantry/internal/cli"
)

// model returns the commands of the program.
func model(t *testing.T) *kong.Application {
	t.Helper()
	p := &program{Program: &cli.Program{}}
	parser, _, err := p.parser(t.Context(), new(commandLine))
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model
}

// Every command shows in its help how it is typed, and each example can be typed.
func TestEveryCommandHasExamples(t *testing.T) {
	t.Parallel()
	for _, leaf := range model(t).Leaves(false) {
		t.Run(leaf.Path(), func(t *testing.T) {
			t.Parallel()
			_, examples, _ := strings.Cut(leaf.Detail, "Examples:\n")
			found := 0
			for line := range strings.Lines(examples) {
				command, _, _ := strings.Cut(strings.TrimSpace(line), " | ")
				command, _, _ = strings.Cut(command, " < ")
				command, _, _ = strings.Cut(command, " && ")
				command, _, _ = strings.Cut(command, " > ")
				if !strings.HasPrefix(command, "tenantry "+leaf.Path()) {
					continue
				}
				found++
				p := &program{Program: &cli.Program{}}
				parser, _, err := p.parser(t.Context(), new(commandLine))
				if err != nil {
					t.Fatal(err)
				}
				words := shellWords(strings.ReplaceAll(strings.ReplaceAll(command, "'", "’"), `"`, "'"))
				if _, err := parser.Parse(words[1:]); err != nil {
					t.Errorf("%s: %v", command, err)
				}
			}
			if found == 0 && leaf.Name != "completion" {
				t.Errorf("its help has no example: %q", leaf.Detail)
			}
		})
	}
}

// Help and version are found by whatever people type first.
func TestHelpAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"": "Usage: tenantry <command>", "help": "Usage: tenantry <command>", "-h": "Usage: tenantry <command>", "--help": "Usage: tenantry <command>",
		"--version": "tenantry ", "version": "tenantry ",
		"keys": "Usage: tenantry keys <command>", "help keys": "Usage: tenantry keys <command>", "keys -h": "Usage: tenantry keys <command>",
		"help keys rotate": "--grace", "keys rotate --help": "--grace", "help exit-codes": "4  another process", "help environment": "TENANTRY_PROFILE",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			code, out, told := typed(t, nil, false, "", strings.Fields(line)...)
			if code != 0 || !strings.Contains(out, want) || told != "" {
				t.Errorf("exit code %d: %.200s%s", code, out, told)
			}
		})
	}
	for _, line := range []string{"keyz", "keys rotte", "help keyz", "keys rotate --grace 2x", "customers get --nope", "customers list -o xml", "plans list --json -o yaml"} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			if code, out, told := typed(t, nil, false, "", strings.Fields(line)...); code != 2 || out != "" || !strings.Contains(told, "→") {
				t.Errorf("exit code %d: %s%s", code, out, told)
			}
		})
	}
}

// What the reference says of exit codes, variables and commands is what the program says.
func TestTheReferenceIsComplete(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "cli.md"))
	if err != nil {
		t.Fatal(err)
	}
	var wanted []string
	for _, code := range cli.ExitCodes() {
		wanted = append(wanted, "| "+string(rune('0'+code.Code))+" | "+code.Means+" |")
	}
	for _, variable := range cli.Variables() {
		wanted = append(wanted, "`"+variable.Name+"`")
	}
	for _, leaf := range model(t).Leaves(true) {
		wanted = append(wanted, "`"+leaf.Path()+"`")
	}
	for _, part := range wanted {
		if !strings.Contains(string(text), part) {
			t.Errorf("docs/cli.md lacks %s", part)
		}
	}
}
