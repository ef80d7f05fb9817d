package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/tenancy"
)

// program is one run of the command line on this machine.
type program struct{ *cli.Program }

// run executes one command line and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	// What a command does to a store that it opens itself, it does as this user.
	ctx = tenancy.WithOrigin(ctx, tenancy.Origin{SystemUser: datadir.SelfUser()})
	var line commandLine
	helped := false
	parser, err := kong.New(&line,
		kong.Name("tenantry"), kong.Description(description),
		kong.Writers(p.Stdout, p.Stderr), kong.Exit(func(int) { helped = true }),
		kong.ConfigureHelp(kong.HelpOptions{NoAppDescFormat: true, WrapUpperBound: 100, NoExpandSubcommands: true}),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(p, p.Program),
	)
	if err != nil {
		return p.Report(fmt.Errorf("building the command line: %w", err))
	}
	parsed, err := parser.Parse(args)
	switch {
	case helped:
		return int(cli.ExitDone)
	case err != nil:
		return p.Report(cli.Misused(err.Error(), "run `tenantry "+commandOf(parsed, err)+"--help`"))
	}
	p.Flags, p.Local = line.Flags, p.local
	return p.Report(parsed.Run())
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
