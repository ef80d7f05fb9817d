package main

import "tenantry/cmd/tenantry/internal/cli"

type configCheckCommand struct{}

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
