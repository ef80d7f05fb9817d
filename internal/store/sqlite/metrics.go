package sqlite

import (
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics counts the work of a store.
type metrics struct {
	size, duration  prometheus.Histogram
	failed, refused prometheus.Counter
	hits, misses    prometheus.Counter
}

func newMetrics() *metrics {
	counter := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	}
	return &metrics{
		size: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tenantry_store_commit_writes", Help: "Writes that each commit holds; its count is the number of commits.",
			Buckets:                     []float64{1, 2, 4, 8, 16, 32, 64, 128, largestBatch},
			NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 100, NativeHistogramMinResetDuration: time.Hour,
		}),
		duration: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tenantry_store_commit_duration_seconds", Help: "Time that each commit takes, until it is on the disk.",
			Buckets:                     []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15},
			NativeHistogramBucketFactor: 1.1, NativeHistogramMaxBucketNumber: 100, NativeHistogramMinResetDuration: time.Hour,
		}),
		failed:  counter("tenantry_store_commits_failed_total", "Commits that failed; their writes were refused."),
		refused: counter("tenantry_store_writes_failed_total", "Writes that the store could not make: a full disk, one that fails, files that are gone."),
		hits:    counter("tenantry_store_cache_hits_total", "Reads of a customer that the cache answered."),
		misses:  counter("tenantry_store_cache_misses_total", "Reads of a customer that went to the database."),
	}
}

// Metrics returns what tells of the work of the store, to be registered once.
func (s *Store) Metrics() []prometheus.Collector {
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	m := s.metrics
	return []prometheus.Collector{
		m.size, m.duration, m.failed, m.refused, m.hits, m.misses,
		gauge("tenantry_store_connections_in_use", "Connections of the store that work at this moment: readers of SQLite, or connections to MongoDB.",
			func() float64 { return float64(len(s.readers.all) - len(s.readers.idle)) }),
		gauge("tenantry_store_connections", "Connections of the store that are open.",
			func() float64 { return float64(len(s.readers.all)) }),
		gauge("tenantry_store_writes_waiting", "Writes that wait for the writer.",
			func() float64 { return float64(s.writer.queue.Load()) }),
		gauge("tenantry_store_journal_bytes", "Size of the journal beside the database.",
			func() float64 { return sizeOf(s.writer.path + "-wal") }),
		gauge("tenantry_store_database_bytes", "Size of the database, without its journal.",
			func() float64 { return sizeOf(s.writer.path) }),
		gauge("tenantry_store_journal_checkpoint_timestamp_seconds", "When all of the journal was last copied into the database; 0 for not since the start.",
			func() float64 { return float64(s.writer.journal.begun.Load()) / float64(time.Second) }),
		gauge("tenantry_store_cache_customers", "Customers that are kept, as they are shown or decoded; one may be both.",
			func() float64 { return float64(s.cache.length()) }),
		gauge("tenantry_store_cache_bytes", "Memory that these take, about.",
			func() float64 { return float64(s.cache.bytes()) }),
	}
}

// Files is what a store tells of its files.
type Files struct {
	// Database and Journal are their sizes in bytes.
	Database, Journal int64
	// Checkpoint is when all of the journal was last copied into the database by the store,
	// zero for not since the start.
	Checkpoint time.Time
	// Waiting is the number of writes that wait for the writer.
	Waiting int64
}

// Files returns what the store tells of its files at the moment.
func (s *Store) Files() Files {
	f := Files{Database: int64(sizeOf(s.writer.path)), Journal: int64(sizeOf(s.writer.path + "-wal")), Waiting: s.writer.queue.Load()}
	if begun := s.writer.journal.begun.Load(); begun > 0 {
		f.Checkpoint = time.Unix(0, begun)
	}
	return f
}

// sizeOf returns the size of a file, 0 if it is not there.
func sizeOf(path string) float64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return float64(info.Size())
}
