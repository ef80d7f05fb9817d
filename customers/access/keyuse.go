package access

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// maxNotedUses bounds the customers whose key use waits to be flushed; beyond it
// the notes of others are dropped: they are approximate.
const maxNotedUses = 10_000

// keyUses gathers when keys were used, so that a read causes no write: Run
// flushes the notes now and then.
type keyUses struct {
	mu    sync.Mutex
	noted map[tenancy.Ref]map[string]keyUse
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

func (u *keyUses) take() map[tenancy.Ref]map[string]keyUse {
	u.mu.Lock()
	defer u.mu.Unlock()
	noted := u.noted
	u.noted = nil
	return noted
}

// flushEvery is how often the notes of key use are written.
const flushEvery = time.Minute

// Run writes the notes of key use until ctx ends, and once more then. Faults of the
// store go to report.
func (s *Service) Run(ctx context.Context, report func(error)) {
	turn := time.NewTicker(flushEvery)
	defer turn.Stop()
	for {
		select {
		case <-ctx.Done():
			if err := s.FlushKeyUse(context.WithoutCancel(ctx)); err != nil {
				report(err)
			}
			return
		case <-turn.C:
		}
		if err := s.FlushKeyUse(ctx); err != nil && !errors.Is(err, context.Canceled) {
			report(err)
		}
	}
}

// FlushKeyUse writes the gathered notes of key use. Notes that could not be
// written are dropped: the next use makes them anew.
func (s *Service) FlushKeyUse(ctx context.Context) error {
	for ref, uses := range s.uses.take() {
		at, from := make(map[string]time.Time, len(uses)), map[string]*customers.Sealed{}
		for number, use := range uses {
			at[number] = use.at
			if use.address == "" {
				continue
			}
			box, err := s.sealer.Seal(ref, customers.FieldKeyAddress, secret.New(use.address))
			if err != nil {
				return fmt.Errorf("sealing the address of a key's use: %w", err)
			}
			from[number] = &customers.Sealed{Box: box}
		}
		if err := s.store.NoteKeyUse(ctx, ref, at, from); err != nil {
			return rows.StoreFault(err, "noting key use")
		}
	}
	return nil
}
