package client

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Client calls a Tenantry service. It is safe for concurrent use. Its fields group the
// calls by what they are about.
type Client struct {
	Customers   *CustomersService
	Settings    *SettingsService
	Plans       *PlansService
	Keys        *KeysService
	Users       *UsersService
	Invitations *InvitationsService
	Onboarding  *OnboardingService
	Banks       *BanksService
	Cards       *CardsService
	Tokens      *TokensService
	Activities  *ActivitiesService
	Documents   *DocumentsService
	Owners      *OwnersService
	Identity    *IdentityService
	Events      *EventsService
	Webhooks    *WebhooksService
	Payers      *PayersService
	Access      *AccessService
	Service     *ServiceService

	shared *shared
	// customer is whom calls act for; empty sends no header.
	customer string
}

// shared is what all copies of a client have in common.
type shared struct {
	base           string
	transport      http.RoundTripper
	key            Secret
	publishableKey Secret
	userAgent      string
	timeout        time.Duration
	retries        int

	// Replaced by tests, so that none of them waits.
	now    func() time.Time
	sleep  sleeper
	random func() float64 // in [0, 1)
}

// The bounds of a client that no option changes.
const (
	defaultTimeout = 60 * time.Second
	defaultRetries = 4
	defaultAgent   = "tenantry-go"
)

// New returns a client of the service at a base URL, such as https://api.example.com; a
// trailing /v3 is ignored. It acts for the owner of its key unless [WithCustomer] says
// otherwise. An http URL whose host is not this machine is refused together with a key
// unless [WithInsecure] allows it, since whoever listens on the way would read the key.
func New(base string, options ...Option) (*Client, error) {
	c := &Client{shared: &shared{
		transport: http.DefaultTransport, userAgent: defaultAgent, timeout: defaultTimeout, retries: defaultRetries,
		now: time.Now, sleep: sleep, random: rand.Float64,
	}}
	var o settled
	for _, option := range options {
		option(&o, c)
	}
	parsed, err := url.Parse(base)
	switch {
	case err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.RawQuery != "" || parsed.Fragment != "":
		return nil, errors.New("the base URL is not an http or https URL; write it like https://api.example.com")
	case parsed.User != nil:
		return nil, errors.New("the base URL holds a user or password; pass a key with WithKey")
	case parsed.Scheme == "http" && !o.insecure && !c.shared.key.Empty() && !isLoopback(parsed.Hostname()):
		return nil, fmt.Errorf("the key would be sent unencrypted to %s; write the base URL with https, or pass WithInsecure if nobody listens on the way", parsed.Host)
	case !printable(c.shared.key.Reveal()) || !printable(c.shared.publishableKey.Reveal()):
		return nil, errors.New("the key holds a character that no header may hold; check that it was copied whole and without line ends")
	case c.shared.retries < 0 || c.shared.timeout < 0:
		return nil, errors.New("retries and timeout must not be negative")
	}
	c.shared.base = strings.TrimSuffix(strings.TrimSuffix(base, "/"), "/v3")
	if c.customer == "" {
		c.customer = owner(c.shared.key)
	}
	return c.wired(), nil
}

// As returns a client that acts for another customer, which must be the owner of the key
// or below it; everything else is shared with c.
func (c *Client) As(customer string) *Client {
	return (&Client{shared: c.shared, customer: customer}).wired()
}

// Customer returns the id of the customer that c acts for: what [Client.As] or
// [WithCustomer] named, otherwise the owner of the key. It is empty if neither is known.
func (c *Client) Customer() string { return c.customer }

// wired returns c with its groups of calls.
func (c *Client) wired() *Client {
	c.Customers = &CustomersService{c}
	c.Settings = &SettingsService{c}
	c.Plans = &PlansService{c}
	c.Keys = &KeysService{c}
	c.Users = &UsersService{c}
	c.Invitations = &InvitationsService{c}
	c.Onboarding = &OnboardingService{c}
	c.Banks = &BanksService{c}
	c.Cards = &CardsService{c}
	c.Tokens = &TokensService{c}
	c.Activities = &ActivitiesService{c}
	c.Documents = &DocumentsService{c}
	c.Owners = &OwnersService{c}
	c.Identity = &IdentityService{c}
	c.Events = &EventsService{c}
	c.Webhooks = &WebhooksService{c}
	c.Payers = &PayersService{c}
	c.Access = &AccessService{c}
	c.Service = &ServiceService{c}
	return c
}

func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	return loopbackAddress(host)
}

// printable reports whether a text can be sent in a header.
func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '!' || r > '~' }) < 0
}
