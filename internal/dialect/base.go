package dialect

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Base returns what links in answers to a request begin with, without a slash at its end:
// the public URL, if there is one, else the scheme and host that this very request used, so
// that a forged host is told to nobody but its sender. A proxy is believed only if it is a
// trusted one.
func Base(publicURL string, trusted []netip.Prefix, request *http.Request) string {
	if publicURL != "" {
		return publicURL
	}
	scheme, host := "http", request.Host
	if request.TLS != nil {
		scheme = "https"
	}
	if proxied(trusted, request) {
		if forwarded := strings.ToLower(nearest(request.Header, "X-Forwarded-Proto")); forwarded == "http" || forwarded == "https" {
			scheme = forwarded
		}
		if forwarded := nearest(request.Header, "X-Forwarded-Host"); isHost(forwarded) {
			host = forwarded
		}
	}
	if !isHost(host) {
		return "" // Links are paths then: still right, for whoever asked in earnest.
	}
	return scheme + "://" + host
}

// proxied reports whether the peer is a trusted proxy.
func proxied(trusted []netip.Prefix, request *http.Request) bool {
	peer, err := netip.ParseAddrPort(request.RemoteAddr)
	if err != nil {
		return false
	}
	address := peer.Addr().Unmap().WithZone("")
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(address) })
}

// nearest returns what the nearest proxy wrote: the last of a list.
func nearest(header http.Header, name string) string {
	list := strings.Join(header.Values(name), ",")
	return strings.TrimSpace(list[strings.LastIndexByte(list, ',')+1:])
}

// isHost reports whether a text is a host name or address, perhaps with a port, and
// nothing that could become another part of a URL.
func isHost(text string) bool {
	plain := text != "" && len(text) <= 255 && !strings.ContainsFunc(text, func(r rune) bool {
		letter := (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9')
		return !letter && !strings.ContainsRune("-._:[]", r)
	})
	if !plain {
		return false
	}
	parsed, err := url.Parse("http://" + text)
	return err == nil && parsed.Host == text && parsed.Hostname() != ""
}
