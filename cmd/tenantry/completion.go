package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/alecthomas/kong"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/usage"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"The shell: bash, zsh or fish."`
}

// Help explains where the script belongs.
func (completionCommand) Help() string {
	return `Packages bring the completions along. By hand, source the script, or put it where the shell
looks for completions.

Examples:

    source <(tenantry completion bash)
    tenantry completion zsh > "${fpath[1]}/_tenantry"
    tenantry completion fish > ~/.config/fish/completions/tenantry.fish`
}

// Run writes the script.
func (c completionCommand) Run(p *program) error { return usage.Script(p.Stdout, c.Shell) }

type completeCommand struct {
	Words []string `arg:"" optional:"" passthrough:""`
}

// Help names who runs it.
func (completeCommand) Help() string {
	return `The scripts of "tenantry completion" run it.

Examples:

    tenantry __complete -- customers cr`
}

// Run writes the candidates for the last word, each on a line with its help.
func (c *completeCommand) Run(p *program, parsed *kong.Context) error {
	words := c.Words
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	for _, one := range usage.Candidates(parsed.Model, words) {
		if err := p.Print("%s\t%s\n", one.Word, one.Help); err != nil {
			return err
		}
	}
	return nil
}

type manCommand struct {
	Dir string `arg:"" help:"The directory for the pages; it is made." placeholder:"DIR"`
}

// Help explains what is written.
func (manCommand) Help() string {
	return `Writes tenantry.1 and a page for each command, as packages install them.

Examples:

    tenantry man ./man && man ./man/tenantry.1`
}

// Run writes the pages.
func (c manCommand) Run(p *program, parsed *kong.Context) error {
	if err := os.MkdirAll(c.Dir, 0o755); err != nil { //nolint:gosec // pages are for everybody
		return cli.Misused("the pages cannot be written: "+err.Error(), "name a directory that this user can write")
	}
	notes := usage.Notes{Version: cli.Version()}
	for _, code := range cli.ExitCodes() {
		notes.ExitCodes = append(notes.ExitCodes, [2]string{fmt.Sprint(code.Code), code.Means})
	}
	for _, variable := range cli.Variables() {
		notes.Environment = append(notes.Environment, [2]string{variable.Name, variable.Means})
	}
	pages := usage.Pages(parsed.Model, notes)
	for _, page := range slices.Sorted(maps.Keys(pages)) {
		if err := os.WriteFile(filepath.Join(c.Dir, page), []byte(pages[page]), 0o644); err != nil { //nolint:gosec // pages are for everybody
			return cli.Misused("the pages cannot be written: "+err.Error(), "name a directory that this user can write")
		}
	}
	return p.Print("Wrote %d pages into %s.\n", len(pages), c.Dir)
}
