package transfer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"tenantry/customers"
	"tenantry/customers/evidence"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// file imports a piece of a document.
func (m *importing) file(ctx context.Context, l line) (outcome, tenancy.ID, error) {
	p, ok := m.placeOf(l.Customer)
	if !ok {
		return left, l.Document, nil
	}
	label, err := m.labelOf(ctx, p, l)
	if err != nil {
		return left, l.Document, err
	}
	var plain []byte
	if m.Key.By == ByRing {
		plain, err = m.Sealer.OpenBox(nil, label, l.Box)
	} else {
		plain, err = m.Sealer.OpenBox(m.Key.Plain, fileLabel(l.Customer, l.ID), l.Box)
	}
	if err != nil {
		return left, l.Document, refuse("its bytes do not open under the key of the file")
	}
	if sum := sha256.Sum256(plain); hex.EncodeToString(sum[:]) != l.Digest {
		return left, l.Document, refuse("its bytes have another SHA-256 than the line says")
	}
	if m.DryRun {
		return m.tryFile(ctx, p, l, label, plain)
	}
	box := l.Box
	if m.Key.By != ByRing {
		if box, err = m.Sealer.SealBox(nil, label, plain); err != nil {
			return left, l.Document, err
		}
	}
	err = m.Store.PutDocument(ctx, p.ref, l.ID, box)
	if !errors.Is(err, rows.ErrExists) {
		return made, l.Document, err
	}
	return m.standingFile(ctx, p, l, label, plain)
}

// standingFile compares a piece with the one that is stored under its id.
func (m *importing) standingFile(ctx context.Context, p *place, l line, label string, plain []byte) (outcome, tenancy.ID, error) {
	standing, err := m.Store.Document(ctx, p.ref, l.ID)
	if err != nil {
		return left, l.Document, err
	}
	if held, err := m.Sealer.OpenBox(nil, label, standing); err != nil || !bytes.Equal(held, plain) {
		return left, l.Document, refuse("other bytes are stored under its id")
	}
	return there, l.Document, nil
}

// tryFile returns what would become of a piece.
func (m *importing) tryFile(ctx context.Context, p *place, l line, label string, plain []byte) (outcome, tenancy.ID, error) {
	if p.virtual != nil {
		return made, l.Document, nil
	}
	became, id, err := m.standingFile(ctx, p, l, label, plain)
	if errors.Is(err, rows.ErrNotFound) {
		return made, l.Document, nil
	}
	return became, id, err
}

// labelOf returns the label under which a piece is sealed here.
func (m *importing) labelOf(ctx context.Context, p *place, l line) (label string, err error) {
	if p.virtual != nil {
		if label = p.labels[piece{l.Document, l.ID}]; label == "" {
			err = refuse("its customer has no such document")
		}
		return label, err
	}
	c, err := m.Store.Get(ctx, p.ref)
	if err != nil {
		return "", err
	}
	evidence.EachPiece(c, func(document, id tenancy.ID, of string) {
		if document == l.Document && id == l.ID {
			label = of
		}
	})
	if label == "" {
		return "", refuse("its customer has no such document")
	}
	return label, nil
}

// activity imports an activity.
func (m *importing) activity(ctx context.Context, l line) (outcome, tenancy.ID, error) {
	a, err := recordOf(l.Record, codec.DecodeActivity, codec.EncodeActivity)
	if err != nil {
		return left, tenancy.ID{}, err
	}
	p, ok := m.placeOf(a.Customer.ID)
	if !ok {
		return left, a.ID, nil
	}
	a.Customer = p.ref
	switch standing, err := m.Store.Activity(ctx, tenancy.ID{}, a.ID); {
	case err == nil && sameActivity(standing, *a):
		return there, a.ID, nil
	case err == nil:
		return left, a.ID, refuse("the id is taken by another activity")
	case !errors.Is(err, rows.ErrNotFound):
		return left, a.ID, err
	}
	if m.DryRun {
		return made, a.ID, nil
	}
	return made, a.ID, m.Store.PutActivity(ctx, *a)
}

func sameActivity(a, b customers.Activity) bool {
	one, err := codec.EncodeActivity(&a)
	other, failed := codec.EncodeActivity(&b)
	return err == nil && failed == nil && bytes.Equal(one, other)
}

// reservation takes over what is reserved beside the values that customers hold.
func (m *importing) reservation(ctx context.Context, l line) (outcome, tenancy.ID, error) {
	r, err := recordOf(l.Record, codec.DecodeClaim, codec.EncodeClaim)
	if err != nil {
		return left, tenancy.ID{}, err
	}
	if registry.ReservesUnique(r.Key) {
		return left, r.Customer.ID, refuse("values of customers are reserved with them")
	}
	_, taken, err := m.Store.Reserve(ctx, *r)
	if err == nil && !taken {
		return there, r.Customer.ID, nil
	}
	return made, r.Customer.ID, err
}

// events adds a batch to the log, in its order.
func (m *importing) events(ctx context.Context, b *batch) error {
	var list []rows.Batch
	var counted []int
	for i, l := range b.lines {
		event, err := recordOf(l.Record, codec.DecodeEvent, codec.EncodeEvent)
		if err != nil {
			if err := m.note(b.numbers[i], l.Kind, tenancy.ID{}, left, err); err != nil {
				return err
			}
			continue
		}
		p, ok := m.placeOf(event.Customer.ID)
		if !ok || m.DryRun {
			became := left
			if ok {
				if became, err = m.tryEvent(ctx, p, event.ID); err != nil {
					return err
				}
			}
			if err := m.note(b.numbers[i], l.Kind, event.ID, became, nil); err != nil {
				return err
			}
			continue
		}
		counted = append(counted, b.numbers[i])
		if last := len(list) - 1; last >= 0 && list[last].Customer == p.ref {
			list[last].Events = append(list[last].Events, event.Event)
			continue
		}
		list = append(list, rows.Batch{Customer: p.ref, Path: p.path, Events: []customers.Event{event.Event}})
	}
	if len(list) == 0 {
		return nil
	}
	added, err := m.Store.LogEvents(ctx, list)
	if err != nil {
		return err
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.report.Events.Made += int64(added)
	m.report.Events.There += int64(len(counted) - added)
	return nil
}

// tryEvent returns what would become of an event.
func (m *importing) tryEvent(ctx context.Context, p *place, id tenancy.ID) (outcome, error) {
	if p.virtual != nil {
		return made, nil
	}
	standing, err := m.Store.Events(ctx, rows.EventQuery{Tenant: p.ref.Tenant, ID: id, Limit: 1})
	if len(standing) > 0 {
		return there, err
	}
	return made, err
}

// deliveries adds a batch of deliveries.
func (m *importing) deliveries(ctx context.Context, b *batch) error {
	var list []rows.Delivery
	flush := func() error {
		if len(list) == 0 {
			return nil
		}
		err := m.Store.AddDeliveries(ctx, list)
		list = nil
		return err
	}
	for i, l := range b.lines {
		d, err := recordOf(l.Record, codec.DecodeDelivery, codec.EncodeDelivery)
		if err == nil {
			if len(list) > 0 && list[0].Endpoint.Customer.Tenant != d.Endpoint.Customer.Tenant {
				if err := flush(); err != nil {
					return err
				}
			}
			list = append(list, *d)
		}
		if err := m.note(b.numbers[i], l.Kind, tenancy.ID{}, made, err); err != nil {
			return err
		}
	}
	return flush()
}
