package sqlite

import (
	"runtime"
	"time"

	"tenantry/customers/rows"
)

// Options configure where a Store lies and how much memory it may take.
type Options struct {
	// Dir is the directory of the database file; it is created if it is missing. No other
	// Store may be open in it.
	Dir string
	// CacheBytes bounds the memory of what is kept of customers: 0 is 32 MiB, a negative number
	// disables the cache.
	CacheBytes int64
	// Readers is how many reads run at once; 0 is twice the processors, between 4
	// and 16. Each costs about 2 MiB of memory.
	Readers int
	// OnDamage is told of each stored record that cannot be read, once; nil for nobody.
	// It is called while the read waits.
	OnDamage func(rows.Damage)
	// Scans is how many searches run at once, on readers of their own; 0 is one with
	// fewer than four processors and else two.
	Scans int
	// ScanTimeout is how long a search may take, its wait included; 0 is 5 seconds.
	ScanTimeout time.Duration

	search searchBounds // of tests alone; zero is the usual ones
}

const (
	defaultCacheBytes = 32 << 20
	fewestReaders     = 4
	mostReaders       = 16
	scanTimeout       = 5 * time.Second
	// scanQueue bounds the searches that wait: those behind would not get their turn in
	// time.
	scanQueue = 16
)

func (o Options) withDefaults() Options {
	if o.CacheBytes == 0 {
		o.CacheBytes = defaultCacheBytes
	}
	if o.Readers <= 0 {
		o.Readers = min(max(2*runtime.GOMAXPROCS(0), fewestReaders), mostReaders)
	}
	if o.Scans <= 0 {
		o.Scans = 1
		if runtime.GOMAXPROCS(0) >= 4 {
			o.Scans = 2
		}
	}
	if o.ScanTimeout <= 0 {
		o.ScanTimeout = scanTimeout
	}
	if o.search == (searchBounds{}) {
		o.search = usualSearch
	}
	return o
}
