package main

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"time"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/internal/config"
)

// patience is how long a command waits for another one that has the data directory for a
// moment; retry is how often it tries.
const (
	patience = 5 * time.Second
	retry    = 25 * time.Millisecond
)

// local reaches the installation in the data directory: the process that serves it or, if
// there is none, the handler in this process.
func (p *program) local(ctx context.Context) (*cli.Client, func(context.Context) error, error) {
	settings, err := p.Settings(false)
	if err != nil {
		return nil, nil, err
	}
	p.TellConfig(settings)
	// With MongoDB too the directory is made by what makes or serves an installation.
	if _, err := os.Stat(settings.Data); errors.Is(err, fs.ErrNotExist) && settings.UsesMongo() && settings.Seal.Keyring.Empty() {
		return nil, nil, nothingHere(settings)
	}
	owned, err := p.take(ctx, settings, opening{})
	if taken, ok := errors.AsType[*datadir.TakenError](err); ok && isServed(ctx, settings.Data) {
		transport := socketTransport(settings.Data)
		end := func(context.Context) error { transport.CloseIdleConnections(); return nil }
		return cli.LocalClient(transport, "the service in "+taken.Path), end, nil
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
	return cli.LocalClient(cli.HandlerTransport{Handler: i.admin()}, "the store of "+owned.Path()), i.close, nil //nolint:contextcheck // a handler has the context of its request
}

func nothingHere(settings *config.Loaded) error {
	first := "run `tenantry init` or `tenantry serve` first"
	if settings.Mode == config.Live {
		first = "run `tenantry init --keys FILE` first"
	}
	return cli.Misused("there is no installation in "+settings.Data+" yet", first+", or name its directory with --data")
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

// socketTransport returns a transport that reaches the owner of a data directory.
func socketTransport(data string) *http.Transport {
	return &http.Transport{
		DisableCompression: true,
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return datadir.Dial(ctx, data) },
	}
}
