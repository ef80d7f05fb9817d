package main

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/internal/api"
	"tenantry/internal/config"
	"tenantry/tenancy"
)

// listeners are the open addresses of a service.
type listeners struct {
	public, metrics, admin net.Listener
	// console is that of the pages for people, nil where they are served beside the API.
	console net.Listener
	// bounded counts the connections of the public listener.
	bounded *connections
	// registry takes the metrics of the service.
	registry *prometheus.Registry
}

// listen opens the public address and that of the metrics.
func (p *program) listen(ctx context.Context, s *config.Loaded, log zerolog.Logger) (*listeners, error) {
	l := listeners{registry: prometheus.NewRegistry()}
	var err error
	var c net.ListenConfig
	if l.public, err = c.Listen(ctx, "tcp", s.Listen); err != nil {
		return nil, &cli.Failure{Code: cli.ExitMisused, Text: "the API cannot listen", Cause: err,
			Hint: "choose another address with --listen, or stop the program that listens there"}
	}
	l.bounded = boundConnections(l.public, s.Limits.Connections, s.Limits.AddressConnections, openFiles(), s.Limits.TrustedProxies, l.registry)
	l.public = l.bounded
	if s.Console.Listen != "" {
		if l.console, err = c.Listen(ctx, "tcp", s.Console.Listen); err != nil {
			l.close()
			return nil, &cli.Failure{Code: cli.ExitMisused, Text: "the console cannot listen", Cause: err,
				Hint: `choose another address for console.listen, or "" for the pages beside the API`}
		}
	}
	if s.TLS.Cert != "" {
		c, err := openCertificate(s.TLS.Cert, s.TLS.Key, p.Now, log)
		if err != nil {
			l.close()
			return nil, cli.Misused("the certificate cannot be used: "+err.Error(), "check tls.cert and tls.key")
		}
		c.watch(l.registry)
		l.public = tls.NewListener(l.public, c.settings())
		if l.console != nil {
			l.console = tls.NewListener(l.console, c.settings())
		}
	}
	if s.Metrics.Listen == "" {
		return &l, nil
	}
	if l.metrics, err = c.Listen(ctx, "tcp", s.Metrics.Listen); err != nil {
		l.close()
		return nil, &cli.Failure{Code: cli.ExitMisused, Text: "the metrics cannot be served", Cause: err,
			Hint: `choose another address for metrics.listen, or "" to serve no metrics`}
	}
	return &l, nil
}

// close closes the listeners that are still open; servers close their own.
func (l *listeners) close() {
	for _, one := range []net.Listener{l.public, l.metrics, l.admin, l.console} {
		if one != nil {
			_ = one.Close()
		}
	}
}

// metricsAddress returns the address of the metrics, empty if they are not served.
func (l *listeners) metricsAddress() string {
	if l.metrics == nil {
		return ""
	}
	return l.metrics.Addr().String()
}

// publicServer returns the server of the network. Its time limits hold off slow clients.
func publicServer(handler http.Handler, s *config.Loaded, bounded *connections) *http.Server {
	return &http.Server{
		ConnState:         bounded.noteState,
		Handler:           handler,
		ReadHeaderTimeout: api.ReadHeaderTimeout,
		ReadTimeout:       api.ReadTimeout,
		// An answer may come as late as a request may take, after it was read.
		WriteTimeout:   max(api.WriteTimeout, api.ReadTimeout+s.Limits.RequestTimeout),
		IdleTimeout:    api.IdleTimeout,
		MaxHeaderBytes: api.ServerHeaderBytes,
	}
}

// localServer returns the server of the admin socket and of the metrics. It has no time
// limit for answers: a rotation takes as long as it takes. Its requests know which user of
// the system opened the socket.
func localServer(handler http.Handler) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: api.ReadHeaderTimeout,
		IdleTimeout:       api.IdleTimeout,
		MaxHeaderBytes:    api.MaxHeaderBytes,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return tenancy.WithOrigin(ctx, tenancy.Origin{SystemUser: datadir.PeerUser(c)})
		},
	}
}
