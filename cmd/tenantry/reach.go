package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/customers/view"
	"tenantry/internal/config"
	"tenantry/internal/secret"
	"tenantry/keys"
)

// patience is how long a command waits for another one that has the data directory for a
// moment; retry is how often it tries.
const (
	patience = 5 * time.Second
	retry    = 25 * time.Millisecond
)

// localBase stands in for a host when the installation is reached locally.
const localBase = "http://tenantry.local"

// reach returns a client: over the network with --url, otherwise by the data directory.
// The returned function closes it.
func (p *program) reach(ctx context.Context) (*client, func(context.Context) error, error) {
	if p.flags.URL != "" {
		c, err := p.remote()
		return c, func(context.Context) error { return nil }, err
	}
	if p.flags.KeyFile != "" {
		return nil, nil, misused("--key-file needs --url", "name the service with --url, or leave --key-file out")
	}
	return p.local(ctx)
}

// with runs f with a client.
func (p *program) with(ctx context.Context, f func(c *client) error) error {
	c, end, err := p.reach(ctx)
	if err != nil {
		return err
	}
	// What was begun is ended even if ctx was canceled.
	return errors.Join(f(c), end(context.WithoutCancel(ctx)))
}

// here refuses --url for commands that work on this machine only.
func (p *program) here() error {
	if p.flags.URL != "" || p.flags.KeyFile != "" {
		return misused("this command works only on the machine of the data directory", "leave --url and --key-file out")
	}
	return nil
}

func (p *program) remote() (*client, error) {
	base, err := url.Parse(p.flags.URL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" || base.User != nil {
		return nil, misused("--url is not an http or https URL", "write it like https://api.example.com")
	}
	if base.Scheme == "http" && !config.IsLoopback(base.Hostname()) && !p.flags.Insecure {
		return nil, misused("the key would be sent unencrypted to "+base.Host, "write the URL with https; or pass --insecure if nobody listens on the way")
	}
	key, err := p.key()
	if err != nil {
		return nil, err
	}
	if key.Empty() {
		return nil, misused("there is no key for "+p.flags.URL, "put a secret key into "+keyVariable+", or into a file for --key-file; never on the command line, where others see it")
	}
	parsed, err := keys.Parse(key)
	if err != nil || parsed.Kind == keys.Publishable {
		return nil, misused("the key for "+p.flags.URL+" is not a secret or restricted key", "check that it was copied whole; it begins with sk_ or rk_")
	}
	return &client{
		transport: http.DefaultTransport, base: strings.TrimSuffix(strings.TrimSuffix(p.flags.URL, "/"), "/v3"),
		subject: parsed.Ref.ID.String(), key: key, name: p.flags.URL,
	}, nil
}

// key returns the key for --url: from the file that --key-file names, which holds the key
// alone or what --keys and --json of other commands write, else from the environment.
func (p *program) key() (secret.Text, error) {
	if p.flags.KeyFile == "" {
		return secret.New(strings.TrimSpace(p.variable(keyVariable))), nil
	}
	content, err := os.ReadFile(p.flags.KeyFile)
	if err != nil {
		return secret.Text{}, misused("the key file cannot be read: "+err.Error(), "name a file that this user can read with --key-file")
	}
	var written struct{ Keys view.KeysView }
	if json.Unmarshal(content, &written) == nil && written.Keys.Secret != "" {
		return secret.New(written.Keys.Secret), nil
	}
	return secret.New(strings.TrimSpace(string(content))), nil
}

// local reaches the installation in the data directory: the process that serves it or, if
// there is none, the handler in this process.
func (p *program) local(ctx context.Context) (*client, func(context.Context) error, error) {
	settings, err := p.settings(false)
	if err != nil {
		return nil, nil, err
	}
	p.tellConfig(settings)
	// With MongoDB too the directory is made by what makes or serves an installation.
	if _, err := os.Stat(settings.Data); errors.Is(err, fs.ErrNotExist) && settings.UsesMongo() && settings.Seal.Keyring.Empty() {
		return nil, nil, nothingHere(settings)
	}
	owned, err := p.take(ctx, settings, opening{})
	if taken, ok := errors.AsType[*datadir.TakenError](err); ok && isServed(ctx, settings.Data) {
		transport := socketTransport(settings.Data)
		end := func(context.Context) error { transport.CloseIdleConnections(); return nil }
		return &client{transport: transport, base: localBase, name: "the service in " + taken.Path}, end, nil
	}
	if err != nil {
		return nil, nil, err
	}
	i, err := p.open(ctx, settings, owned, opening{damaged: p.tellDamage})
	if err != nil {
		return nil, nil, err
	}
	// No service is running, so this process moves the events of earlier commands into
	// the log.
	if _, err := i.service.Relay.RelayEvents(ctx); err != nil {
		return nil, nil, errors.Join(err, i.close(context.WithoutCancel(ctx)))
	}
	return &client{transport: handlerTransport{i.admin()}, base: localBase, name: "the store of " + owned.Path()}, i.close, nil //nolint:contextcheck // a handler has the context of its request
}

func nothingHere(settings *config.Loaded) error {
	first := "run `tenantry init` or `tenantry serve` first"
	if settings.Mode == config.Live {
		first = "run `tenantry init --keys FILE` first"
	}
	return misused("there is no installation in "+settings.Data+" yet", first+", or name its directory with --data")
}

// take takes the data directory, unless what is there is not what the settings say: then
// nothing is made. The settings of a running service count, and not those of this run.
func (p *program) take(ctx context.Context, s *config.Loaded, how opening) (*datadir.Owned, error) {
	if !isServed(ctx, s.Data) {
		if _, err := preflight(s, how.mayBeEmpty, how.promotes); err != nil {
			return nil, err
		}
	}
	return p.own(ctx, s.Data)
}

// own takes the data directory. It waits while another command has it for a moment; if a
// service has it, or for too long, it returns the *datadir.TakenError.
func (p *program) own(ctx context.Context, data string) (*datadir.Owned, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticks := time.NewTicker(retry)
	defer ticks.Stop()
	for {
		owned, err := datadir.Own(data)
		if _, ok := errors.AsType[*datadir.TakenError](err); !ok || isServed(ctx, data) {
			return owned, err
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return nil, err
		}
	}
}

// isServed reports whether a process answers at the admin socket.
func isServed(ctx context.Context, data string) bool {
	c, err := datadir.Dial(ctx, data)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}
