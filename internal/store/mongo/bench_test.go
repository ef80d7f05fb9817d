package mongo_test

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// BenchmarkContract measures the engine as every engine is measured. On the built
// test server set TENANTRY_BENCH_CHILDREN to a few hundred: it scans.
func BenchmarkContract(b *testing.B) {
	storetest.Bench(b, func(b *testing.B) store.Store {
		uri, database := freshDatabase(b)
		return openAt(b, uri, database)
	})
}

// BenchmarkAgainstDriver does the same in turn through the engine and by the same commands
// through the driver alone, which neither decodes nor encodes, and reports how often the engine
// does it in the time of the driver. It compares medians, of which a server that was busy with
// something else for a moment changes neither.
func BenchmarkAgainstDriver(b *testing.B) {
	e := newEnv(b)
	const many = 50
	var all []*customers.Customer
	for range 2 * many {
		all = append(all, e.child(e.tenant, storetest.Typical()))
	}
	uri := testServer(b)
	store := openAt(b, uri, e.raw.Name()) // without the listener of the env's own
	b.Cleanup(func() { closeStore(b, store) })
	bare := connect(b, uri).Database(e.raw.Name()).Collection("customers")
	living := func(c *customers.Customer) bson.D {
		return bson.D{{Key: "_id", Value: bson.ObjectID(c.ID)}, {Key: "tenant", Value: bson.ObjectID(c.Tenant)}, {Key: "living", Value: true}}
	}
	page := rows.Query{Tenant: e.tenant.Tenant, Under: e.tenant.ID, Order: rows.Order{By: rows.ByCreated}, Limit: many - 1}
	documents := map[tenancy.ID]bson.Raw{}
	for _, c := range all {
		document, err := bare.FindOne(b.Context(), living(c)).Raw()
		testkit.Must(b, err)
		documents[c.ID] = document
	}
	for name, row := range map[string]struct {
		engine, driver func(c *customers.Customer) error
	}{
		"get": {
			func(c *customers.Customer) error { _, err := store.Get(b.Context(), c.Ref()); return err },
			func(c *customers.Customer) error { _, err := bare.FindOne(b.Context(), living(c)).Raw(); return err },
		},
		"list": {
			func(*customers.Customer) error { _, err := store.List(b.Context(), page); return err },
			func(*customers.Customer) error {
				below := bson.D{{Key: "parent", Value: bson.ObjectID(page.Under)}, {Key: "tenant", Value: bson.ObjectID(page.Tenant)}, {Key: "living", Value: true}}
				newest := options.Find().SetSort(bson.D{{Key: "created", Value: -1}, {Key: "_id", Value: -1}}).SetLimit(int64(page.Limit) + 1)
				cursor, err := bare.Find(b.Context(), below, newest)
				if err != nil {
					return err
				}
				var documents []bson.Raw
				return cursor.All(b.Context(), &documents)
			},
		},
		"replace": {
			func(c *customers.Customer) error {
				c.Version++
				return store.Replace(b.Context(), c, c.Version-1)
			},
			func(c *customers.Customer) error {
				as := append(living(c), bson.E{Key: "version", Value: c.Version}, bson.E{Key: "auditCount", Value: bson.D{{Key: "$exists", Value: false}}})
				c.Version++ // some servers write nothing in place of what is the same
				binary.LittleEndian.PutUint64(documents[c.ID].Lookup("version").Value, uint64(c.Version))
				done, err := bare.ReplaceOne(b.Context(), as, documents[c.ID])
				if err == nil && done.ModifiedCount != 1 {
					err = errors.New("nothing was replaced")
				}
				return err
			},
		},
	} {
		b.Run(name, func(b *testing.B) {
			var engine, driver []time.Duration
			timed := func(act func(*customers.Customer) error, c *customers.Customer) time.Duration {
				start := time.Now()
				testkit.Must(b, act(c))
				return time.Since(start)
			}
			for n := 0; b.Loop(); n++ {
				mine, its := all[2*(n%many)], all[2*(n%many)+1] // neighbors: the built test server scans
				if n%2 == 0 {
					engine = append(engine, timed(row.engine, mine))
				}
				driver = append(driver, timed(row.driver, its))
				if n%2 == 1 {
					engine = append(engine, timed(row.engine, mine))
				}
			}
			slices.Sort(engine)
			slices.Sort(driver)
			median := engine[len(engine)/2]
			b.ReportMetric(float64(driver[len(driver)/2])/float64(median), "of-driver")
			b.ReportMetric(float64(median.Microseconds()), "µs/op")
		})
	}
}

// BenchmarkService measures the whole service on this engine. Its figures on the
// built test server are that server's: it scans.
func BenchmarkService(b *testing.B) {
	storetest.BenchService(b, func(b *testing.B) store.Store {
		uri, database := freshDatabase(b)
		return openAt(b, uri, database)
	})
}

// BenchmarkRelay creates customers over sixteen connections while nothing is relayed, relays
// their events, and then does both at once. It reports the two rates, what the relay does of
// the creates, and how long an event waits meanwhile: at the most, and for 99 of a hundred.
func BenchmarkRelay(b *testing.B) {
	const writers, each = 16, 100
	uri, database := freshDatabase(b)
	store := openAt(b, uri, database)
	b.Cleanup(func() { closeStore(b, store) })
	watch := &stopwatch{Store: store, made: map[tenancy.ID]time.Time{}}
	h := testkit.Install(b, watch)
	p := h.Create(h.Operator, `{"name":"P","email":"p@example.com","planKey":"platform"}`)
	create := func() time.Duration {
		began := time.Now()
		var group sync.WaitGroup
		for range writers {
			group.Go(func() {
				for range each {
					h.Create(p, `{"name":"C","email":"c@example.com","planKey":"payer"}`)
				}
			})
		}
		group.Wait()
		return time.Since(began)
	}
	var creating, relaying time.Duration
	created, relayed := 0, 0
	var lags []time.Duration
	for b.Loop() {
		_, err := h.Svc.Relay.RelayEvents(b.Context())
		testkit.Must(b, err)
		creating += create()
		created += writers * each
		began := time.Now()
		n, err := h.Svc.Relay.RelayEvents(b.Context())
		testkit.Must(b, err)
		relaying, relayed = relaying+time.Since(began), relayed+n
		clear(watch.made)
		watch.lags = nil // those of a backlog that was let grow
		beside(b, h.Svc.Relay.RelayEvents, create)
		lags = append(lags, watch.lags...)
	}
	slices.Sort(lags)
	b.ReportMetric(float64(created)/creating.Seconds(), "creates/s")
	b.ReportMetric(float64(relayed)/relaying.Seconds(), "relayed/s")
	b.ReportMetric(float64(relayed)/relaying.Seconds()/(float64(created)/creating.Seconds()), "of-creates")
	if len(lags) > 0 {
		b.ReportMetric(float64(lags[len(lags)-1].Milliseconds()), "ms-lag-max")
		b.ReportMetric(float64(lags[len(lags)*99/100].Milliseconds()), "ms-lag-p99")
	}
}

// stopwatch is a store that takes how long the first event of a customer waits to be relayed,
// from the end of the write that made it.
type stopwatch struct {
	store.Store
	mu   sync.Mutex
	made map[tenancy.ID]time.Time
	lags []time.Duration
}

func (s *stopwatch) Insert(ctx context.Context, c *customers.Customer, with ...rows.Companion) error {
	err := s.Store.Insert(ctx, c, with...)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made[c.ID] = time.Now()
	return err
}

func (s *stopwatch) Relay(ctx context.Context, batches ...rows.Batch) error {
	err := s.Store.Relay(ctx, batches...)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, batch := range batches {
		if since, ok := s.made[batch.Customer.ID]; ok && err == nil {
			s.lags = append(s.lags, time.Since(since))
			delete(s.made, batch.Customer.ID)
		}
	}
	return err
}

// beside relays beside some work until nothing is left, as a process does that writes.
func beside(b *testing.B, relay func(context.Context) (int, error), work func() time.Duration) {
	ended := make(chan struct{})
	go func() { work(); close(ended) }()
	for left := 1; left > 0; {
		select {
		case <-ended:
			left = 0
		default:
		}
		n, err := relay(b.Context())
		testkit.Must(b, err)
		left += n
	}
}
