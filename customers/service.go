package customers

import (
	"errors"
	"io"
	"time"

	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
)

// Options are what a Service is made of; all but the numbers are required.
type Options struct {
	Store    Store
	Sealer   Sealer
	Plans    *plans.Catalog
	Minter   keys.Minter
	Verifier *keys.Verifier
	Tokens   *keys.Tokens
	Provider Provider
	// SettingsRules say which receivers of events are acceptable.
	SettingsRules settings.Rules
	// Mode is keys.Test in a sandbox, where micro-deposits are always 32 and 45
	// cents, else keys.Live.
	Mode keys.Mode
	// MaxDepth is the most customers on a path from the root; default 5.
	MaxDepth int
	// Topics names the messages of each format; default: the type of the event.
	Topics Topics
	// Relayed is told after events were relayed, so that they are sent at once; may be nil.
	Relayed func()
	// EventRetention is how long ended deliveries, and the copies of resources in
	// events, are kept; zero keeps them for ever.
	EventRetention time.Duration
	// Exclusive says that no other process works on the store.
	Exclusive bool
	Now       func() time.Time
	Random    io.Reader
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	store         Store
	sealer        Sealer
	catalog       *plans.Catalog
	minter        keys.Minter
	verifier      *keys.Verifier
	tokens        *keys.Tokens
	provider      Provider
	settingsRules settings.Rules
	mode          keys.Mode
	maxDepth      int
	now           func() time.Time
	random        io.Reader
	topics        Topics
	relayed       func()
	retention     time.Duration
	exclusive     bool
	refusals      refusals

	uses keyUses
}

// New checks the options and makes a Service.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Sealer == nil || o.Plans == nil || o.Verifier == nil || o.Tokens == nil ||
		o.Provider == nil || o.Now == nil || o.Random == nil {
		return nil, errors.New("customers: an option is missing")
	}
	if o.MaxDepth == 0 {
		o.MaxDepth = 5
	}
	if o.Topics == nil {
		o.Topics = nativeTopics
	}
	return &Service{
		store: o.Store, sealer: o.Sealer, catalog: o.Plans, minter: o.Minter, verifier: o.Verifier, tokens: o.Tokens,
		provider: o.Provider, settingsRules: o.SettingsRules, mode: o.Mode, maxDepth: o.MaxDepth,
		now: o.Now, random: o.Random,
		topics: o.Topics, relayed: o.Relayed, retention: o.EventRetention, exclusive: o.Exclusive,
	}, nil
}
