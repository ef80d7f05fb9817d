package api

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// ClientAddress returns the network address that a request came from, past these proxies.
func ClientAddress(r *http.Request, trusted []netip.Prefix) string { return clientAddress(r, trusted) }

// clientAddress returns the network address that a request came from, empty if it came
// over a socket. X-Forwarded-For is believed as far as trusted proxies wrote it: from the
// right, up to the first address that is not one of them.
func clientAddress(r *http.Request, trusted []netip.Prefix) string {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	address := peer.Addr().Unmap().WithZone("")
	if !isTrusted(address, trusted) {
		return address.String()
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		named, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break // A hop that cannot be read discredits everything to its left.
		}
		address = named.Unmap().WithZone("")
		if !isTrusted(address, trusted) {
			break
		}
	}
	return address.String()
}

func isTrusted(address netip.Addr, trusted []netip.Prefix) bool {
	return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(address) })
}
