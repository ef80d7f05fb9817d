package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/rs/zerolog"

	"tenantry/internal/api"
	"tenantry/internal/app"
	"tenantry/internal/config"
	"tenantry/internal/console"
)

// console makes the pages for people.
func (p *program) console(s *config.Loaded, service *app.App, log zerolog.Logger) (*console.Console, error) {
	base, origin := publicPlace(s)
	made, err := console.New(console.Options{
		App: service, Base: base, Origin: origin, Sandbox: s.Mode == config.Sandbox, Version: buildVersion(),
		Address: func(r *http.Request) string { return api.ClientAddress(r, s.Limits.TrustedProxies) },
		HTTPS: func(r *http.Request) bool {
			return r.TLS != nil || s.TLS.InFront || strings.HasPrefix(origin, "https:")
		},
		Report: func(r *http.Request, err error) {
			log.Error().Str("ref", r.Header.Get("X-Request-Id")).Err(err).Msg("a page could not be shown")
		},
		Now: p.now, Random: p.random,
	})
	if err != nil {
		return nil, fmt.Errorf("making the console: %w", err)
	}
	return made, nil
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
