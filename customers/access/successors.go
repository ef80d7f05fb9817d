package access

import (
	"context"
	"errors"
	"sync"
	"time"

	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/keys"
	"tenantry/tenancy"
)

// keySuperseded is the type of the event that tells when the pairs before a rotation end,
// now that their successor is in use.
const keySuperseded = "key.superseded"

// successor is a pair whose first use others wait for.
type successor struct {
	ref    tenancy.Ref
	number int32
}

// firstUses gathers the first uses of pairs that others wait for. The request that is one
// writes nothing: Run writes the ends that follow, at once. Until then, and if the process
// dies before, the record says that the pairs still wait, so the next use brings it about,
// in whatever process.
type firstUses struct {
	mu    sync.Mutex
	at    map[successor]time.Time
	nudge chan struct{}
}

func (f *firstUses) note(of successor, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, known := f.at[of]; known || len(f.at) >= maxNotedUses {
		return
	}
	if f.at == nil {
		f.at = map[successor]time.Time{}
	}
	f.at[of] = now
	select {
	case f.nudge <- struct{}{}:
	default:
	}
}

func (f *firstUses) take() map[successor]time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := f.at
	f.at = nil
	return taken
}

// noteFirst notes the use of a secret key that older pairs wait for.
func (s *Service) noteFirst(caller tenancy.Caller, entry keys.Entry) {
	actor, now := registry.Stored(caller.Actor), s.clock()
	if keys.AwaitUse(actor.Keys, entry.Number, now) && checkNetwork(caller) == nil {
		s.firsts.note(successor{actor.Ref(), entry.Number}, now)
	}
}

// endSuperseded writes the ends of the pairs that waited for the first uses so far. Those
// that could not be written come again with the next use.
func (s *Service) endSuperseded(ctx context.Context) error {
	var failed []error
	for of, at := range s.firsts.take() {
		if err := s.supersede(ctx, of, at); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

func (s *Service) supersede(ctx context.Context, of successor, at time.Time) error {
	c, err := s.store.Get(ctx, of.ref)
	if errors.Is(err, rows.ErrNotFound) {
		return nil
	}
	if err != nil {
		return rows.StoreFault(err, "reading the customer of a pair of keys")
	}
	caller, err := s.registry.System(ctx, "keys")
	if err != nil {
		return err
	}
	_, err = s.registry.Change(ctx, caller, registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.Full}}, keySuperseded, func(d *registry.Draft) error {
		list, ended := keys.Used(d.Customer.Keys, of.number, at)
		if len(ended) == 0 {
			return nil // another process was as quick
		}
		d.Customer.Keys = list
		if entry, found := keys.Find(list, of.number); found {
			registry.About(d, "key", registry.KeyOf(d.Customer.ID, entry))
		}
		replaced := make([]registry.AboutKey, 0, len(ended))
		for _, old := range ended {
			replaced = append(replaced, registry.KeyOf(d.Customer.ID, old))
		}
		registry.About(d, "replaced", replaced)
		return nil
	})
	if fault.IsNotFound(err) {
		return nil
	}
	return err
}
