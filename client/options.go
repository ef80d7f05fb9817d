package client

import (
	"net/http"
	"net/netip"
	"time"
)

// Option changes what [New] makes.
type Option func(*settled, *Client)

// settled is what only New needs.
type settled struct{ insecure bool }

// WithKey sends a secret key, a restricted key or an access token with every call. It is
// never printed or logged by this package.
func WithKey(key string) Option { return func(_ *settled, c *Client) { c.shared.key = NewSecret(key) } }

// WithPublishableKey sends a publishable key, which may only make tokens and read the
// public profile of a merchant.
func WithPublishableKey(key string) Option {
	return func(_ *settled, c *Client) { c.shared.publishableKey = NewSecret(key) }
}

// WithCustomer names the customer that calls act for in place of the owner of the key. An
// access token needs it, since it does not show its owner.
func WithCustomer(id string) Option { return func(_ *settled, c *Client) { c.customer = id } }

// WithTransport makes calls by a transport of the caller's own, such as one with a client
// certificate or traces; the default is [http.DefaultTransport]. Redirects are never
// followed, whatever the transport.
func WithTransport(transport http.RoundTripper) Option {
	return func(_ *settled, c *Client) {
		if transport != nil {
			c.shared.transport = transport
		}
	}
}

// WithRetries bounds how often a call is tried again; the default is 4, and 0 tries each
// call once.
func WithRetries(most int) Option { return func(_ *settled, c *Client) { c.shared.retries = most } }

// WithTimeout bounds a single try; the default is one minute, and 0 leaves it to the
// context of the call, which bounds all tries together. Streams are bounded by their
// context alone.
func WithTimeout(each time.Duration) Option {
	return func(_ *settled, c *Client) { c.shared.timeout = each }
}

// WithUserAgent names the program that calls, as in "payouts/2.1", before the name of this
// package.
func WithUserAgent(program string) Option {
	return func(_ *settled, c *Client) { c.shared.userAgent = program + " " + defaultAgent }
}

// WithInsecure allows a base URL of plain http to other machines. Whoever listens on the
// way reads the key.
func WithInsecure() Option { return func(o *settled, _ *Client) { o.insecure = true } }

func loopbackAddress(host string) bool {
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}
