package tenancy

import (
	"context"
	"net/netip"
	"strings"
	"unicode"
)

// Origin is where a request came from, as the events that it causes keep it.
type Origin struct {
	// Address is the network that the request came from, see Network; empty for a request
	// that came over no network.
	Address string
	// UserAgent is what its client calls itself: its own claim, shortened.
	UserAgent string
	// Ref is the reference of its answer.
	Ref string
	// SystemUser is the user of the operating system behind a request on the machine
	// itself, as "name (uid)".
	SystemUser string
}

// originKey is the key of the Origin in a context.
type originKey struct{}

// WithOrigin returns a context whose events name the origin. It travels in the context
// because it decides nothing: whoever writes an event reads it, and nobody else.
func WithOrigin(ctx context.Context, origin Origin) context.Context {
	return context.WithValue(ctx, originKey{}, origin)
}

// WithOriginFrom is WithOrigin for an origin that is only found out if an event is written,
// which most requests never do.
func WithOriginFrom(ctx context.Context, find func() Origin) context.Context {
	return context.WithValue(ctx, originKey{}, find)
}

// OriginOf returns the origin of the request that a context belongs to, the zero value
// for work of the installation itself.
func OriginOf(ctx context.Context) Origin {
	switch origin := ctx.Value(originKey{}).(type) {
	case Origin:
		return origin
	case func() Origin:
		return origin()
	default:
		return Origin{}
	}
}

// What Network keeps of an address: enough to see which network it was, and too little to
// see who.
const (
	networkBits4 = 24
	networkBits6 = 48
)

// Network returns the network of an address in CIDR form: the first 24 bits of IPv4, the
// first 48 of IPv6. It is empty for a text that is no address.
func Network(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	parsed = parsed.Unmap().WithZone("")
	bits := networkBits6
	if parsed.Is4() {
		bits = networkBits4
	}
	return netip.PrefixFrom(parsed, bits).Masked().String()
}

// longestUserAgent bounds what is kept of a client's claim about itself.
const longestUserAgent = 200

// ShortUserAgent returns the header User-Agent as events keep it: printable, on one line,
// and no longer than 200 characters.
func ShortUserAgent(header string) string {
	var kept strings.Builder
	length := 0
	for _, letter := range strings.ToValidUTF8(header, "") {
		if length == longestUserAgent {
			break
		}
		if unicode.IsPrint(letter) {
			kept.WriteRune(letter)
			length++
		}
	}
	return strings.TrimSpace(kept.String())
}
