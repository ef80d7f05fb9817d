package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"tenantry/internal/store"
	"tenantry/tenancy"
)

// Store keeps customers in one SQLite file. It is safe for concurrent use.
type Store struct {
	readers *readers
	scans   *scans
	writer  *writer
	cache   *cache
	metrics *metrics
	damage  store.DamageLog
	files   *watch
	search  searchBounds
	counts  counts
	// switches answers who is not active.
	switches *switches
	// root remembers the id of the operator; it never changes once it exists.
	root atomic.Pointer[tenancy.ID]

	closing  chan struct{}
	closed   chan struct{}
	once     sync.Once
	closeErr error
}

var _ store.Store = (*Store)(nil)

// common is set on every connection. The map of the file into memory stays off:
// its pages would count as resident once per connection.
var common = []string{"busy_timeout = 5000", "foreign_keys = ON", "mmap_size = 0", "temp_store = MEMORY", "trusted_schema = OFF"}

// Open opens the database in opts.Dir, creates it if it is missing, and brings its schema
// up to date. The caller ensures that no other process has the directory open, and closes
// the Store.
func Open(ctx context.Context, opts Options) (*Store, error) {
	opts = opts.withDefaults()
	path, err := prepareFiles(opts.Dir)
	if err != nil {
		return nil, err
	}
	writing, err := dial(ctx, path, append([]string{
		// What is deleted or replaced is overwritten in the file.
		"secure_delete = ON",
		"journal_mode = WAL", "synchronous = FULL", "cache_size = -8192",
		// The journal is copied beside the writer, which would else do it within a commit.
		"wal_autocheckpoint = 0", fmt.Sprintf("journal_size_limit = %d", longestJournal),
	}, common...)...)
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, writing); err != nil {
		return nil, errors.Join(err, writing.close())
	}
	s := &Store{search: opts.search, metrics: newMetrics(), damage: store.DamageLog{Report: opts.OnDamage}, closing: make(chan struct{}), closed: make(chan struct{})}
	if s.cache, err = newCache(opts.CacheBytes, s.metrics); err != nil {
		return nil, errors.Join(err, writing.close())
	}
	if s.switches, err = loadSwitches(ctx, writing); err != nil {
		return nil, errors.Join(err, writing.close())
	}
	if s.readers, err = openReaders(ctx, path, opts.Readers, s.closing); err != nil {
		return nil, errors.Join(err, writing.close())
	}
	if s.scans, err = openScans(ctx, path, opts, s.closing); err != nil {
		return nil, errors.Join(err, s.readers.close(), writing.close())
	}
	copying, err := dial(ctx, path, append(common[1:], "busy_timeout = 0")...)
	if err != nil {
		return nil, errors.Join(err, s.scans.readers.close(), s.readers.close(), writing.close())
	}
	if s.files, err = watchFiles(path); err != nil {
		return nil, errors.Join(err, copying.close(), s.scans.readers.close(), s.readers.close(), writing.close())
	}
	s.writer = newWriter(writing, path, s.cache, s.switches, newJournal(copying, path), s.files, s.metrics, s.closing)
	s.writer.waits = opts.search.waits
	go s.writer.run()
	return s, nil
}

// Ping reads from the file, and looks whether it still has its name.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.serves(ctx); err != nil {
		return failed("asking whether the store serves", err)
	}
	if err := s.files.check(); err != nil {
		return failed("asking whether the store serves", err)
	}
	return s.read(ctx, "asking whether the store serves", func(c *conn) error {
		_, _, err := c.number(ctx, "PRAGMA schema_version")
		return err
	})
}

// Scrub copies the journal into the file and empties it, so that nothing of what was erased
// is left in either. Where a reader is in the way for long, that is done later.
func (s *Store) Scrub(ctx context.Context) error {
	const doing = "emptying the journal"
	for deadline := time.Now().Add(scrubWait); time.Now().Before(deadline); {
		emptied := make(chan bool, 1)
		select {
		case s.writer.scrubs <- emptied:
		case <-ctx.Done():
			return failed(doing, ctx.Err())
		case <-s.closing:
			return failed(doing, errClosed)
		}
		if <-emptied {
			return nil
		}
		time.Sleep(restartPause)
	}
	return nil
}

// scrubWait bounds how long readers are waited for.
const scrubWait = 5 * time.Second

// Close lets running calls finish, refuses new ones, and closes the file. A second
// call waits for the first.
func (s *Store) Close(ctx context.Context) error {
	s.once.Do(func() {
		close(s.closing)
		go func() {
			defer close(s.closed)
			<-s.writer.ended
			// The writer's connection closes last: the last one empties the journal.
			s.closeErr = errors.Join(s.readers.close(), s.scans.readers.close(), s.writer.journal.close(), s.writer.c.close())
		}()
	})
	select {
	case <-s.closed:
		return failed("closing the database", s.closeErr)
	case <-ctx.Done():
		return failed("closing the database", ctx.Err())
	}
}

// serves refuses a call whose context ended or that comes after Close.
func (s *Store) serves(ctx context.Context) error {
	select {
	case <-s.closing:
		return errClosed
	default:
		return ctx.Err()
	}
}

// read runs f on a connection of its own, and wraps its errors in what it did.
func (s *Store) read(ctx context.Context, doing string, f func(c *conn) error) error {
	if err := s.serves(ctx); err != nil {
		return failed(doing, err)
	}
	c, err := s.readers.take(ctx)
	if err != nil {
		return failed(doing, err)
	}
	defer s.readers.put(c)
	return s.failed(doing, f(c))
}
