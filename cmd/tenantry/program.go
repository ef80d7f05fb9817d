package main

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/internal/check"
	"tenantry/tenancy"
)

// program is one run of the command line on this machine.
type program struct{ *cli.Program }

// run executes one command line and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	// What a command does to a store that it opens itself, it does as this user.
	ctx = tenancy.WithOrigin(ctx, tenancy.Origin{SystemUser: datadir.SelfUser()})
	p.Local = p.local
	var line commandLine
	parser, ended, err := p.parser(ctx, &line)
	if err != nil {
		return p.Report(fmt.Errorf("building the command line: %w", err))
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if err != nil && !*ended && isGroup(err) {
		parsed, err = parser.Parse(append(args, "--help")) // what may follow is what was asked for
	}
	switch {
	case *ended:
		return int(cli.ExitDone)
	case err != nil:
		return p.Report(cli.Misused(err.Error(), "run `tenantry "+commandOf(parsed, err)+"--help`"))
	}
	if err := p.Obey(line.Flags, parsed.Selected()); err != nil {
		return p.Report(err)
	}
	return p.Report(parsed.Run())
}

// parser returns what parses command lines, and where it says that it has answered one by
// itself, with help or the version.
func (p *program) parser(ctx context.Context, line *commandLine) (parser *kong.Kong, ended *bool, err error) {
	ended = new(bool)
	parser, err = kong.New(line,
		kong.Name("tenantry"), kong.Description(description),
		kong.Writers(p.Stdout, p.Stderr), kong.Exit(func(int) { *ended = true }),
		kong.ConfigureHelp(kong.HelpOptions{NoAppDescFormat: true, WrapUpperBound: 100, NoExpandSubcommands: true, Compact: true, FlagsLast: true}),
		kong.Vars{"version": "tenantry " + cli.Version()},
		kong.ExplicitGroups(groups), kong.TypeMapper(reflect.TypeFor[time.Duration](), kong.MapperFunc(readSpan)),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(p, p.Program),
	)
	return parser, ended, err
}

// readSpan reads the value of a flag that is a time span.
func readSpan(read *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := read.Scan.PopValueInto("time span", &text); err != nil {
		return err
	}
	span, err := check.Span(text)
	if err != nil {
		return fmt.Errorf("%q is not a time span; write it like 90m, 2d or 1w", text)
	}
	target.SetInt(int64(span))
	return nil
}

// isGroup reports whether a command line ends after a group of commands, before the command.
func isGroup(err error) bool {
	wrong, ok := errors.AsType[*kong.ParseError](err)
	if !ok || !strings.HasPrefix(err.Error(), "expected ") {
		return false
	}
	at := wrong.Context.Selected()
	return at == nil || len(at.Children) > 0
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
