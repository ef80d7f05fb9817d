package sqlite

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

const (
	insertDelivery = `INSERT INTO deliveries (id, tenant, endpoint, event, pending, due, version, document)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	// Each step finds the next endpoint in the index, however many wait for one.
	nextEndpoint = `SELECT endpoint FROM deliveries WHERE pending = 1 AND endpoint > ? AND due <= ? ORDER BY endpoint LIMIT 1`
	dueOfOne     = `SELECT document, id FROM deliveries WHERE pending = 1 AND endpoint = ? AND due <= ? ORDER BY due, id LIMIT ?`
	countPending = `SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_due WHERE pending = 1 LIMIT ?)`
	stateOfOne   = `SELECT version FROM deliveries WHERE id = ? AND endpoint = ?`
	updateOne    = `UPDATE deliveries SET pending = ?, due = ?, version = ?, document = ? WHERE id = ?`
	sweepEnded   = `DELETE FROM deliveries WHERE rowid IN (SELECT rowid FROM deliveries WHERE pending = 0 AND due < ? LIMIT ?)`
)

// lane returns an endpoint as the table names it: tenant, customer and endpoint, each as
// long as an id.
func lane(r rows.WebhookRef) []byte {
	key := make([]byte, 0, 3*len(r.ID))
	key = append(key, r.Customer.Tenant[:]...)
	key = append(key, r.Customer.ID[:]...)
	return append(key, r.ID[:]...)
}

// behindTenant returns a name behind those of all endpoints of a tenant.
func behindTenant(tenant tenancy.ID) []byte {
	key := bytes.Repeat([]byte{0xff}, 3*len(tenant)+1)
	copy(key, tenant[:])
	return key
}

var errLane = errors.New("a column that should name an endpoint does not")

func endpointOf(value driver.Value) (r rows.WebhookRef, err error) {
	key, _ := value.([]byte)
	if len(key) != 3*len(r.ID) {
		return r, errLane
	}
	copy(r.Customer.Tenant[:], key)
	copy(r.Customer.ID[:], key[len(r.ID):])
	copy(r.ID[:], key[2*len(r.ID):])
	return r, nil
}

func waits(d rows.Delivery) int64 { return flag(d.State == rows.DeliveryPending) }

// AddDeliveries implements customers.Deliveries.
func (s *Store) AddDeliveries(ctx context.Context, list []rows.Delivery) error {
	return s.writer.do(ctx, "adding deliveries", func(t *transaction) error {
		for i := range list {
			d := &list[i]
			document, err := encoded(d, codec.EncodeDelivery)
			if err != nil {
				return err
			}
			if _, err := t.exec(insertDelivery, d.ID, d.Endpoint.Customer.Tenant, lane(d.Endpoint), d.Event, waits(*d),
				d.Due.UnixMilli(), d.Version, document); err != nil {
				return err
			}
		}
		return nil
	})
}

// DueEndpoints implements customers.Deliveries.
func (s *Store) DueEndpoints(ctx context.Context, q rows.DueQuery) (list []rows.WebhookRef, err error) {
	err = s.read(ctx, "reading due endpoints", func(c *conn) error {
		last, each := []byte{}, 0
		if !q.After.IsZero() {
			last = behindTenant(q.After)
		}
		for len(list) < q.Limit {
			found := false
			err := c.query(ctx, nextEndpoint, func(values []driver.Value) error {
				ref, err := endpointOf(values[0])
				last, found = lane(ref), true
				if !q.Of.Has(ref.ID.Slot()) {
					return err
				}
				if len(list) == 0 || list[len(list)-1].Customer.Tenant != ref.Customer.Tenant {
					each = 0
				}
				list = append(list, ref)
				if each++; each == q.Each {
					last = behindTenant(ref.Customer.Tenant)
				}
				return err
			}, last, q.At.UnixMilli())
			if err != nil || !found {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// SettleEndpoint implements customers.Deliveries: the index of deliveries tells what is due.
func (s *Store) SettleEndpoint(ctx context.Context, _ rows.WebhookRef) error {
	return s.read(ctx, "settling a webhook", func(*conn) error { return nil })
}

// DueDeliveries implements customers.Deliveries.
func (s *Store) DueDeliveries(ctx context.Context, endpoint rows.WebhookRef, at time.Time, limit int) ([]rows.Delivery, error) {
	return s.deliveries(ctx, limit, dueOfOne, lane(endpoint), at.UnixMilli())
}

// PendingDeliveries implements customers.Deliveries.
func (s *Store) PendingDeliveries(ctx context.Context, most int) (n int, err error) {
	err = s.read(ctx, "counting pending deliveries", func(c *conn) error {
		found, _, err := c.number(ctx, countPending, int64(most))
		n = int(found)
		return err
	})
	return n, err
}

// UpdateDelivery implements customers.Deliveries.
func (s *Store) UpdateDelivery(ctx context.Context, d rows.Delivery, version int64) error {
	const doing = "updating a delivery"
	document, err := encoded(&d, codec.EncodeDelivery)
	if err == nil && d.Version != version+1 {
		err = fmt.Errorf("version %d is not the successor of %d", d.Version, version)
	}
	if err != nil {
		return failed(doing, err)
	}
	return s.writer.do(ctx, doing, func(t *transaction) error {
		stored, found, err := t.c.number(context.Background(), stateOfOne, d.ID, lane(d.Endpoint))
		switch {
		case err != nil:
			return err
		case !found:
			return rows.ErrNotFound
		case stored != version:
			return rows.ErrStale
		}
		_, err = t.exec(updateOne, waits(d), d.Due.UnixMilli(), d.Version, document, d.ID)
		return err
	})
}

// Deliveries implements customers.Deliveries.
func (s *Store) Deliveries(ctx context.Context, q rows.DeliveryQuery) ([]rows.Delivery, error) {
	var c conditions
	c.add("tenant = ?", q.Tenant)
	if q.Endpoint != (rows.WebhookRef{}) {
		c.add("endpoint = ?", lane(q.Endpoint))
	}
	if !q.Event.IsZero() {
		c.add("event = ?", q.Event)
	}
	if !q.Before.IsZero() {
		c.add("id < ?", q.Before)
	}
	return s.deliveries(ctx, q.Limit, "SELECT document, id FROM deliveries"+c.where()+" ORDER BY id DESC LIMIT ?", c.arguments...)
}

// deliveries runs a statement that returns deliveries and whose last argument, which is
// added here, is the most rows.
func (s *Store) deliveries(ctx context.Context, limit int, text string, arguments ...any) (list []rows.Delivery, err error) {
	err = s.read(ctx, "reading deliveries", func(c *conn) error {
		list, err = whole(ctx, s, c, limit, documentIn(kindDelivery, codec.DecodeDelivery), func(limit int64) (string, []any) {
			return text, append(arguments[:len(arguments):len(arguments)], limit)
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// SweepDeliveries implements customers.Deliveries.
func (s *Store) SweepDeliveries(ctx context.Context, before time.Time, limit int) (int, error) {
	var swept int64
	err := s.writer.do(ctx, "sweeping deliveries", func(t *transaction) (err error) {
		swept, err = t.exec(sweepEnded, notBefore(before), int64(limit))
		return err
	})
	if err != nil {
		return 0, err
	}
	return int(swept), nil
}
