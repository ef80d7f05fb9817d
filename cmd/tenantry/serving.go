package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	stdlog "log"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"tenantry/internal/api"
	"tenantry/tenancy"
)

// endTimeout bounds what comes after the last request: background work and the store.
const endTimeout = 10 * time.Second

// serve serves all listeners and does the background work until ctx is canceled or one
// of them fails. Canceled, it first withdraws its readiness and serves on for a while, so that
// load balancers notice. Then it stops accepting, answers the requests under way, and ends
// the background work, in that order.
func (p *program) serve(ctx context.Context, i *installation, l *listeners, log zerolog.Logger) error {
	servers := map[*http.Server]net.Listener{
		publicServer(i.public(), i.settings, l.bounded): l.public, //nolint:contextcheck // a handler has the context of its request
		localServer(i.admin()):                          l.admin,  //nolint:contextcheck // likewise
	}
	if l.metrics != nil {
		servers[localServer(i.server.MetricsHandler())] = l.metrics
	}
	if l.console != nil {
		server := publicServer(i.server.ConsoleHandler(), i.settings, l.bounded) //nolint:contextcheck // a handler has the context of its request
		server.ConnState = nil                                                   // its connections are none of the API's
		servers[server] = l.console
	}
	// Requests and background work outlive ctx: they end in their turn.
	// The background work is the installation's own, of no user who started the service.
	background, stop := context.WithCancel(tenancy.WithOrigin(context.WithoutCancel(ctx), tenancy.Origin{}))
	defer stop()

	group, ending := errgroup.WithContext(ctx)
	for server, listener := range servers {
		server.ErrorLog = stdlog.New(serverLog{log}, "", 0)
		group.Go(func() error {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				return fmt.Errorf("serving %s: %w", listener.Addr(), err)
			}
			return nil
		})
	}
	worked := make(chan struct{})
	group.Go(func() error {
		defer close(worked)
		var sending sync.WaitGroup
		defer sending.Wait()
		report := func(work string, err error) {
			i.failures.WithLabelValues(work).Inc()
			log.Warn().Str("work", work).Err(err).Msg("background work failed and will be tried again")
		}
		sending.Go(func() { i.sender.Run(background, func(err error) { report(workWebhooks, err) }) })
		if checked, ok := i.store.(interface{ Check(context.Context) error }); ok {
			sending.Go(func() {
				if err := checked.Check(background); err != nil && background.Err() == nil {
					i.failures.WithLabelValues(workCheck).Inc()
					log.Error().Err(err).Msg("the check of the database found a fault")
				}
			})
		}
		sending.Go(func() { i.watch(background, log) })
		if err := i.service.Run(background, report); err != nil {
			return fmt.Errorf("doing the background work: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		<-ending.Done()
		i.server.Drain() // which ends the streams of events too
		if ctx.Err() != nil {
			delay := i.settings.ShutdownDelay()
			log.Info().Dur("delay_ms", delay).Msg("draining")
			<-time.After(delay)
		}
		err := drain(background, servers)
		if err != nil && i.server.Working() == 0 {
			log.Warn().Msg("cut off clients that neither sent their requests nor took their answers")
			err = nil
		}
		stop()
		select {
		case <-worked:
			return err
		case <-time.After(endTimeout):
			return errors.Join(err, errors.New("the background work did not end in time"))
		}
	})
	return group.Wait()
}

// drain stops all servers: they take no new requests and answer those under way, if that
// takes no longer than api.DrainTimeout.
func drain(ctx context.Context, servers map[*http.Server]net.Listener) error {
	ctx, cancel := context.WithTimeout(ctx, api.DrainTimeout)
	defer cancel()
	var group errgroup.Group
	for server := range servers {
		group.Go(func() error {
			if err := server.Shutdown(ctx); err != nil {
				return errors.Join(errors.New("requests were cut off because they took too long"), server.Close())
			}
			return nil
		})
	}
	return group.Wait()
}
