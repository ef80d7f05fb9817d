package store

import (
	"errors"
	"sync"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// mostDamage bounds how many damaged records a DamageLog remembers.
const mostDamage = 10_000

// DamageLog remembers which stored records an engine could not read since it was opened,
// each once. It is safe for concurrent use; the zero value is ready.
type DamageLog struct {
	// Report is told of each damaged record once; nil for nobody.
	Report func(rows.Damage)

	mu   sync.Mutex
	seen map[damaged]bool
	list []rows.Damage
}

type damaged struct {
	kind string
	id   tenancy.ID
}

// Note remembers the damaged record that an error is about, if it is about one.
func (l *DamageLog) Note(err error) {
	d, ok := errors.AsType[*rows.Damage](err)
	if !ok {
		return
	}
	if l.add(*d) && l.Report != nil {
		l.Report(*d)
	}
}

// add reports whether the record was not known yet.
func (l *DamageLog) add(d rows.Damage) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := damaged{d.Kind, d.ID}
	if l.seen[key] || len(l.list) >= mostDamage {
		return false
	}
	if l.seen == nil {
		l.seen = map[damaged]bool{}
	}
	l.seen[key] = true
	l.list = append(l.list, d)
	return true
}

// All returns the damaged records in the order in which they were met.
func (l *DamageLog) All() []rows.Damage {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.list[:len(l.list):len(l.list)]
}

// Count returns the number of damaged records.
func (l *DamageLog) Count() int { return len(l.All()) }
