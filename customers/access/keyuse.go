package access

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// maxNotedUses bounds the customers whose key use waits to be flushed; beyond it
// the notes of others are dropped: they are approximate.
const maxNotedUses = 10_000

// keyUses gathers when keys were used, and the tags of keys that have none yet, so that
// a read causes no write: Run flushes the notes now and then.
type keyUses struct {
	mu     sync.Mutex
	noted  map[tenancy.Ref]map[string]keyUse
	tagged map[tenancy.Ref][]keys.Tagged
}

// keyUse is when a key was last used, and from where.
type keyUse struct {
	at      time.Time
	address string
}

func (u *keyUses) note(ref tenancy.Ref, number int32, now time.Time, address string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	uses, ok := u.noted[ref]
	if !ok {
		if len(u.noted) >= maxNotedUses {
			return
		}
		if u.noted == nil {
			u.noted = map[tenancy.Ref]map[string]keyUse{}
		}
		uses = map[string]keyUse{}
		u.noted[ref] = uses
	}
	uses[strconv.Itoa(int(number))] = keyUse{at: now.UTC().Truncate(time.Minute), address: address}
}

// tag notes the tag of a key that was found good.
func (u *keyUses) tag(ref tenancy.Ref, t keys.Tagged) {
	u.mu.Lock()
	defer u.mu.Unlock()
	tags, ok := u.tagged[ref]
	same := func(other keys.Tagged) bool { return other.Number == t.Number && other.Kind == t.Kind }
	if !ok && len(u.tagged) >= maxNotedUses || slices.ContainsFunc(tags, same) {
		return
	}
	if u.tagged == nil {
		u.tagged = map[tenancy.Ref][]keys.Tagged{}
	}
	u.tagged[ref] = append(tags, t)
}

func (u *keyUses) take() (noted map[tenancy.Ref]map[string]keyUse, tagged map[tenancy.Ref][]keys.Tagged) {
	u.mu.Lock()
	defer u.mu.Unlock()
	noted, tagged = u.noted, u.tagged
	u.noted, u.tagged = nil, nil
	return noted, tagged
}

// flushEvery is how often the notes of key use are written, and notedTogether of how many
// customers by one request: no other write waits longer for them than for a few of its kind.
const (
	flushEvery    = time.Minute
	notedTogether = 50
)

// Run writes the notes of key use, the tags of keys and what was refused, until ctx ends,
// and once more then. Faults of the store go to report.
func (s *Service) Run(ctx context.Context, report func(error)) {
	turn := time.NewTicker(flushEvery)
	defer turn.Stop()
	for {
		select {
		case <-ctx.Done():
			if err := s.flush(context.WithoutCancel(ctx)); err != nil {
				report(err)
			}
			return
		case <-turn.C:
		case <-s.firsts.nudge:
			if err := s.endSuperseded(ctx); err != nil && !errors.Is(err, context.Canceled) {
				report(err)
			}
			continue
		}
		if err := s.flush(ctx); err != nil && !errors.Is(err, context.Canceled) {
			report(err)
		}
	}
}

func (s *Service) flush(ctx context.Context) error {
	return errors.Join(s.FlushKeyUse(ctx), s.FlushAttempts(ctx))
}

// FlushKeyUse writes the gathered notes of key use, the ends that follow from first uses, and the tags of keys. Notes that could not be
// written are dropped: the next use makes them anew.
func (s *Service) FlushKeyUse(ctx context.Context) error {
	superseded := s.endSuperseded(ctx)
	return errors.Join(superseded, s.flushNotes(ctx))
}

func (s *Service) flushNotes(ctx context.Context) error {
	noted, tagged := s.uses.take()
	var notes []customers.KeyUse
	// In one order, so that equal runs seal with equal random bytes.
	for _, ref := range slices.SortedFunc(maps.Keys(noted), func(x, y tenancy.Ref) int { return slices.Compare(x.ID[:], y.ID[:]) }) {
		uses := noted[ref]
		at, from := make(map[string]time.Time, len(uses)), map[string]*customers.Sealed{}
		for _, number := range slices.Sorted(maps.Keys(uses)) {
			use := uses[number]
			at[number] = use.at
			if use.address == "" {
				continue
			}
			box, err := s.sealer.Seal(ref, tenancy.ID{}, customers.FieldKeyAddress, secret.New(use.address))
			if err != nil {
				return fmt.Errorf("sealing the address of a key's use: %w", err)
			}
			from[number] = &customers.Sealed{Box: box}
		}
		notes = append(notes, customers.KeyUse{Customer: ref, At: at, From: from})
	}
	for some := range slices.Chunk(notes, notedTogether) {
		if err := s.store.NoteKeyUse(ctx, some...); err != nil {
			return rows.StoreFault(err, "noting key use")
		}
	}
	for ref, tags := range tagged {
		if err := s.store.TagKeys(ctx, ref, tags); err != nil {
			return rows.StoreFault(err, "tagging keys")
		}
	}
	return nil
}
