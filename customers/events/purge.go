package events

import (
	"context"
	"encoding/json"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

const (
	// purgeBatch is how many events one write removes.
	purgeBatch = 500
	// purgeLeaves is the youngest part of the log, which no purge reaches.
	purgeLeaves = 24 * time.Hour
)

// PurgeInput asks for a shorter event log.
type PurgeInput struct {
	// Before is the moment before which events are removed, at least a day ago.
	Before time.Time
	// Dry only counts.
	Dry bool
}

// PurgeEvents removes the events of all customers that happened before a moment, those
// of the audit trail among them, and returns how many; it calls progress, which may be
// nil, with the number removed so far. The purge is itself in the log before anything is
// gone, and no purge removes that. Only the operator on the machine of the store may do it, never a key. It returns
// Forbidden and Invalid.
func (s *Service) PurgeEvents(ctx context.Context, caller tenancy.Caller, in PurgeInput, progress func(removed int64)) (int64, error) {
	if caller.Credential.Kind != tenancy.LocalSocket || !tenancy.IsOperator(caller.Actor) {
		return 0, fault.New(fault.Forbidden, fault.CodeAccess, "only the operator removes events, on the machine of the store")
	}
	if in.Before.IsZero() || in.Before.After(s.registry.Now().Add(-purgeLeaves)) {
		return 0, fault.New(fault.Invalid, fault.CodeValidation, "must be at least a day ago").About("before", fault.BadValue)
	}
	count, err := s.store.CountEvents(ctx, in.Before)
	if err != nil || in.Dry || count == 0 {
		return count, rows.StoreFault(err, "counting events")
	}
	told, err := json.Marshal(map[string]any{"before": view.Stamp(in.Before), "events": count})
	if err != nil {
		return 0, err
	}
	operator := registry.Stored(caller.Actor)
	err = s.registry.Audit(ctx, operator, customers.Event{
		Type: customers.EventPurged, Actor: operator.ID, Subject: operator.ID, Credential: caller.Credential.ID, Changes: told,
	})
	if err != nil {
		return 0, err
	}
	var removed int64
	for {
		n, err := s.store.PurgeEvents(ctx, in.Before, purgeBatch)
		if err != nil {
			return removed, rows.StoreFault(err, "removing events")
		}
		removed += int64(n)
		if progress != nil {
			progress(removed)
		}
		if n < purgeBatch {
			return removed, nil
		}
	}
}
