package commands

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type settingsGetCommand struct {
	ID      string `arg:"" optional:"" help:"Id of the customer; default: the operator, or the customer of the key."`
	Default bool   `help:"Show the settings of every child that is created without its own."`
}

// Help shows examples.
func (settingsGetCommand) Help() string {
	return `Shows the settings that were set, one a line, in the form that ` + "`tenantry settings set`" + ` takes.

Examples:
  tenantry settings get 65be9a3f1c2d4e5f60718293
  tenantry settings get --json

With --json it prints the settings as GET /v3/customers/{id} does.`
}

// Run shows settings.
func (c *settingsGetCommand) Run(ctx context.Context, p *cli.Program) error {
	return customerFlag{c.ID}.with(ctx, p, func(reached *cli.Client, id string) error {
		return tellSettings(ctx, p, reached, read(cli.CustomerPath(id)), c.Default)
	})
}

// tellSettings makes a call that answers with a customer, and prints its settings.
func tellSettings(ctx context.Context, p *cli.Program, reached *cli.Client, what client.Request, children bool) error {
	var answer struct {
		Settings        json.RawMessage `json:"settings"`
		DefaultSettings json.RawMessage `json:"defaultSettings"`
	}
	if _, err := reached.Read(ctx, what, &answer); err != nil {
		return err
	}
	shown := answer.Settings
	if children {
		shown = answer.DefaultSettings
	}
	if len(shown) == 0 {
		shown = json.RawMessage("{}")
	}
	if p.Flags.JSON {
		return p.PrintRaw(shown)
	}
	lines, err := settingLines("", shown)
	if err != nil {
		return reached.Unreadable(err)
	}
	if len(lines) == 0 {
		return p.Print("No settings.\n")
	}
	return p.Print("%s\n", strings.Join(lines, "\n"))
}

// settingLines returns the members of an object as NAME=VALUE, by their dotted names.
func settingLines(under string, value json.RawMessage) ([]string, error) {
	if value = bytes.TrimSpace(value); len(value) == 0 || value[0] != '{' {
		return []string{under + "=" + term.Clean(string(value))}, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(value, &members); err != nil {
		return nil, err
	}
	var lines []string
	for name, member := range members {
		if under != "" {
			name = under + "." + name
		}
		more, err := settingLines(name, member)
		if err != nil {
			return nil, err
		}
		lines = append(lines, more...)
	}
	slices.Sort(lines)
	return lines, nil
}

type settingsSetCommand struct {
	customerFlag
	Settings []string `arg:"" optional:"" help:"NAME=VALUE, such as events.enabled=true." placeholder:"NAME=VALUE"`
	File     string   `short:"f" help:"Read the settings as JSON from FILE; - is standard input." placeholder:"FILE"`
	Default  bool     `help:"Change the settings of every child that is created without its own."`
	DryRun   bool     `help:"Change nothing, and show the settings as they would be."`
}

// Help shows examples and explains the values.
func (settingsSetCommand) Help() string {
	return `Changes settings; what is not named stays. Values are JSON, or a text where they are none; null
clears, lists are replaced. The policies, customers.*, can only be set from above.

Examples:
  tenantry settings set events.enabled=true 'events.urls.always=["https://hooks.example.com"]'
  tenantry settings set --customer 65be9a3f1c2d4e5f60718293 branding.name="Harbor Lane" branding.accent=#0b5fff
  tenantry settings set customers.uniqueEmail=null --customer 65be9a3f1c2d4e5f60718293 --dry-run

With --json it prints all settings after the change.`
}

// Run changes settings.
func (c *settingsSetCommand) Run(ctx context.Context, p *cli.Program) error {
	wanted, err := c.wanted(p)
	if err != nil {
		return err
	}
	member := "settings"
	if c.Default {
		member = "defaultSettings"
	}
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		path := cli.CustomerPath(id)
		if c.DryRun {
			path += "?dryRun=true"
		}
		what, err := write(http.MethodPatch, path, map[string]any{member: wanted})
		if err != nil {
			return err
		}
		return tellSettings(ctx, p, reached, what, c.Default)
	})
}

// wanted returns the settings to send.
func (c *settingsSetCommand) wanted(p *cli.Program) (any, error) {
	switch {
	case c.File != "" && len(c.Settings) > 0:
		return nil, cli.Misused("--file cannot be combined with NAME=VALUE", "use one or the other")
	case c.File != "":
		content, err := contentOf(p, "--file", c.File)
		if err == nil && !json.Valid(content) {
			err = cli.Misused("the input of --file is not JSON", `give an object such as {"events": {"enabled": true}}`)
		}
		return json.RawMessage(content), err
	case len(c.Settings) == 0:
		return nil, cli.Misused("there is nothing to set", "give NAME=VALUE, such as events.enabled=true, or JSON with --file")
	}
	whole := map[string]any{}
	for _, setting := range c.Settings {
		name, value, ok := strings.Cut(setting, "=")
		if !ok || name == "" {
			return nil, cli.Misused(term.Clean(setting)+" is no NAME=VALUE", "write it like events.enabled=true")
		}
		if err := put(whole, strings.Split(name, "."), settingValue(value)); err != nil {
			return nil, err
		}
	}
	return whole, nil
}

// settingValue returns a value as JSON, or the text itself where it is none.
func settingValue(text string) json.RawMessage {
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		return json.RawMessage(`""`)
	}
	return quoted
}

// put sets a member of an object within an object.
func put(into map[string]any, path []string, value json.RawMessage) error {
	if len(path) == 1 {
		into[path[0]] = value
		return nil
	}
	if into[path[0]] == nil {
		into[path[0]] = map[string]any{}
	}
	next, ok := into[path[0]].(map[string]any)
	if !ok {
		return cli.Misused(path[0]+" is set as a whole and in part", "name each setting once")
	}
	return put(next, path[1:], value)
}
