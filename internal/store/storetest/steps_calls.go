package storetest

import (
	"context"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/shown"
	"tenantry/keys"
	"tenantry/tenancy"
)

// Get implements store.Store.
func (s *Steps) Get(ctx context.Context, ref tenancy.Ref) (result *customers.Customer, err error) {
	err = s.step("Get", func() (err error) { result, err = s.store.Get(ctx, ref); return err })
	return result, err
}

// GetAll implements store.Store.
func (s *Steps) GetAll(ctx context.Context, refs []tenancy.Ref) (result []*customers.Customer, err error) {
	err = s.step("GetAll", func() (err error) { result, err = s.store.GetAll(ctx, refs); return err })
	return result, err
}

// GetTogether implements store.Store.
func (s *Steps) GetTogether(ctx context.Context, ref tenancy.Ref, others []tenancy.ID) (result *customers.Customer, along []*customers.Customer, err error) {
	err = s.step("GetTogether", func() (err error) {
		result, along, err = s.store.GetTogether(ctx, ref, others)
		return err
	})
	return result, along, err
}

// GetAnywhere implements store.Store.
func (s *Steps) GetAnywhere(ctx context.Context, id tenancy.ID) (result *customers.Customer, err error) {
	err = s.step("GetAnywhere", func() (err error) { result, err = s.store.GetAnywhere(ctx, id); return err })
	return result, err
}

// Root implements store.Store.
func (s *Steps) Root(ctx context.Context) (result *customers.Customer, err error) {
	err = s.step("Root", func() (err error) { result, err = s.store.Root(ctx); return err })
	return result, err
}

// Insert implements store.Store.
func (s *Steps) Insert(ctx context.Context, c *customers.Customer, with ...rows.Companion) error {
	return s.step("Insert", func() error { return s.store.Insert(ctx, c, with...) })
}

// InsertAll implements store.Store. As a step it fails for all of the list.
func (s *Steps) InsertAll(ctx context.Context, list []rows.Insertion, stop bool) (outcomes []error) {
	err := s.step("InsertAll", func() error { outcomes = s.store.InsertAll(ctx, list, stop); return nil })
	if err != nil {
		outcomes = slices.Repeat([]error{err}, len(list))
	}
	return outcomes
}

// Replace implements store.Store.
func (s *Steps) Replace(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	return s.step("Replace", func() error { return s.store.Replace(ctx, c, version, with...) })
}

// Erase implements store.Store.
func (s *Steps) Erase(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	return s.step("Erase", func() error { return s.store.Erase(ctx, c, version, with...) })
}

// Shown implements store.Store.
func (s *Steps) Shown(ctx context.Context, ref tenancy.Ref, show shown.Show) (result shown.Answer, err error) {
	err = s.step("Shown", func() (err error) { result, err = s.store.Shown(ctx, ref, show); return err })
	return result, err
}

// Tombstone implements store.Store.
func (s *Steps) Tombstone(ctx context.Context, ref tenancy.Ref) (result *customers.Customer, err error) {
	err = s.step("Tombstone", func() (err error) { result, err = s.store.Tombstone(ctx, ref); return err })
	return result, err
}

// List implements store.Store.
func (s *Steps) List(ctx context.Context, q rows.Query) (result rows.Page, err error) {
	err = s.step("List", func() (err error) { result, err = s.store.List(ctx, q); return err })
	return result, err
}

// Ping implements store.Store.
func (s *Steps) Ping(ctx context.Context) error {
	return s.step("Ping", func() error { return s.store.Ping(ctx) })
}

// Reserve implements store.Store.
func (s *Steps) Reserve(ctx context.Context, wanted rows.Reservation) (holder rows.Reservation, taken bool, err error) {
	err = s.step("Reserve", func() (err error) { holder, taken, err = s.store.Reserve(ctx, wanted); return err })
	return holder, taken, err
}

// ReserveAll implements store.Store. As a step it fails for all of the list.
func (s *Steps) ReserveAll(ctx context.Context, wanted []rows.Reservation) (holders []rows.Reservation, taken []bool, err error) {
	err = s.step("ReserveAll", func() (err error) { holders, taken, err = s.store.ReserveAll(ctx, wanted); return err })
	return holders, taken, err
}

// ReservationHolder implements store.Store.
func (s *Steps) ReservationHolder(ctx context.Context, key string) (result rows.Reservation, err error) {
	err = s.step("ReservationHolder", func() (err error) { result, err = s.store.ReservationHolder(ctx, key); return err })
	return result, err
}

// CompareAndSwap implements store.Store.
func (s *Steps) CompareAndSwap(ctx context.Context, held, next rows.Reservation) (ok bool, err error) {
	err = s.step("CompareAndSwap", func() (err error) { ok, err = s.store.CompareAndSwap(ctx, held, next); return err })
	return ok, err
}

// Release implements store.Store.
func (s *Steps) Release(ctx context.Context, held rows.Reservation) error {
	return s.step("Release", func() error { return s.store.Release(ctx, held) })
}

// SweepReservations implements store.Store.
func (s *Steps) SweepReservations(ctx context.Context, before time.Time) (result int, err error) {
	err = s.step("SweepReservations", func() (err error) { result, err = s.store.SweepReservations(ctx, before); return err })
	return result, err
}

// AddEvent implements store.Store.
func (s *Steps) AddEvent(ctx context.Context, ref tenancy.Ref, event customers.Event) (added customers.Event, err error) {
	err = s.step("AddEvent", func() (err error) { added, err = s.store.AddEvent(ctx, ref, event); return err })
	return added, err
}

// Relay implements store.Store.
func (s *Steps) Relay(ctx context.Context, batches ...rows.Batch) error {
	return s.step("Relay", func() error { return s.store.Relay(ctx, batches...) })
}

// Scan implements store.Store.
func (s *Steps) Scan(ctx context.Context, after tenancy.ID, limit int) (result []*customers.Customer, err error) {
	err = s.step("Scan", func() (err error) { result, err = s.store.Scan(ctx, after, limit); return err })
	return result, err
}

// CountByStatus implements store.Store.
func (s *Steps) CountByStatus(ctx context.Context, tenant, under tenancy.ID) (result rows.StatusCounts, err error) {
	err = s.step("CountByStatus", func() (err error) { result, err = s.store.CountByStatus(ctx, tenant, under); return err })
	return result, err
}

// Skew implements store.Store.
func (s *Steps) Skew(ctx context.Context) (result time.Duration, err error) {
	err = s.step("Skew", func() (err error) { result, err = s.store.Skew(ctx); return err })
	return result, err
}

// NoteKeyUse implements store.Store.
func (s *Steps) NoteKeyUse(ctx context.Context, notes ...customers.KeyUse) error {
	return s.step("NoteKeyUse", func() error { return s.store.NoteKeyUse(ctx, notes...) })
}

// Events implements store.Store.
func (s *Steps) Events(ctx context.Context, q rows.EventQuery) (result []rows.LoggedEvent, err error) {
	err = s.step("Events", func() (err error) { result, err = s.store.Events(ctx, q); return err })
	return result, err
}

// DueReviews implements store.Store.
func (s *Steps) DueReviews(ctx context.Context, now time.Time, limit int) (result []*customers.Customer, err error) {
	err = s.step("DueReviews", func() (err error) { result, err = s.store.DueReviews(ctx, now, limit); return err })
	return result, err
}

// DuePlans implements store.Store.
func (s *Steps) DuePlans(ctx context.Context, now time.Time, limit int) (result []*customers.Customer, err error) {
	err = s.step("DuePlans", func() (err error) { result, err = s.store.DuePlans(ctx, now, limit); return err })
	return result, err
}

// DueDrops implements store.Store.
func (s *Steps) DueDrops(ctx context.Context, after rows.Position, limit int) (result []*customers.Customer, err error) {
	err = s.step("DueDrops", func() (err error) { result, err = s.store.DueDrops(ctx, after, limit); return err })
	return result, err
}

// CustomerWithPart implements store.Store.
func (s *Steps) CustomerWithPart(ctx context.Context, tenant, part tenancy.ID) (result *customers.Customer, err error) {
	err = s.step("CustomerWithPart", func() (err error) { result, err = s.store.CustomerWithPart(ctx, tenant, part); return err })
	return result, err
}

// PutDocument implements store.Store.
func (s *Steps) PutDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error {
	return s.step("PutDocument", func() error { return s.store.PutDocument(ctx, ref, id, box) })
}

// Document implements store.Store.
func (s *Steps) Document(ctx context.Context, ref tenancy.Ref, id tenancy.ID) (result []byte, err error) {
	err = s.step("Document", func() (err error) { result, err = s.store.Document(ctx, ref, id); return err })
	return result, err
}

// ResealDocument implements store.Store.
func (s *Steps) ResealDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error {
	return s.step("ResealDocument", func() error { return s.store.ResealDocument(ctx, ref, id, box) })
}

// RemoveDocument implements store.Store.
func (s *Steps) RemoveDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID) error {
	return s.step("RemoveDocument", func() error { return s.store.RemoveDocument(ctx, ref, id) })
}

// RemoveDocuments implements store.Store.
func (s *Steps) RemoveDocuments(ctx context.Context, ref tenancy.Ref) error {
	return s.step("RemoveDocuments", func() error { return s.store.RemoveDocuments(ctx, ref) })
}

// PutActivity implements store.Store.
func (s *Steps) PutActivity(ctx context.Context, a customers.Activity) error {
	return s.step("PutActivity", func() error { return s.store.PutActivity(ctx, a) })
}

// ActivityOf implements store.Store.
func (s *Steps) ActivityOf(ctx context.Context, customer tenancy.Ref, reference string) (result customers.Activity, err error) {
	err = s.step("ActivityOf", func() (err error) { result, err = s.store.ActivityOf(ctx, customer, reference); return err })
	return result, err
}

// Activity implements store.Store.
func (s *Steps) Activity(ctx context.Context, tenant, id tenancy.ID) (result customers.Activity, err error) {
	err = s.step("Activity", func() (err error) { result, err = s.store.Activity(ctx, tenant, id); return err })
	return result, err
}

// Activities implements store.Store.
func (s *Steps) Activities(ctx context.Context, q rows.ActivityQuery) (result rows.ActivityPage, err error) {
	err = s.step("Activities", func() (err error) { result, err = s.store.Activities(ctx, q); return err })
	return result, err
}

// Arrivals implements store.Store.
func (s *Steps) Arrivals(ctx context.Context, q rows.EventQuery, after int64) (result []rows.Arrival, upTo int64, err error) {
	err = s.step("Arrivals", func() (err error) { result, upTo, err = s.store.Arrivals(ctx, q, after); return err })
	return result, upTo, err
}

// LastArrival implements store.Store.
func (s *Steps) LastArrival(ctx context.Context) (result int64, err error) {
	err = s.step("LastArrival", func() (err error) { result, err = s.store.LastArrival(ctx); return err })
	return result, err
}

// CountEvents implements store.Store.
func (s *Steps) CountEvents(ctx context.Context, before time.Time) (result int64, err error) {
	err = s.step("CountEvents", func() (err error) { result, err = s.store.CountEvents(ctx, before); return err })
	return result, err
}

// PurgeEvents implements store.Store.
func (s *Steps) PurgeEvents(ctx context.Context, before time.Time, limit int) (result int, err error) {
	err = s.step("PurgeEvents", func() (err error) { result, err = s.store.PurgeEvents(ctx, before, limit); return err })
	return result, err
}

// AddDeliveries implements store.Store.
func (s *Steps) AddDeliveries(ctx context.Context, list []rows.Delivery) error {
	return s.step("AddDeliveries", func() error { return s.store.AddDeliveries(ctx, list) })
}

// DueEndpoints implements store.Store.
func (s *Steps) DueEndpoints(ctx context.Context, q rows.DueQuery) (result []rows.WebhookRef, err error) {
	err = s.step("DueEndpoints", func() (err error) { result, err = s.store.DueEndpoints(ctx, q); return err })
	return result, err
}

// SettleEndpoint implements store.Store.
func (s *Steps) SettleEndpoint(ctx context.Context, endpoint rows.WebhookRef) error {
	return s.step("SettleEndpoint", func() error { return s.store.SettleEndpoint(ctx, endpoint) })
}

// DueDeliveries implements store.Store.
func (s *Steps) DueDeliveries(ctx context.Context, endpoint rows.WebhookRef, at time.Time, limit int) (result []rows.Delivery, err error) {
	err = s.step("DueDeliveries", func() (err error) { result, err = s.store.DueDeliveries(ctx, endpoint, at, limit); return err })
	return result, err
}

// UpdateDelivery implements store.Store.
func (s *Steps) UpdateDelivery(ctx context.Context, d rows.Delivery, version int64) error {
	return s.step("UpdateDelivery", func() error { return s.store.UpdateDelivery(ctx, d, version) })
}

// Deliveries implements store.Store.
func (s *Steps) Deliveries(ctx context.Context, q rows.DeliveryQuery) (result []rows.Delivery, err error) {
	err = s.step("Deliveries", func() (err error) { result, err = s.store.Deliveries(ctx, q); return err })
	return result, err
}

// PendingDeliveries implements store.Store.
func (s *Steps) PendingDeliveries(ctx context.Context, most int) (result int, err error) {
	err = s.step("PendingDeliveries", func() (err error) { result, err = s.store.PendingDeliveries(ctx, most); return err })
	return result, err
}

// SweepDeliveries implements store.Store.
func (s *Steps) SweepDeliveries(ctx context.Context, before time.Time, limit int) (result int, err error) {
	err = s.step("SweepDeliveries", func() (err error) { result, err = s.store.SweepDeliveries(ctx, before, limit); return err })
	return result, err
}

// Outboxes implements store.Store.
func (s *Steps) Outboxes(ctx context.Context, of tenancy.Slots, limit int) (result []rows.Batch, err error) {
	err = s.step("Outboxes", func() (err error) { result, err = s.store.Outboxes(ctx, of, limit); return err })
	return result, err
}

// Redact implements store.Store.
func (s *Steps) Redact(ctx context.Context, ref tenancy.Ref) error {
	return s.step("Redact", func() error { return s.store.Redact(ctx, ref) })
}

// ThinEvents implements store.Store.
func (s *Steps) ThinEvents(ctx context.Context, before time.Time, limit int) (result int, err error) {
	err = s.step("ThinEvents", func() (err error) { result, err = s.store.ThinEvents(ctx, before, limit); return err })
	return result, err
}

// Installation implements store.Store.
func (s *Steps) Installation(ctx context.Context) (result rows.Installation, err error) {
	err = s.step("Installation", func() (err error) { result, err = s.store.Installation(ctx); return err })
	return result, err
}

// SetInstallation implements store.Store.
func (s *Steps) SetInstallation(ctx context.Context, i rows.Installation) error {
	return s.step("SetInstallation", func() error { return s.store.SetInstallation(ctx, i) })
}

// Damaged implements store.Store. It asks no engine for anything, and so is no step.
func (s *Steps) Damaged() []rows.Damage { return s.store.Damaged() }

// TagKeys implements store.Store.
func (s *Steps) TagKeys(ctx context.Context, ref tenancy.Ref, tags []keys.Tagged) error {
	return s.step("TagKeys", func() error { return s.store.TagKeys(ctx, ref, tags) })
}

// FirstInactive implements store.Store.
func (s *Steps) FirstInactive(ctx context.Context, tenant tenancy.ID, ids []tenancy.ID) (result customers.Status, err error) {
	err = s.step("FirstInactive", func() (err error) { result, err = s.store.FirstInactive(ctx, tenant, ids); return err })
	return result, err
}

// CustomersWithPart implements store.Store.
func (s *Steps) CustomersWithPart(ctx context.Context, tenant, part, after tenancy.ID, limit int) (result []*customers.Customer, err error) {
	err = s.step("CustomersWithPart", func() (err error) {
		result, err = s.store.CustomersWithPart(ctx, tenant, part, after, limit)
		return err
	})
	return result, err
}

// ReservationsAbout implements store.Store.
func (s *Steps) ReservationsAbout(ctx context.Context, tenant, id tenancy.ID) (result []rows.Reservation, err error) {
	err = s.step("ReservationsAbout", func() (err error) { result, err = s.store.ReservationsAbout(ctx, tenant, id); return err })
	return result, err
}

// ReservationsBehind implements store.Store.
func (s *Steps) ReservationsBehind(ctx context.Context, prefix, after string, limit int) (result []rows.Reservation, err error) {
	err = s.step("ReservationsBehind", func() (err error) {
		result, err = s.store.ReservationsBehind(ctx, prefix, after, limit)
		return err
	})
	return result, err
}

// Scrub implements store.Store.
func (s *Steps) Scrub(ctx context.Context) error {
	return s.step("Scrub", func() error { return s.store.Scrub(ctx) })
}

// DocumentsBehind implements store.Store.
func (s *Steps) DocumentsBehind(ctx context.Context, after rows.StoredFile, limit int) (result []rows.StoredFile, err error) {
	err = s.step("DocumentsBehind", func() (err error) { result, err = s.store.DocumentsBehind(ctx, after, limit); return err })
	return result, err
}

// CountTraits implements store.Store.
func (s *Steps) CountTraits(ctx context.Context, q rows.CountQuery) (result []rows.Count, err error) {
	err = s.step("CountTraits", func() (err error) { result, err = s.store.CountTraits(ctx, q); return err })
	return result, err
}

// CountChildren implements store.Store.
func (s *Steps) CountChildren(ctx context.Context, of []tenancy.Ref) (result []rows.Count, err error) {
	err = s.step("CountChildren", func() (err error) { result, err = s.store.CountChildren(ctx, of); return err })
	return result, err
}

// WaitingDocuments implements store.Store.
func (s *Steps) WaitingDocuments(ctx context.Context, q rows.WaitingQuery) (result []*customers.Customer, err error) {
	err = s.step("WaitingDocuments", func() (err error) { result, err = s.store.WaitingDocuments(ctx, q); return err })
	return result, err
}
