package main

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers/view"
	"tenantry/internal/api"
	"tenantry/internal/config"
	"tenantry/internal/console"
	"tenantry/internal/console/onboarding"
	"tenantry/internal/console/page"
	"tenantry/internal/store/sqlite"
	"tenantry/tenancy"
)

// console makes the pages for people.
func (p *program) console(i *installation, log zerolog.Logger) (*console.Console, error) {
	s := i.settings
	base, origin := publicPlace(s)
	made, err := console.New(console.Options{
		App: i.service, Facts: i.told, Files: i.files(), Base: base, Origin: origin, Sandbox: s.Mode == config.Sandbox, Version: cli.Version(),
		Address: func(r *http.Request) string { return api.ClientAddress(r, s.Limits.TrustedProxies) },
		HTTPS:   byHTTPS(s),
		Admit:   i.admit,
		Report: func(r *http.Request, err error) {
			log.Error().Str("ref", r.Header.Get("X-Request-Id")).Err(err).Msg("a page could not be shown")
		},
		Now: p.Now, Random: p.Random,
	})
	if err != nil {
		return nil, fmt.Errorf("making the console: %w", err)
	}
	return made, nil
}

// onboardingPages makes the pages of onboarding links, of the kit of the console's.
func (p *program) onboardingPages(i *installation, kit *page.Kit) (*onboarding.Pages, error) {
	s := i.settings
	made, err := onboarding.New(onboarding.Options{
		App: i.service, Kit: kit, HTTPS: byHTTPS(s), Sandbox: s.Mode == config.Sandbox, Admit: i.admit,
		Address: func(r *http.Request) string { return api.ClientAddress(r, s.Limits.TrustedProxies) },
	})
	if err != nil {
		return nil, fmt.Errorf("making the pages of onboarding: %w", err)
	}
	return made, nil
}

// admit takes a page from the rate of whoever is signed in. The server is made of the pages,
// and serves before they ask.
func (i *installation) admit(caller tenancy.Caller) error { return i.server.Admit(caller) }

// byHTTPS returns what reports whether a request came by https, here or to a proxy in front.
func byHTTPS(s *config.Loaded) func(*http.Request) bool {
	_, origin := publicPlace(s)
	return func(r *http.Request) bool {
		return r.TLS != nil || s.TLS.InFront || strings.HasPrefix(origin, "https:")
	}
}

// told returns what the console's page of the system says of this process.
func (i *installation) told() []console.Fact {
	s := i.settings
	where := s.Data
	if s.UsesMongo() {
		where = s.Store.Mongo.Database
	}
	facts := []console.Fact{
		{Name: "Installation", Value: i.facts.document.ID.String()},
		{Name: "Store", Value: fmt.Sprintf("%s, schema %d, in %s", engineOf(s), i.facts.document.Schema, where)},
		{Name: "Key ring", Value: fmt.Sprintf("%s: key %d seals, %d open", i.keyring.Ring().Name(), i.keyring.Ring().Current(), len(i.keyring.Ring().Versions()))},
		{Name: "Identity provider", Value: s.IdentityProvider()},
		{Name: "Configuration", Value: cli.ConfigOf(s)},
		{Name: "Public URL", Value: cmp.Or(s.PublicURL, "as each request says")},
	}
	if s.Console.Listen != "" {
		facts = append(facts, console.Fact{Name: "Console on", Value: s.Console.Listen})
	}
	return facts
}

// files returns what tells of the files of the store, nil for one that has none here.
func (i *installation) files() func() console.Files {
	store, ok := i.store.(interface{ Files() sqlite.Files })
	if !ok {
		return nil
	}
	return func() console.Files { return console.Files(store.Files()) }
}

// publicPlace returns the path of public_url, and its scheme and host.
func publicPlace(s *config.Loaded) (base, origin string) {
	public, err := url.Parse(s.PublicURL)
	if err != nil || s.PublicURL == "" {
		return "", ""
	}
	return strings.TrimSuffix(public.Path, "/"), public.Scheme + "://" + public.Host
}

// consoleURL returns the URL by which browsers on this machine reach the pages for people.
func consoleURL(s *config.Loaded, l *listeners) string {
	if l.console != nil {
		return baseURL(s, l.console.Addr().String())
	}
	return baseURL(s, l.public.Addr().String())
}

// consoleApart returns where the pages for people are if they have an address of their
// own; empty for where the API is.
func consoleApart(s *config.Loaded) string {
	if s.Console.Listen == "" {
		return ""
	}
	return baseURL(s, s.Console.Listen)
}

// setupLink makes a link that makes an administrator of the operator, and returns it with
// the time of its end.
func (i *installation) setupLink(ctx context.Context, base string) (setupLinkBody, error) {
	caller, err := i.service.Access.Local(ctx, "")
	if err != nil {
		return setupLinkBody{}, err
	}
	made, err := i.service.Sessions.NewSetupLink(ctx, caller)
	if err != nil {
		return setupLinkBody{}, err
	}
	return setupLinkBody{URL: base + "/setup#" + made.Token.Reveal(), Expires: view.Stamp(made.Ends)}, nil
}

// setupLinkBody is a link as the command shows it.
type setupLinkBody struct {
	URL     string     `json:"url"`
	Expires view.Stamp `json:"expires"`
	Error   string     `json:"error,omitempty"`
}

// offerSetup shows a set-up link while nobody can sign in for the operator of a sandbox. In
// live mode "tenantry setup-link" makes one for who asks on the machine.
func (p *program) offerSetup(ctx context.Context, i *installation, base string) error {
	if i.settings.Mode != config.Sandbox {
		return nil
	}
	state, err := i.service.Sessions.Setup(ctx)
	if err != nil || state.HasUsers {
		return err
	}
	link, err := i.setupLink(ctx, base)
	if err != nil {
		return fmt.Errorf("making the set-up link: %w", err)
	}
	return p.Print("Open the console in a browser, once and within a day:\n\n  %s\n\n", link.URL)
}

// setupLink answers the command on the machine.
func (l *localRoutes) setupLink(w http.ResponseWriter, r *http.Request) {
	link, err := l.installation.setupLink(r.Context(), l.console)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		link = setupLinkBody{Error: err.Error()}
	}
	l.answer(w, link)
}

// setupPath is the route that makes a set-up link.
const setupPath = "/local/setup-link"

type setupLinkCommand struct{}

// Help explains what the link is for.
func (setupLinkCommand) Help() string {
	return `The link makes an administrator of the operator, who signs in to the console with a password;
while the operator has no user it names the operator too. It works once, within a day: hand
it to the person alone. Use it for the first user in live mode, and when all passwords of
the operator are lost. With --json it prints {"url", "expires"}.`
}

// Run makes a link and shows it.
func (setupLinkCommand) Run(ctx context.Context, p *program) error {
	if err := p.Here(); err != nil {
		return err
	}
	return p.With(ctx, func(reached *cli.Client) error {
		var made setupLinkBody
		what := client.Request{Method: http.MethodPost, Path: setupPath}
		err := cli.Follow(ctx, reached, what, "making the link", "run it again", func(answer setupLinkBody) (ended bool, err error) {
			if answer.Error != "" {
				return false, cli.Refused(answer.Error, "")
			}
			made = answer
			return true, nil
		})
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			return p.PrintJSON(made)
		}
		return p.Print("Open this in a browser, once and before %s:\n\n  %s\n\n", time.Time(made.Expires).Format(time.RFC1123), made.URL)
	})
}
