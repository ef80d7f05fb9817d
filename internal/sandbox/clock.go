package sandbox

import (
	"crypto/rand"
	"crypto/sha256"
	"io"
	mathrand "math/rand/v2"
	"sync"
	"time"
)

// clock shows the present, moved on, or stands still at a moment while a seed is sown. It is
// safe for concurrent use.
type clock struct {
	mu    sync.Mutex
	still time.Time
	moved time.Duration
}

// Now returns the moment that the clock shows.
func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.still.IsZero() {
		return c.still
	}
	return time.Now().Add(c.moved)
}

// stop lets the clock stand at a moment, until start lets it show the present.
func (c *clock) stop(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.still, c.moved = at, 0
}

func (c *clock) start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.still, c.moved = time.Time{}, 0
}

// to moves the clock on until it shows a moment; it never goes back.
func (c *clock) to(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if by := time.Until(at.Add(-c.moved)); by > 0 {
		c.moved += by
	}
}

// ahead returns how far the clock was moved on.
func (c *clock) ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.moved
}

// source is the randomness of ids and keys: while a seed is sown, what follows from the name
// of what is made, so that a line more in a seed changes nothing else. It is safe for
// concurrent use.
type source struct {
	mu   sync.Mutex
	from io.Reader
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.from.Read(p)
}

// name lets what comes next follow from a name.
func (s *source) name(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from = mathrand.NewChaCha8(sha256.Sum256([]byte("tenantry sandbox: " + name)))
}

// free lets nothing that comes next be foreseen.
func (s *source) free() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.from = rand.Reader
}
