package seal

import (
	"crypto/rand"
	"fmt"
	"io"
	"sync"
	"time"
)

// Option changes how a ring works. The rings that come from AddVersion and
// DropOld keep the options of the one they came from.
type Option func(*settings)

type settings struct {
	random io.Reader
	now    func() time.Time
}

// WithRandom sets where nonces come from; crypto/rand unless given. Reads are
// serialized, so source need not be safe for concurrent use. A source that
// repeats itself breaks the encryption: it is for tests.
func WithRandom(source io.Reader) Option {
	return func(s *settings) { s.random = &serialReader{source: source} }
}

// WithClock sets the clock by which the making of keys is dated; time.Now
// unless given.
func WithClock(now func() time.Time) Option {
	return func(s *settings) { s.now = now }
}

func newSettings(options []Option) settings {
	s := settings{random: rand.Reader, now: time.Now}
	for _, apply := range options {
		apply(&s)
	}
	return s
}

// moment is now as the ring's text can hold it: whole seconds, UTC.
func (s settings) moment() time.Time { return s.now().UTC().Truncate(time.Second) }

// serialReader lets one goroutine read at a time.
type serialReader struct {
	mutex  sync.Mutex
	source io.Reader
}

func (s *serialReader) Read(into []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	n, err := io.ReadFull(s.source, into)
	if err != nil {
		return n, fmt.Errorf("reading the given source of randomness: %w", err)
	}
	return n, nil
}
