package observed

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
func (s observed) Get(ctx context.Context, ref tenancy.Ref) (result *customers.Customer, err error) {
	ctx, op := s.begin(ctx, "Get")
	result, err = s.Store.Get(ctx, ref)
	op.end(err)
	return result, err
}

// GetTogether implements store.Store.
func (s observed) GetTogether(ctx context.Context, ref tenancy.Ref, others []tenancy.ID) (result *customers.Customer, along []*customers.Customer, err error) {
	ctx, op := s.begin(ctx, "GetTogether")
	result, along, err = s.Store.GetTogether(ctx, ref, others)
	op.end(err)
	return result, along, err
}

// GetAnywhere implements store.Store.
func (s observed) GetAnywhere(ctx context.Context, id tenancy.ID) (result *customers.Customer, err error) {
	ctx, op := s.begin(ctx, "GetAnywhere")
	result, err = s.Store.GetAnywhere(ctx, id)
	op.end(err)
	return result, err
}

// Shown implements store.Store.
func (s observed) Shown(ctx context.Context, ref tenancy.Ref, show shown.Show) (result shown.Answer, err error) {
	ctx, op := s.begin(ctx, "Shown")
	result, err = s.Store.Shown(ctx, ref, show)
	op.end(err)
	return result, err
}

// Root implements store.Store.
func (s observed) Root(ctx context.Context) (result *customers.Customer, err error) {
	ctx, op := s.begin(ctx, "Root")
	result, err = s.Store.Root(ctx)
	op.end(err)
	return result, err
}

// Insert implements store.Store.
func (s observed) Insert(ctx context.Context, c *customers.Customer, with ...rows.Companion) error {
	ctx, op := s.begin(ctx, "Insert")
	err := s.Store.Insert(ctx, c, with...)
	op.end(err)
	return err
}

// InsertAll implements store.Store.
func (s observed) InsertAll(ctx context.Context, list []rows.Insertion, stop bool) (outcomes []error) {
	ctx, op := s.begin(ctx, "InsertAll")
	outcomes = s.Store.InsertAll(ctx, list, stop)
	var failed error
	if at := slices.IndexFunc(outcomes, isFailure); at >= 0 {
		failed = outcomes[at]
	}
	op.end(failed)
	return outcomes
}

// Replace implements store.Store.
func (s observed) Replace(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	ctx, op := s.begin(ctx, "Replace")
	err := s.Store.Replace(ctx, c, version, with...)
	op.end(err)
	return err
}

// Erase implements store.Store.
func (s observed) Erase(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	ctx, op := s.begin(ctx, "Erase")
	err := s.Store.Erase(ctx, c, version, with...)
	op.end(err)
	return err
}

// Tombstone implements store.Store.
func (s observed) Tombstone(ctx context.Context, ref tenancy.Ref) (result *customers.Customer, err error) {
	ctx, op := s.begin(ctx, "Tombstone")
	result, err = s.Store.Tombstone(ctx, ref)
	op.end(err)
	return result, err
}

// List implements store.Store.
func (s observed) List(ctx context.Context, q rows.Query) (result rows.Page, err error) {
	ctx, op := s.begin(ctx, "List")
	result, err = s.Store.List(ctx, q)
	op.end(err)
	return result, err
}

// Ping implements store.Store.
func (s observed) Ping(ctx context.Context) error {
	ctx, op := s.begin(ctx, "Ping")
	err := s.Store.Ping(ctx)
	op.end(err)
	return err
}

// Skew implements store.Store.
func (s observed) Skew(ctx context.Context) (result time.Duration, err error) {
	ctx, op := s.begin(ctx, "Skew")
	result, err = s.Store.Skew(ctx)
	op.end(err)
	return result, err
}

// AddEvent implements store.Store.
func (s observed) AddEvent(ctx context.Context, ref tenancy.Ref, event customers.Event) (added customers.Event, err error) {
	ctx, op := s.begin(ctx, "AddEvent")
	added, err = s.Store.AddEvent(ctx, ref, event)
	op.end(err)
	return added, err
}

// Relay implements store.Store.
func (s observed) Relay(ctx context.Context, batches ...rows.Batch) error {
	ctx, op := s.begin(ctx, "Relay")
	err := s.Store.Relay(ctx, batches...)
	op.end(err)
	return err
}

// Scan implements store.Store.
func (s observed) Scan(ctx context.Context, after tenancy.ID, limit int) (result []*customers.Customer, err error) {
	ctx, op := s.begin(ctx, "Scan")
	result, err = s.Store.Scan(ctx, after, limit)
	op.end(err)
	return result, err
}

// CountByStatus implements store.Store.
func (s observed) CountByStatus(ctx context.Context, tenant, under tenancy.ID) (result rows.StatusCounts, err error) {
	ctx, op := s.begin(ctx, "CountByStatus")
	result, err = s.Store.CountByStatus(ctx, tenant, under)
	op.end(err)
	return result, err
}

// NoteKeyUse implements store.Store.
func (s observed) NoteKeyUse(ctx context.Context, notes ...customers.KeyUse) error {
	ctx, op := s.begin(ctx, "NoteKeyUse")
	err := s.Store.NoteKeyUse(ctx, notes...)
	op.end(err)
	return err
}

// Events implements store.Store.
func (s observed) Events(ctx context.Context, q rows.EventQuery) (result []rows.LoggedEvent, err error) {
	ctx, op := s.begin(ctx, "Events")
	result, err = s.Store.Events(ctx, q)
	op.end(err)
	return result, err
}

// DueReviews implements store.Store.
func (s observed) DueReviews(ctx context.Context, now time.Time, limit int) (result []*customers.Customer, err error) {
	ctx, op := s.begin(ctx, "DueReviews")
	result, err = s.Store.DueReviews(ctx, now, limit)
	op.end(err)
	return result, err
}

// DuePlans implements store.Store.
func (s observed) DuePlans(ctx context.Context, now time.Time, limit int) (result []*customers.Customer, err error) {
	ctx, op := s.begin(ctx, "DuePlans")
	result, err = s.Store.DuePlans(ctx, now, limit)
	op.end(err)
	return result, err
}

// DueDrops implements store.Store.
func (s observed) DueDrops(ctx context.Context, after rows.Position, limit int) (result []*customers.Customer, err error) {
	ctx, op := s.begin(ctx, "DueDrops")
	result, err = s.Store.DueDrops(ctx, after, limit)
	op.end(err)
	return result, err
}

// CustomerWithPart implements store.Store.
func (s observed) CustomerWithPart(ctx context.Context, tenant, part tenancy.ID) (result *customers.Customer, err error) {
	ctx, op := s.begin(ctx, "CustomerWithPart")
	result, err = s.Store.CustomerWithPart(ctx, tenant, part)
	op.end(err)
	return result, err
}

// PutDocument implements store.Store.
func (s observed) PutDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error {
	ctx, op := s.begin(ctx, "PutDocument")
	err := s.Store.PutDocument(ctx, ref, id, box)
	op.end(err)
	return err
}

// Document implements store.Store.
func (s observed) Document(ctx context.Context, ref tenancy.Ref, id tenancy.ID) (result []byte, err error) {
	ctx, op := s.begin(ctx, "Document")
	result, err = s.Store.Document(ctx, ref, id)
	op.end(err)
	return result, err
}

// ResealDocument implements store.Store.
func (s observed) ResealDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error {
	ctx, op := s.begin(ctx, "ResealDocument")
	err := s.Store.ResealDocument(ctx, ref, id, box)
	op.end(err)
	return err
}

// RemoveDocument implements store.Store.
func (s observed) RemoveDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID) error {
	ctx, op := s.begin(ctx, "RemoveDocument")
	err := s.Store.RemoveDocument(ctx, ref, id)
	op.end(err)
	return err
}

// RemoveDocuments implements store.Store.
func (s observed) RemoveDocuments(ctx context.Context, ref tenancy.Ref) error {
	ctx, op := s.begin(ctx, "RemoveDocuments")
	err := s.Store.RemoveDocuments(ctx, ref)
	op.end(err)
	return err
}

// PutActivity implements store.Store.
func (s observed) PutActivity(ctx context.Context, a customers.Activity) error {
	ctx, op := s.begin(ctx, "PutActivity")
	err := s.Store.PutActivity(ctx, a)
	op.end(err)
	return err
}

// ActivityOf implements store.Store.
func (s observed) ActivityOf(ctx context.Context, customer tenancy.Ref, reference string) (result customers.Activity, err error) {
	ctx, op := s.begin(ctx, "ActivityOf")
	result, err = s.Store.ActivityOf(ctx, customer, reference)
	op.end(err)
	return result, err
}

// Activity implements store.Store.
func (s observed) Activity(ctx context.Context, tenant, id tenancy.ID) (result customers.Activity, err error) {
	ctx, op := s.begin(ctx, "Activity")
	result, err = s.Store.Activity(ctx, tenant, id)
	op.end(err)
	return result, err
}

// Activities implements store.Store.
func (s observed) Activities(ctx context.Context, q rows.ActivityQuery) (result rows.ActivityPage, err error) {
	ctx, op := s.begin(ctx, "Activities")
	result, err = s.Store.Activities(ctx, q)
	op.end(err)
	return result, err
}

// CountEvents implements store.Store.
func (s observed) CountEvents(ctx context.Context, before time.Time) (result int64, err error) {
	ctx, op := s.begin(ctx, "CountEvents")
	result, err = s.Store.CountEvents(ctx, before)
	op.end(err)
	return result, err
}

// PurgeEvents implements store.Store.
func (s observed) PurgeEvents(ctx context.Context, before time.Time, limit int) (result int, err error) {
	ctx, op := s.begin(ctx, "PurgeEvents")
	result, err = s.Store.PurgeEvents(ctx, before, limit)
	op.end(err)
	return result, err
}

// AddDeliveries implements store.Store.
func (s observed) AddDeliveries(ctx context.Context, list []rows.Delivery) error {
	ctx, op := s.begin(ctx, "AddDeliveries")
	err := s.Store.AddDeliveries(ctx, list)
	op.end(err)
	return err
}

// DueEndpoints implements store.Store.
func (s observed) DueEndpoints(ctx context.Context, q rows.DueQuery) (result []rows.WebhookRef, err error) {
	ctx, op := s.begin(ctx, "DueEndpoints")
	result, err = s.Store.DueEndpoints(ctx, q)
	op.end(err)
	return result, err
}

// SettleEndpoint implements store.Store.
func (s observed) SettleEndpoint(ctx context.Context, endpoint rows.WebhookRef) error {
	ctx, op := s.begin(ctx, "SettleEndpoint")
	err := s.Store.SettleEndpoint(ctx, endpoint)
	op.end(err)
	return err
}

// DueDeliveries implements store.Store.
func (s observed) DueDeliveries(ctx context.Context, endpoint rows.WebhookRef, at time.Time, limit int) (result []rows.Delivery, err error) {
	ctx, op := s.begin(ctx, "DueDeliveries")
	result, err = s.Store.DueDeliveries(ctx, endpoint, at, limit)
	op.end(err)
	return result, err
}

// UpdateDelivery implements store.Store.
func (s observed) UpdateDelivery(ctx context.Context, d rows.Delivery, version int64) error {
	ctx, op := s.begin(ctx, "UpdateDelivery")
	err := s.Store.UpdateDelivery(ctx, d, version)
	op.end(err)
	return err
}

// Deliveries implements store.Store.
func (s observed) Deliveries(ctx context.Context, q rows.DeliveryQuery) (result []rows.Delivery, err error) {
	ctx, op := s.begin(ctx, "Deliveries")
	result, err = s.Store.Deliveries(ctx, q)
	op.end(err)
	return result, err
}

// PendingDeliveries implements store.Store.
func (s observed) PendingDeliveries(ctx context.Context, most int) (result int, err error) {
	ctx, op := s.begin(ctx, "PendingDeliveries")
	result, err = s.Store.PendingDeliveries(ctx, most)
	op.end(err)
	return result, err
}

// SweepDeliveries implements store.Store.
func (s observed) SweepDeliveries(ctx context.Context, before time.Time, limit int) (result int, err error) {
	ctx, op := s.begin(ctx, "SweepDeliveries")
	result, err = s.Store.SweepDeliveries(ctx, before, limit)
	op.end(err)
	return result, err
}

// Outboxes implements store.Store.
func (s observed) Outboxes(ctx context.Context, of tenancy.Slots, limit int) (result []rows.Batch, err error) {
	ctx, op := s.begin(ctx, "Outboxes")
	result, err = s.Store.Outboxes(ctx, of, limit)
	op.end(err)
	return result, err
}

// Redact implements store.Store.
func (s observed) Redact(ctx context.Context, ref tenancy.Ref) error {
	ctx, op := s.begin(ctx, "Redact")
	err := s.Store.Redact(ctx, ref)
	op.end(err)
	return err
}

// ThinEvents implements store.Store.
func (s observed) ThinEvents(ctx context.Context, before time.Time, limit int) (result int, err error) {
	ctx, op := s.begin(ctx, "ThinEvents")
	result, err = s.Store.ThinEvents(ctx, before, limit)
	op.end(err)
	return result, err
}

// Installation implements store.Store.
func (s observed) Installation(ctx context.Context) (result rows.Installation, err error) {
	ctx, op := s.begin(ctx, "Installation")
	result, err = s.Store.Installation(ctx)
	op.end(err)
	return result, err
}

// SetInstallation implements store.Store.
func (s observed) SetInstallation(ctx context.Context, i rows.Installation) error {
	ctx, op := s.begin(ctx, "SetInstallation")
	err := s.Store.SetInstallation(ctx, i)
	op.end(err)
	return err
}

// TagKeys implements store.Store.
func (s observed) TagKeys(ctx context.Context, ref tenancy.Ref, tags []keys.Tagged) error {
	ctx, op := s.begin(ctx, "TagKeys")
	err := s.Store.TagKeys(ctx, ref, tags)
	op.end(err)
	return err
}

// FirstInactive implements store.Store.
func (s observed) FirstInactive(ctx context.Context, tenant tenancy.ID, ids []tenancy.ID) (result customers.Status, err error) {
	ctx, op := s.begin(ctx, "FirstInactive")
	result, err = s.Store.FirstInactive(ctx, tenant, ids)
	op.end(err)
	return result, err
}

// CustomersWithPart implements store.Store.
func (s observed) CustomersWithPart(ctx context.Context, tenant, part, after tenancy.ID, limit int) (result []*customers.Customer, err error) {
	ctx, op := s.begin(ctx, "CustomersWithPart")
	result, err = s.Store.CustomersWithPart(ctx, tenant, part, after, limit)
	op.end(err)
	return result, err
}

// Scrub implements store.Store.
func (s observed) Scrub(ctx context.Context) error {
	ctx, op := s.begin(ctx, "Scrub")
	err := s.Store.Scrub(ctx)
	op.end(err)
	return err
}

// DocumentsBehind implements store.Store.
func (s observed) DocumentsBehind(ctx context.Context, after rows.StoredFile, limit int) (result []rows.StoredFile, err error) {
	ctx, op := s.begin(ctx, "DocumentsBehind")
	result, err = s.Store.DocumentsBehind(ctx, after, limit)
	op.end(err)
	return result, err
}

// CountTraits implements store.Store.
func (s observed) CountTraits(ctx context.Context, q rows.CountQuery) (result []rows.Count, err error) {
	ctx, op := s.begin(ctx, "CountTraits")
	result, err = s.Store.CountTraits(ctx, q)
	op.end(err)
	return result, err
}

// CountChildren implements store.Store.
func (s observed) CountChildren(ctx context.Context, of []tenancy.Ref) (result []rows.Count, err error) {
	ctx, op := s.begin(ctx, "CountChildren")
	result, err = s.Store.CountChildren(ctx, of)
	op.end(err)
	return result, err
}

// WaitingDocuments implements store.Store.
func (s observed) WaitingDocuments(ctx context.Context, q rows.WaitingQuery) (result []*customers.Customer, err error) {
	ctx, op := s.begin(ctx, "WaitingDocuments")
	result, err = s.Store.WaitingDocuments(ctx, q)
	op.end(err)
	return result, err
}
