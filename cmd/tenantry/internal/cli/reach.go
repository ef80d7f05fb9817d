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
	_, here := transport.(HandlerTransport)
	options := []client.Option{client.WithTransport(transport), client.WithUserAgent("tenantry/" + Version())}
	if here {
		options = append(options, client.WithRetries(0)) // nobody else could make it succeed
	}
	api, err := client.New(localBase, options...)
	if err != nil {
		panic(err) // localBase is a sound URL
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

// reach returns a client: over the network with --url, otherwise by the data directory.
// The returned function closes it.
func (p *Program) reach(ctx context.Context) (*Client, func(context.Context) error, error) {
	if p.Flags.URL != "" {
		c, err := p.remote()
		return c, func(context.Context) error { return nil }, err
	}
	if p.Flags.KeyFile != "" {
		return nil, nil, Misused("--key-file needs --url", "name the service with --url, or leave --key-file out")
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

// Here refuses --url for commands that work on this machine only.
func (p *Program) Here() error {
	if p.Flags.URL != "" || p.Flags.KeyFile != "" {
		return Misused("this command works only on the machine of the data directory", "leave --url and --key-file out")
	}
	return nil
}

func (p *Program) remote() (*Client, error) {
	base, err := url.Parse(p.Flags.URL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" || base.User != nil {
		return nil, Misused("--url is not an http or https URL", "write it like https://api.example.com")
	}
	if base.Scheme == "http" && !config.IsLoopback(base.Hostname()) && !p.Flags.Insecure {
		return nil, Misused("the key would be sent unencrypted to "+base.Host, "write the URL with https; or pass --insecure if nobody listens on the way")
	}
	key, err := p.key()
	if err != nil {
		return nil, err
	}
	if key.Empty() {
		return nil, Misused("there is no key for "+p.Flags.URL, "put a secret key into "+KeyVariable+", or into a file for --key-file; never on the command line, where others see it")
	}
	parsed, err := keys.Parse(key)
	if err != nil || parsed.Kind == keys.Publishable {
		return nil, Misused("the key for "+p.Flags.URL+" is not a secret or restricted key", "check that it was copied whole; it begins with sk_ or rk_")
	}
	var transport http.RoundTripper = http.DefaultTransport
	if p.Tells {
		transport = &slowed{RoundTripper: transport, tell: p.Tell}
	}
	options := []client.Option{
		client.WithKey(key.Reveal()), client.WithTransport(transport), client.WithUserAgent("tenantry/" + Version()),
		client.WithInsecure(), // refused above where nobody allowed it
	}
	api, err := client.New(p.Flags.URL, options...)
	if err != nil {
		return nil, Misused(err.Error(), "check --url and the key")
	}
	return &Client{api: api, Name: p.Flags.URL}, nil
}

// key returns the key for --url: from the file that --key-file names, which holds the key
// alone or what --keys and --json of other commands write, else from the environment.
func (p *Program) key() (secret.Text, error) {
	if p.Flags.KeyFile == "" {
		return secret.New(strings.TrimSpace(p.Variable(KeyVariable))), nil
	}
	content, err := os.ReadFile(p.Flags.KeyFile)
	if err != nil {
		return secret.Text{}, Misused("the key file cannot be read: "+err.Error(), "name a file that this user can read with --key-file")
	}
	var written struct{ Keys view.KeysView }
	if json.Unmarshal(content, &written) == nil && written.Keys.Secret != "" {
		return secret.New(written.Keys.Secret), nil
	}
	return secret.New(strings.TrimSpace(string(content))), nil
}
