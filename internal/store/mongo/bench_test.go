package mongo_test

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers"
	"tenantry/internal/store"
	"tenantry/internal/store/storetest"
)

// BenchmarkContract measures the engine as every engine is measured. On the built
// test server set TENANTRY_BENCH_CHILDREN to a few hundred: it scans.
func BenchmarkContract(b *testing.B) {
	storetest.Bench(b, func(b *testing.B) store.Store {
		uri, database := freshDatabase(b)
		return openAt(b, uri, database)
	})
}

// BenchmarkGetAgainstDriver reads the same customers in turn through the engine and
// through the driver alone, which decodes nothing, and reports how many reads of the
// engine fit in the time of one of the driver's.
func BenchmarkGetAgainstDriver(b *testing.B) {
	e := newEnv(b)
	var all []*customers.Customer
	for range 50 {
		all = append(all, e.child(e.tenant, storetest.Typical()))
	}
	uri := testServer(b)
	store := openAt(b, uri, e.raw.Name()) // without the listener of the env's own
	b.Cleanup(func() { closeStore(b, store) })
	bare := connect(b, uri).Database(e.raw.Name()).Collection("customers")
	var engine, driver time.Duration
	for n := 0; b.Loop(); n++ {
		c := all[n%len(all)]
		start := time.Now()
		_, err := store.Get(b.Context(), c.Ref())
		between := time.Now()
		filter := bson.D{{Key: "_id", Value: bson.ObjectID(c.ID)}, {Key: "tenant", Value: bson.ObjectID(c.Tenant)}, {Key: "living", Value: true}}
		_, bareErr := bare.FindOne(b.Context(), filter).Raw()
		engine, driver = engine+between.Sub(start), driver+time.Since(between)
		if err != nil || bareErr != nil {
			b.Fatal(err, bareErr)
		}
	}
	b.ReportMetric(float64(driver)/float64(engine), "of-driver")
	b.ReportMetric(float64(engine.Microseconds())/float64(b.N), "µs/get")
}

// BenchmarkService measures the whole service on this engine. Its figures on the
// built test server are that server's: it scans.
func BenchmarkService(b *testing.B) {
	storetest.BenchService(b, func(b *testing.B) store.Store {
		uri, database := freshDatabase(b)
		return openAt(b, uri, database)
	})
}
