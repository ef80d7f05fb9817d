package store

import (
	"context"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/dryrun"
	"tenantry/keys"
	"tenantry/tenancy"
)

// unlessDry makes a write, but not in a dry run.
func unlessDry(ctx context.Context, write func() error) error {
	if dryrun.On(ctx) {
		return nil
	}
	return write()
}

// countUnlessDry makes a write that returns how much it changed, but not in a dry run.
func countUnlessDry(ctx context.Context, write func() (int, error)) (int, error) {
	if dryrun.On(ctx) {
		return 0, nil
	}
	return write()
}

// Relay implements Store.
func (s leaver) Relay(ctx context.Context, batches ...rows.Batch) error {
	return unlessDry(ctx, func() error { return s.Store.Relay(ctx, batches...) })
}

// Redact implements Store.
func (s leaver) Redact(ctx context.Context, ref tenancy.Ref) error {
	return unlessDry(ctx, func() error { return s.Store.Redact(ctx, ref) })
}

// ThinEvents implements Store.
func (s leaver) ThinEvents(ctx context.Context, before time.Time, limit int) (int, error) {
	return countUnlessDry(ctx, func() (int, error) { return s.Store.ThinEvents(ctx, before, limit) })
}

// PurgeEvents implements Store.
func (s leaver) PurgeEvents(ctx context.Context, before time.Time, limit int) (int, error) {
	return countUnlessDry(ctx, func() (int, error) { return s.Store.PurgeEvents(ctx, before, limit) })
}

// NoteKeyUse implements Store.
func (s leaver) NoteKeyUse(ctx context.Context, notes ...customers.KeyUse) error {
	return unlessDry(ctx, func() error { return s.Store.NoteKeyUse(ctx, notes...) })
}

// TagKeys implements Store.
func (s leaver) TagKeys(ctx context.Context, ref tenancy.Ref, tags []keys.Tagged) error {
	return unlessDry(ctx, func() error { return s.Store.TagKeys(ctx, ref, tags) })
}

// PutDocument implements Store.
func (s leaver) PutDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error {
	return unlessDry(ctx, func() error { return s.Store.PutDocument(ctx, ref, id, box) })
}

// ResealDocument implements Store.
func (s leaver) ResealDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error {
	return unlessDry(ctx, func() error { return s.Store.ResealDocument(ctx, ref, id, box) })
}

// RemoveDocument implements Store.
func (s leaver) RemoveDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID) error {
	return unlessDry(ctx, func() error { return s.Store.RemoveDocument(ctx, ref, id) })
}

// RemoveDocuments implements Store.
func (s leaver) RemoveDocuments(ctx context.Context, ref tenancy.Ref) error {
	return unlessDry(ctx, func() error { return s.Store.RemoveDocuments(ctx, ref) })
}

// PutActivity implements Store.
func (s leaver) PutActivity(ctx context.Context, a customers.Activity) error {
	return unlessDry(ctx, func() error { return s.Store.PutActivity(ctx, a) })
}

// AddDeliveries implements Store.
func (s leaver) AddDeliveries(ctx context.Context, list []rows.Delivery) error {
	return unlessDry(ctx, func() error { return s.Store.AddDeliveries(ctx, list) })
}

// UpdateDelivery implements Store.
func (s leaver) UpdateDelivery(ctx context.Context, d rows.Delivery, version int64) error {
	return unlessDry(ctx, func() error { return s.Store.UpdateDelivery(ctx, d, version) })
}

// SettleEndpoint implements Store.
func (s leaver) SettleEndpoint(ctx context.Context, endpoint rows.WebhookRef) error {
	return unlessDry(ctx, func() error { return s.Store.SettleEndpoint(ctx, endpoint) })
}

// SweepDeliveries implements Store.
func (s leaver) SweepDeliveries(ctx context.Context, before time.Time, limit int) (int, error) {
	return countUnlessDry(ctx, func() (int, error) { return s.Store.SweepDeliveries(ctx, before, limit) })
}

// Scrub implements Store.
func (s leaver) Scrub(ctx context.Context) error {
	return unlessDry(ctx, func() error { return s.Store.Scrub(ctx) })
}

// SetInstallation implements Store.
func (s leaver) SetInstallation(ctx context.Context, i rows.Installation) error {
	return unlessDry(ctx, func() error { return s.Store.SetInstallation(ctx, i) })
}

// SweepReservations implements Store.
func (s leaver) SweepReservations(ctx context.Context, before time.Time) (int, error) {
	return countUnlessDry(ctx, func() (int, error) { return s.Store.SweepReservations(ctx, before) })
}
