package cli

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"strings"

	"tenantry/client"
	"tenantry/customers/view"
	"tenantry/internal/config"
	"tenantry/internal/secret"
	"tenantry/keys"
)

// localBase stands in for a host when the installation is reached locally.
const localBase = "http://tenantry.local"

// LocalClient returns a client of an installation on this machine, with the operator's
// authority. name is what messages call the other side.
func LocalClient(transport http.RoundTripper, name string) *Client {
	return LocalClientAt("", transport, name)
}

// LocalClientAt is LocalClient with the host and port that links in answers lead to, empty
// if they are not known.
func LocalClientAt(host string, transport http.RoundTripper, name string) *Client {
	base := localBase
	if host != "" {
		base = "http://" + host
	}
	_, here := transport.(HandlerTransport)
	options := []client.Option{client.WithTransport(transport), client.WithUserAgent("tenantry/" + Version())}
	if here {
		options = append(options, client.WithRetries(0)) // nobody else could make it succeed
	}
	api, err := client.New(base, options...)
	if err != nil {
		panic(err) // the host is that of a listener
	}
	return &Client{api: api, Name: name, InProcess: here}
}

// CustomerPath returns the path of a customer, or of what is below it.
func CustomerPath(id string, below ...string) string {
	path := "/v3/customers/" + url.PathEscape(id)
	for _, part := range below {
		path += "/" + url.PathEscape(part)
	}
	return path
}

// place is a service elsewhere, or this machine where url is empty.
type place struct {
	url string
	// profile is the name that it is kept under, if it is.
	profile  string
	kept     Profile
	insecure bool
}

// target returns what a command is to reach. What is typed goes before the environment, and
// a URL before a profile; two things that are typed and differ are refused.
func (p *Program) target() (place, error) {
	url, profile := p.Flags.URL, p.Flags.Profile
	if url != "" && profile != "" {
		return place{}, Misused("--url and --profile name two services", "leave one of them out")
	}
	if url == "" && profile == "" {
		url, profile = p.Variable(URLVariable), p.Variable(ProfileVariable)
	}
	if url != "" || profile == "" {
		return place{url: url, insecure: p.Flags.Insecure}, nil
	}
	profiles, err := p.Profiles()
	if err != nil {
		return place{}, err
	}
	kept, err := profiles.Get(profile)
	if err != nil {
		return place{}, err
	}
	return place{url: kept.URL, profile: profile, kept: kept, insecure: kept.Insecure || p.Flags.Insecure}, nil
}

// Elsewhere returns the URL of the service that a command is to reach, empty for this
// machine.
func (p *Program) Elsewhere() (string, error) {
	where, err := p.target()
	return where.url, err
}

// reach returns a client: over the network when something elsewhere is named, otherwise by
// the data directory. The returned function closes it.
func (p *Program) reach(ctx context.Context) (*Client, func(context.Context) error, error) {
	where, err := p.target()
	if err != nil {
		return nil, nil, err
	}
	if where.url != "" {
		c, err := p.remote(where)
		return c, func(context.Context) error { return nil }, err
	}
	if p.Flags.KeyFile != "" {
		return nil, nil, Misused("--key-file needs --url or --profile", "name the service, or leave --key-file out")
	}
	return p.Local(ctx)
}

// With runs f with a client.
func (p *Program) With(ctx context.Context, f func(c *Client) error) error {
	c, end, err := p.reach(ctx)
	if err != nil {
		return err
	}
	// What was begun is ended even if ctx was canceled.
	return errors.Join(f(c), end(context.WithoutCancel(ctx)))
}

// Here refuses commands that work on this machine only where something elsewhere is named.
func (p *Program) Here() error {
	for _, name := range []string{URLVariable, ProfileVariable} {
		if p.Variable(name) != "" {
			return Misused(name+" is set, and this command works only on the machine of the data directory", "unset it for this command, as in `env -u "+name+" tenantry …`")
		}
	}
	return p.HereByFlags()
}

// HereByFlags is Here for commands that cannot be mistaken for something elsewhere, such as
// serve: the environment does not matter to them.
func (p *Program) HereByFlags() error {
	if p.Flags.URL != "" || p.Flags.KeyFile != "" || p.Flags.Profile != "" {
		return Misused("this command works only on the machine of the data directory", "leave --url, --profile and --key-file out")
	}
	return nil
}

func (p *Program) remote(where place) (*Client, error) {
	key, err := p.key(where)
	if err != nil {
		return nil, err
	}
	return p.RemoteClient(where.url, key, where.insecure)
}

// RemoteClient returns a client of a service elsewhere.
func (p *Program) RemoteClient(target string, key secret.Text, insecure bool) (*Client, error) {
	base, err := url.Parse(target)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" || base.User != nil {
		return nil, Misused("the URL of the service is not an http or https URL", "write it like https://api.example.com")
	}
	if base.Scheme == "http" && !config.IsLoopback(base.Hostname()) && !insecure {
		return nil, Misused("the key would be sent unencrypted to "+base.Host, "write the URL with https; or pass --insecure if nobody listens on the way")
	}
	if key.Empty() {
		return nil, Misused("there is no key for "+target, "put a secret key into "+KeyVariable+", or into a file for --key-file, or keep it with `tenantry login`; never on the command line, where others see it")
	}
	parsed, err := keys.Parse(key)
	if err != nil || parsed.Kind == keys.Publishable {
		return nil, Misused("the key for "+target+" is not a secret or restricted key", "check that it was copied whole; it begins with sk_ or rk_")
	}
	transport := http.DefaultTransport
	if p.Tells {
		transport = &slowed{RoundTripper: transport, tell: p.Tell}
	}
	api, err := client.New(target, client.WithKey(key.Reveal()), client.WithTransport(transport), client.WithUserAgent("tenantry/"+Version()),
		client.WithInsecure()) // refused above where nobody allowed it
	if err != nil {
		return nil, Misused(err.Error(), "check the URL and the key")
	}
	return &Client{api: api, Name: target}, nil
}

// Owner returns the id of the customer that calls act for, empty for the operator of this
// machine.
func (c *Client) Owner() string { return c.api.Customer() }

// key returns the key for a service: from the file that --key-file names, else from the
// profile or, for a bare URL, from the environment.
func (p *Program) key(where place) (secret.Text, error) {
	if p.Flags.KeyFile != "" {
		return p.KeyFromFile()
	}
	if where.profile == "" {
		return secret.New(strings.TrimSpace(p.Variable(KeyVariable))), nil
	}
	profiles, err := p.Profiles()
	if err != nil {
		return secret.Text{}, err
	}
	return profiles.Key(where.profile, where.kept)
}

// KeyFromFile returns the key in the file that --key-file names.
func (p *Program) KeyFromFile() (secret.Text, error) {
	content, err := os.ReadFile(p.Flags.KeyFile)
	if err != nil {
		return secret.Text{}, Misused("the key file cannot be read: "+err.Error(), "name a file that this user can read with --key-file")
	}
	return KeyIn(content), nil
}

// KeyIn returns the key that a text holds: alone, or in what --keys and --json of other
// commands write.
func KeyIn(content []byte) secret.Text {
	var written struct{ Keys view.KeysView }
	if json.Unmarshal(content, &written) == nil && written.Keys.Secret != "" {
		return secret.New(written.Keys.Secret)
	}
	return secret.New(strings.TrimSpace(string(content)))
}
