package kyc

import (
	"sync"
	"time"
)

// circuit keeps from asking somebody who fails again and again: after so many
// failures in a row nobody is asked for a pause, and then one at a time until an
// answer comes. It is safe for concurrent use.
type circuit struct {
	failures int
	pause    time.Duration

	mu     sync.Mutex
	failed int
	until  time.Time
}

// closed tells whether somebody may be asked now.
func (c *circuit) closed(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failed < c.failures {
		return true
	}
	if now.Before(c.until) {
		return false
	}
	c.until = now.Add(c.pause) // this one tries; others wait for what becomes of it
	return true
}

// note counts how a question ended.
func (c *circuit) note(well bool, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if well {
		c.failed = 0
		return
	}
	c.failed++
	c.until = now.Add(c.pause)
}
