package access

import (
	"time"

	"tenantry/tenancy"
)

// HeldAttempts returns how many targets and rows wait to be recorded.
func HeldAttempts(s *Service) (targets, rows int) {
	s.attempts.mu.Lock()
	defer s.attempts.mu.Unlock()
	for _, sources := range s.attempts.by {
		rows += len(sources)
	}
	return len(s.attempts.by), rows
}

// HeldRefusals returns how many actors are counted after as many were refused within a
// minute.
func HeldRefusals(actors int) int {
	var r refusals
	for i := range actors {
		r.admit(tenancy.ID{byte(i), byte(i >> 8), byte(i >> 16)}, time.Time{})
	}
	return len(r.counts)
}
