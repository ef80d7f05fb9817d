package commands

import (
	"context"
	"io"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/view"
	"tenantry/internal/secret"
)

type loginCommand struct {
	KeyStore string `help:"Where the key is kept: keychain (that of this machine), or file (one that only this user can read)." enum:"keychain,file" default:"keychain" placeholder:"STORE"`
}

// Help explains what is kept where.
func (loginCommand) Help() string {
	return `Keeps the URL of a service and a secret key under a name, for --profile and TENANTRY_PROFILE of
other commands. The key is asked for without showing it or, where there is no terminal, read
from standard input; it never stands on the command line. The service is asked whose key it
is before anything is kept. Logging in again under the same name replaces the key.

URL and customer are in profiles.json of the directory tenantry in this user's configuration
(XDG_CONFIG_HOME), the key in the keychain of the machine or, with --key-store file, in a file
below keys there.

Examples:

    tenantry login --profile prod --url https://api.example.com
    tenantry login --profile ci --url https://api.example.com --key-store file < platform.key
    tenantry customers list --profile prod`
}

// loggedIn is the JSON form of the outcome.
type loggedIn struct {
	Profile  string         `json:"profile"`
	URL      string         `json:"url"`
	Customer string         `json:"customer"`
	Name     string         `json:"name,omitempty"`
	Mode     string         `json:"mode"`
	Key      string         `json:"key"`
	Scopes   []client.Scope `json:"scopes"`
	KeyStore string         `json:"keyStore"`
}

// Run checks a key with its service and keeps both.
func (c *loginCommand) Run(ctx context.Context, p *cli.Program) error {
	name := p.Flags.Profile
	if name == "" {
		name = p.Variable(cli.ProfileVariable)
	}
	if name == "" {
		return cli.Misused("there is no name to keep the key under", "give one with --profile, such as --profile prod")
	}
	profiles, err := p.Profiles()
	if err != nil {
		return err
	}
	kept := cli.Profile{URL: p.Flags.URL, Insecure: p.Flags.Insecure}
	if kept.URL == "" {
		kept.URL = p.Variable(cli.URLVariable)
	}
	if kept.URL == "" {
		before, err := profiles.All()
		if err != nil {
			return err
		}
		kept.URL, kept.Insecure = before[name].URL, before[name].Insecure || kept.Insecure
	}
	if kept.URL == "" {
		return cli.Misused("there is no service to log in to", "name it with --url, such as --url https://api.example.com")
	}
	key, err := c.key(p, kept.URL)
	if err != nil {
		return err
	}
	reached, err := p.RemoteClient(kept.URL, key, kept.Insecure)
	if err != nil {
		return err
	}
	who, owner, err := whoIs(ctx, reached)
	if err != nil {
		return err
	}
	kept.Customer, kept.Name, kept.KeyStore = who.Subject.ID, owner, c.KeyStore
	if err := profiles.Keep(name, kept, key); err != nil {
		return err
	}
	if p.Flags.JSON {
		return p.PrintJSON(loggedIn{
			Profile: name, URL: kept.URL, Customer: kept.Customer, Name: kept.Name, Mode: who.Mode,
			Key: who.Credential.ID, Scopes: who.Credential.Scopes, KeyStore: kept.KeyStore,
		})
	}
	whose := "customer " + who.Subject.ID
	if owner != "" {
		whose = term.Clean(owner) + " (" + who.Subject.ID + ")"
	}
	return p.Print("Logged in to %s (%s) with %s of %s, which may: %s.\nUse it with --profile %s, or TENANTRY_PROFILE=%s.\n",
		kept.URL, term.Clean(who.Mode), term.Clean(who.Credential.ID), whose, term.Clean(words(who.Credential.Scopes)), name, name)
}

// key returns the key to keep: from --key-file, the terminal or standard input.
func (c *loginCommand) key(p *cli.Program, target string) (secret.Text, error) {
	switch {
	case p.Flags.KeyFile != "":
		return p.KeyFromFile()
	case p.Asks:
		typed, err := p.Secret("Secret key for " + target + " (it is not shown): ")
		if err != nil {
			return secret.Text{}, cli.Refused("no key was read: "+err.Error(), "")
		}
		return cli.KeyIn([]byte(typed)), nil
	}
	content, err := io.ReadAll(io.LimitReader(p.Stdin, 1<<20))
	if err != nil {
		return secret.Text{}, cli.Misused("the key cannot be read from standard input: "+err.Error(), "")
	}
	return cli.KeyIn(content), nil
}

// whoIs asks the service how it sees the caller, and for the name of the customer, which is
// empty if the caller may not read it.
func whoIs(ctx context.Context, reached *cli.Client) (who client.WhoAmI, name string, err error) {
	if _, err := reached.Read(ctx, read("/v3/whoami"), &who); err != nil {
		return who, "", err
	}
	var subject view.View
	if _, err := reached.Read(ctx, read(cli.CustomerPath(who.Subject.ID)), &subject); err == nil {
		name = subject.Name
	}
	return who, name, nil
}

type logoutCommand struct{}

// Help explains what goes.
func (logoutCommand) Help() string {
	return `Removes a profile and its key from this machine. The key goes on to work: revoke it with
"tenantry keys revoke" if it may have leaked.

Examples:

    tenantry logout --profile prod`
}

// Run forgets a profile.
func (logoutCommand) Run(p *cli.Program) error {
	if p.Flags.Profile == "" {
		return cli.Misused("there is no profile to forget", "name it with --profile; `tenantry profiles list` shows those that there are")
	}
	profiles, err := p.Profiles()
	if err != nil {
		return err
	}
	kept, err := profiles.Get(p.Flags.Profile)
	if err != nil {
		return err
	}
	if err := profiles.Drop(p.Flags.Profile); err != nil {
		return err
	}
	if p.Flags.JSON {
		return p.PrintJSON(map[string]string{"profile": p.Flags.Profile, "url": kept.URL})
	}
	return p.Print("Forgot %s, and its key for %s on this machine; the key itself still works.\n", p.Flags.Profile, kept.URL)
}
