package main

type configCheckCommand struct{}

// Run shows the settings in force and the source of each, with secrets masked, or every
// fault in them.
func (configCheckCommand) Run(p *program) error {
	if err := p.here(); err != nil {
		return err
	}
	settings, err := p.settings(false)
	if err != nil {
		return err
	}
	if p.flags.JSON {
		return p.printJSON(settings)
	}
	if err := p.print("# configuration: %s\n", configOf(settings)); err != nil {
		return err
	}
	return settings.WriteYAML(p.stdout)
}
