package mongo

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"tenantry/customers/rows"
	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// DefaultTimeout bounds a call if Options do not say otherwise.
const DefaultTimeout = 5 * time.Second

// Options configure which MongoDB to use.
type Options struct {
	// URI is a mongodb:// or mongodb+srv:// connection string. Its settings of read
	// preference, read concern and write concern are replaced by this package's.
	URI secret.Text
	// Database holds the collections.
	Database string
	// Timeout bounds every call, the search for a server included. Zero is DefaultTimeout.
	Timeout time.Duration
	// LaggingLists lets secondaries answer the reads whose queries say MayLag.
	LaggingLists bool
	// OnDamage is told of each stored record that cannot be read, once; nil for nobody.
	OnDamage func(rows.Damage)
	// Monitor is told of each command too; nil for nobody.
	Monitor *event.CommandMonitor
	// Now is the clock of this machine; nil is time.Now.
	Now func() time.Time
}

// Store implements store.Store on MongoDB. Make it with Open; end it with Close.
type Store struct {
	client                    *driver.Client
	customers, claims, events *driver.Collection
	deliveries, happened      *driver.Collection
	documents, installations  *driver.Collection
	counts, lanes             *driver.Collection
	// arrivals is written, and arrived is the same collection for readers; so is relayable
	// that of customers.
	arrivals, arrived, relayable *driver.Collection
	// listed and logged are the customers and events of queries that may lag.
	listed, logged *driver.Collection
	timeout        time.Duration
	counting       time.Duration // the longest that the total of a list is counted
	damage         store.DamageLog
	metrics        *metrics
	clock          clock
	outage         outage
	// mended is when deliveries that are due for long were last noted, in milliseconds
	// since 1970, and operator the operator once it was found.
	mended   atomic.Int64
	operator atomic.Pointer[tenancy.Ref]
}

var _ store.Store = (*Store)(nil)

// Open connects to MongoDB and creates the indexes that are missing. It returns an error
// that wraps rows.ErrUnavailable if no server answers within the timeout, and a *ClockError
// if the clock of this machine is not that of the server; no error shows the URI.
func Open(ctx context.Context, o Options) (*Store, error) {
	m := newMetrics()
	s, err := open(ctx, o, settings(o).SetMonitor(m.monitor(o.Monitor)).SetPoolMonitor(m.pool()))
	if err != nil {
		return nil, err
	}
	s.metrics = m
	return s, nil
}

// settings returns the client's options. The package comment explains the concerns.
func settings(o Options) *options.ClientOptions {
	journaled := true
	return options.Client().
		ApplyURI(o.URI.Reveal()).
		SetAppName("tenantry").
		SetReadPreference(readpref.Primary()).
		SetReadConcern(readconcern.Local()).
		SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journaled}).
		SetServerSelectionTimeout(o.Timeout).
		SetConnectTimeout(o.Timeout)
}

// open connects to MongoDB and migrates it.
func open(ctx context.Context, o Options, client *options.ClientOptions) (*Store, error) {
	s, err := connect(ctx, o, client)
	if err != nil {
		return nil, err
	}
	err = s.agrees(ctx)
	if err == nil {
		err = s.Migrate(ctx)
	}
	if err != nil {
		_ = s.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return s, nil
}

// connect connects to MongoDB and changes nothing.
func connect(ctx context.Context, o Options, client *options.ClientOptions) (*Store, error) {
	if o.Database == "" {
		return nil, errors.New("opening MongoDB: the name of the database is missing")
	}
	// The driver's own words about a bad URI may quote the password in it.
	if client.Validate() != nil {
		return nil, errors.New("opening MongoDB: the URI is not one; it looks like mongodb://user:password@host:27017/?replicaSet=rs0, " +
			"with every character of user and password but letters and digits percent-encoded")
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Store{timeout: o.Timeout, counting: min(mostCounting, o.Timeout), damage: store.DamageLog{Report: o.OnDamage}, clock: clock{now: o.Now}, outage: outage{now: o.Now}}
	connected, err := driver.Connect(client.SetServerMonitor(s.outage.monitor()))
	if err != nil {
		return nil, fmt.Errorf("opening MongoDB: %w", plain(err))
	}
	database := connected.Database(o.Database)
	s.client = connected
	s.customers, s.claims, s.events = database.Collection("customers"), database.Collection("claims"), database.Collection("events")
	s.deliveries, s.happened = database.Collection("deliveries"), database.Collection("activities")
	s.documents, s.installations = database.Collection("documents"), database.Collection("installation")
	s.counts, s.lanes = database.Collection("counts"), database.Collection("lanes")
	s.arrivals = database.Collection("arrivals")
	majority := options.Collection().SetReadConcern(readconcern.Majority())
	s.arrived, s.relayable = database.Collection("arrivals", majority), database.Collection("customers", majority)
	s.listed, s.logged = s.customers, s.events
	if o.LaggingLists {
		lagging := options.Collection().SetReadConcern(readconcern.Majority()).SetReadPreference(secondaries(client))
		s.listed, s.logged = database.Collection("customers", lagging), database.Collection("events", lagging)
	}
	if err := s.Ping(ctx); err != nil {
		_ = s.Close(context.WithoutCancel(ctx))
		return nil, err
	}
	return s, nil
}

// leastStaleness is the smallest bound of how far a secondary may be behind that MongoDB takes.
const leastStaleness = 90 * time.Second

// secondaries returns the read preference of what may lag: a secondary that is not far
// behind, or the primary while there is none.
func secondaries(client *options.ClientOptions) *readpref.ReadPref {
	bound := leastStaleness
	if client.HeartbeatInterval != nil { // a bound that is not ten seconds longer is refused
		bound = max(bound, *client.HeartbeatInterval+10*time.Second)
	}
	return readpref.SecondaryPreferred(readpref.WithMaxStaleness(bound))
}

// customersFor returns the customers for a query that may lag or not.
func (s *Store) customersFor(mayLag bool) *driver.Collection {
	if mayLag {
		return s.listed
	}
	return s.customers
}

// eventsFor returns the log for a query that may lag or not; what is asked for by its id
// may not.
func (s *Store) eventsFor(q rows.EventQuery) *driver.Collection {
	if q.MayLag && q.ID.IsZero() {
		return s.logged
	}
	return s.events
}

// Ping implements store.Store: it reads from a server that takes writes, because a proxy
// that has lost its own store may still answer a ping. The read is made as a command, which
// the driver does not try again.
func (s *Store) Ping(ctx context.Context) error {
	nobody := equal("find", s.customers.Name(), "filter", byRef(tenancy.Ref{}), "limit", 1, "singleBatch", true)
	return s.do(ctx, "asking MongoDB whether it serves", func(ctx context.Context) error {
		return s.customers.Database().RunCommand(ctx, nobody).Err()
	})
}

// Close implements store.Store. It waits for calls that are under way, at most until
// ctx ends; later calls return rows.ErrUnavailable. Closing again does nothing.
func (s *Store) Close(ctx context.Context) error {
	if err := s.client.Disconnect(ctx); err != nil && !errors.Is(err, driver.ErrClientDisconnected) {
		return failed(ctx, "closing MongoDB", err)
	}
	return nil
}

// do runs the requests of one call under the store's time limit, and wraps their errors
// so that they show whether another try may help.
func (s *Store) do(ctx context.Context, doing string, requests func(ctx context.Context) error) error {
	err := ctx.Err()
	if err == nil {
		err = s.outage.guard(func() error {
			limited, cancel := context.WithTimeout(ctx, s.timeout)
			defer cancel()
			return requests(limited)
		})
	}
	s.damage.Note(err)
	return failed(ctx, doing, err)
}
