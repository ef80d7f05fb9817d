package main

import "tenantry/cmd/tenantry/internal/cli"

type configCheckCommand struct{}

// Help says what is shown.
func (configCheckCommand) Help() string {
	return `Shows every setting with where it comes from, or every fault in them. Secrets are masked.

Examples:

    tenantry config check
    tenantry config check --config live.yaml`
}

// Run shows the settings in force and the source of each, with secrets masked, or every
// fault in them.
func (configCheckCommand) Run(p *program) error {
	if err := p.Here(); err != nil {
		return err
	}
	settings, err := p.Settings(false)
	if err != nil {
		return err
	}
	if p.Flags.JSON {
		return p.PrintJSON(settings)
	}
	if err := p.Print("# configuration: %s\n", cli.ConfigOf(settings)); err != nil {
		return err
	}
	return settings.WriteYAML(p.Stdout)
}
