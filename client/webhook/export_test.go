package webhook

import "time"

// SetNow replaces the clock of a receiver.
func (r *Receiver) SetNow(now func() time.Time) { r.now = now }
