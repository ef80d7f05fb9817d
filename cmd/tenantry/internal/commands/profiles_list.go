package commands

import (
	"maps"
	"slices"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

// Profiles are the commands of profiles.
type Profiles struct {
	List profilesListCommand `cmd:"" help:"List the profiles that \"tenantry login\" keeps."`
}

type profilesListCommand struct{}

// Help explains the list.
func (profilesListCommand) Help() string {
	return `Keys are not shown. No service is asked.

Examples:

    tenantry profiles list`
}

// shownProfile is a profile as it is listed.
type shownProfile struct {
	Name string `json:"profile"`
	cli.Profile
}

// Run lists the profiles.
func (profilesListCommand) Run(p *cli.Program) error {
	profiles, err := p.Profiles()
	if err != nil {
		return err
	}
	all, err := profiles.All()
	if err != nil {
		return err
	}
	shown := make([]shownProfile, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		shown = append(shown, shownProfile{Name: name, Profile: all[name]})
	}
	if p.Flags.JSON {
		return p.PrintJSON(map[string]any{"results": shown})
	}
	if len(shown) == 0 {
		return p.Print("No profiles: \"tenantry login --profile NAME --url URL\" makes one.\n")
	}
	table := term.Table{Heading: []string{"PROFILE", "URL", "CUSTOMER", "NAME", "KEY IN"}, Whole: []string{"PROFILE", "URL", "CUSTOMER"}}
	for _, one := range shown {
		table.Add(term.Cell{Text: one.Name, Color: term.Bold}, term.Cell{Text: one.URL}, term.Cell{Text: one.Customer}, term.Cell{Text: one.Profile.Name}, term.Cell{Text: one.KeyStore})
	}
	return table.Write(p.Stdout, p.Printer)
}
