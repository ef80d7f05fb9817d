package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/internal/config"
	"tenantry/tenancy"
)

// The variables of the environment that are not settings.
const (
	keyVariable    = "TENANTRY_KEY"
	configVariable = "TENANTRY_CONFIG"
)

// program is one run of the command line with its surroundings: streams, environment,
// clock and randomness.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	// asks, shows and tells are true if standard input, output and error are a terminal
	// with a person before it.
	asks, shows, tells bool
	printer            term.Printer
	environ            []string
	now                func() time.Time
	random             io.Reader

	flags shared
}

// run executes one command line and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	// What a command does to a store that it opens itself, it does as this user.
	ctx = tenancy.WithOrigin(ctx, tenancy.Origin{SystemUser: datadir.SelfUser()})
	var line commandLine
	helped := false
	parser, err := kong.New(&line,
		kong.Name("tenantry"), kong.Description(description),
		kong.Writers(p.stdout, p.stderr), kong.Exit(func(int) { helped = true }),
		kong.ConfigureHelp(kong.HelpOptions{NoAppDescFormat: true, WrapUpperBound: 100, NoExpandSubcommands: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(p),
	)
	if err != nil {
		return p.report(fmt.Errorf("building the command line: %w", err))
	}
	parsed, err := parser.Parse(args)
	switch {
	case helped:
		return int(exitDone)
	case err != nil:
		return p.report(misused(err.Error(), "run `tenantry "+commandOf(parsed, err)+"--help`"))
	}
	p.flags = line.shared
	return p.report(parsed.Run())
}

// commandOf returns the command that was understood so far, for a hint.
func commandOf(parsed *kong.Context, err error) string {
	if wrong, ok := errors.AsType[*kong.ParseError](err); ok {
		parsed = wrong.Context
	}
	if parsed == nil {
		return ""
	}
	var names []string
	for node := parsed.Selected(); node != nil && node.Type == kong.CommandNode; node = node.Parent {
		names = append([]string{node.Name}, names...)
	}
	if len(names) == 0 {
		return ""
	}
	return strings.Join(names, " ") + " "
}

// variable returns a variable of the environment, empty if it is not set.
func (p *program) variable(name string) string {
	for _, entry := range p.environ {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// settings loads the configuration, overridden by the flags of this run.
func (p *program) settings(keyringComes bool, flags ...config.Flag) (*config.Loaded, error) {
	from := config.Sources{
		File: p.flags.Config, FileRequired: true,
		Environ: p.environ, Reserved: []string{keyVariable, configVariable},
		Flags: flags, KeyringComes: keyringComes,
	}
	if from.File == "" {
		from.File = p.variable(configVariable)
	}
	if from.File == "" {
		from.File, from.FileRequired = "config.yaml", false
	}
	if p.flags.Data != "" {
		from.Flags = append(from.Flags, config.Flag{Key: "data", Name: "--data", Value: p.flags.Data})
	}
	return config.Load(from)
}

// tellConfig says which configuration file a command obeys, unless its user named it: one
// that lies in the working directory may be another's.
func (p *program) tellConfig(s *config.Loaded) {
	switch {
	case p.flags.Config != "" || p.variable(configVariable) != "":
	case s.File != "" || p.tells:
		p.tell("tenantry: configuration: " + configOf(s))
	}
}

// print writes to standard output.
func (p *program) print(format string, args ...any) error {
	_, err := fmt.Fprintf(p.stdout, format, args...)
	return err
}

// printJSON writes one object as JSON.
func (p *program) printJSON(value any) error {
	encoder := json.NewEncoder(p.stdout)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// printRaw writes an answer of the API unchanged, on a line of its own.
func (p *program) printRaw(body []byte) error {
	_, err := p.stdout.Write(append(body, '\n'))
	return err
}
