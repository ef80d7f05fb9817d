package customers

import "time"

// MostDropFailures wrong confirmations of its micro-deposits make a bank inactive.
const MostDropFailures = 3

// DropsDue returns since when the oldest of the micro-deposits waits that the operator has
// yet to send, or nil when none does.
func (c *Customer) DropsDue() (since *time.Time) {
	if c.Deleted != nil {
		return nil
	}
	for i := range c.Banks {
		bank := &c.Banks[i]
		if bank.AwaitsDrops() && (since == nil || bank.Drops.Started.Before(*since)) {
			since = &bank.Drops.Started
		}
	}
	return since
}

// AwaitsDrops reports whether micro-deposits to the bank were started and not sent yet.
func (b *Bank) AwaitsDrops() bool {
	return b.Active && !b.Verified && b.Drops != nil && b.Drops.Sent == nil
}
