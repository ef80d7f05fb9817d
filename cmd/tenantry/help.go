package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenantry/cmd/tenantry/internal/cli"
)

type helpCommand struct {
	Topic []string `arg:"" optional:"" help:"A command, such as keys rotate, or a topic."`
}

// Help names the topics.
func (helpCommand) Help() string {
	return `Topics are exit-codes, what commands end with, and environment, the variables that they read.

Examples:

    tenantry help
    tenantry help keys rotate
    tenantry help exit-codes`
}

// topics are the texts of help that belong to no command.
var topics = map[string]func() string{"exit-codes": exitCodes, "environment": environment}

// Run shows a help.
func (c *helpCommand) Run(ctx context.Context, p *program) error {
	if text, ok := topics[strings.Join(c.Topic, " ")]; ok {
		return p.Print("%s", text())
	}
	parser, ended, err := p.parser(ctx, new(commandLine))
	if err != nil {
		return fmt.Errorf("building the command line: %w", err)
	}
	if _, err := parser.Parse(append(c.Topic, "--help")); err != nil && !*ended {
		names := strings.Join(slices.Sorted(maps.Keys(topics)), ", ")
		return cli.Misused("there is no help for "+strings.Join(c.Topic, " "), "`tenantry help` lists the commands; topics are "+names)
	}
	return nil
}

// exitCodes returns the table of exit codes.
func exitCodes() string {
	var text strings.Builder
	for _, code := range cli.ExitCodes() {
		fmt.Fprintf(&text, "%d  %s\n", code.Code, code.Means)
	}
	return text.String()
}

// environment returns the table of variables.
func environment() string {
	var text strings.Builder
	for _, variable := range cli.Variables() {
		fmt.Fprintf(&text, "%-18s%s\n", variable.Name, variable.Means)
	}
	return text.String()
}
