package webhooks

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"time"

	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

const (
	// shareLife is how long a process that died keeps its share of the slots, and
	// shareRenewed how often a process renews its own: two renewals may fail.
	shareLife    = 10 * time.Second
	shareRenewed = 4500 * time.Millisecond
	// sharesKey is the reservation that lists the processes. It is one document, so that a
	// process learns of all others by one read and its share needs one write.
	sharesKey = "lease:relay/shares"
)

// shares divides the slots among the processes of a store: each has as many as the others,
// and those of a process that ended go to the others once its lease ends. Which process is
// alive is judged by the clock that all share. Two may take a slot for theirs until both
// have renewed, which does no harm: what they do can be done twice.
type shares struct {
	store Leases
	now   func() time.Time
	self  tenancy.ID

	mu      sync.Mutex
	known   rows.Reservation // the list as this process last saw it
	members []member
	// first is how long after that the first lease of another process ends.
	first time.Duration
}

// member is a process, and until when it is taken for alive.
type member struct {
	ID   tenancy.ID `json:"id"`
	Ends time.Time  `json:"ends"`
}

// slots returns the share of this process.
func (s *shares) slots(ctx context.Context) (mine tenancy.Slots, err error) {
	now, err := registry.SharedNow(ctx, s.store, s.now())
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	alive := s.alive(s.members, now)
	at := slices.IndexFunc(alive, func(m member) bool { return m.ID == s.self })
	for slot := at; slot < tenancy.SlotCount; slot += len(alive) {
		mine = mine.With(slot)
	}
	return mine, nil
}

// alive returns the members that live at a moment, this process among them, in one order.
func (s *shares) alive(members []member, now time.Time) []member {
	list := []member{{ID: s.self, Ends: now.Add(shareLife)}}
	for _, m := range members {
		if m.ID != s.self && m.Ends.After(now) {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b member) int { return bytes.Compare(a.ID[:], b.ID[:]) })
	return list
}

// keep renews the share until ctx ends, and gives it up then. It calls grown when the lease of
// another process ended: a living one renews long before.
func (s *shares) keep(ctx context.Context, report func(error), grown func()) {
	turn, ended := time.NewTicker(shareRenewed), time.NewTimer(s.renewOnce(ctx, report))
	defer turn.Stop()
	defer ended.Stop()
	for {
		select {
		case <-ctx.Done():
			// A failure does no harm, because the lease ends by itself.
			_ = s.write(context.WithoutCancel(ctx), true)
			return
		case <-turn.C:
			ended.Reset(s.renewOnce(ctx, report))
		case <-ended.C:
			grown()
		}
	}
}

// renewOnce renews the share, and returns how long it is until the first lease of another
// process ends.
func (s *shares) renewOnce(ctx context.Context, report func(error)) time.Duration {
	if err := s.write(ctx, false); err != nil {
		if ctx.Err() == nil {
			report(err)
		}
		return shareLife
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.first
}

// write writes this process into the list of processes, or out of it when it leaves. A
// process that was alone there tries without reading the list first.
func (s *shares) write(ctx context.Context, leaves bool) error {
	now, err := registry.SharedNow(ctx, s.store, s.now())
	if err != nil {
		return err
	}
	s.mu.Lock()
	known, members := s.known, s.members
	s.mu.Unlock()
	read := len(members) != 1
	for range registry.MaxRaces {
		if read {
			known, err = s.store.ReservationHolder(ctx, sharesKey)
			if err != nil && !errors.Is(err, rows.ErrNotFound) {
				return rows.StoreFault(err, "reading who relays")
			}
			members = membersOf(known)
		}
		read = true
		members = s.alive(members, now)
		if leaves {
			members = slices.DeleteFunc(members, func(m member) bool { return m.ID == s.self })
		}
		ok, err := s.swap(ctx, known, members, now)
		if err != nil || ok {
			return rows.StoreFault(err, "renewing a share of the relay")
		}
	}
	return nil // others renew all the time, and so will this process at its next turn
}

// swap replaces the list of processes, if it still is the known one.
func (s *shares) swap(ctx context.Context, known rows.Reservation, members []member, now time.Time) (ok bool, err error) {
	next := rows.Reservation{Key: sharesKey, Customer: tenancy.Ref{Tenant: s.self, ID: s.self}, Taken: now, Ends: now.Add(shareLife)}
	if !now.After(known.Taken) { // no two lists are taken for one
		next.Taken = known.Taken.Add(time.Millisecond)
	}
	if next.Request, err = json.Marshal(members); err != nil {
		return false, err
	}
	if known.Key == "" {
		_, ok, err = s.store.Reserve(ctx, next)
	} else {
		ok, err = s.store.CompareAndSwap(ctx, known, next)
	}
	if ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.known, s.members, s.first = next, members, shareLife
		for _, m := range members {
			if m.ID != s.self {
				s.first = min(s.first, m.Ends.Sub(now)+time.Millisecond)
			}
		}
	}
	return ok, err
}

// membersOf returns the processes of a list; none of one that this build cannot read, which
// it then replaces.
func membersOf(list rows.Reservation) (members []member) {
	if json.Unmarshal(list.Request, &members) != nil {
		return nil
	}
	return members
}
