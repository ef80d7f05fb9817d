package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// answers lets kept answers be found by the customers that they name.
var answers = []string{
	`CREATE TABLE claims_about (
		id  BLOB NOT NULL,
		key BLOB NOT NULL,
		PRIMARY KEY (id, key)
	) STRICT, WITHOUT ROWID`,
	`CREATE INDEX claims_about_key ON claims_about (key)`,
	`CREATE TRIGGER claims_about_gone AFTER DELETE ON claims BEGIN DELETE FROM claims_about WHERE key = OLD.key; END`,
}

const (
	selectClaim = `SELECT document FROM claims WHERE key = ?`
	insertClaim = `INSERT INTO claims (key, ends, document) VALUES (?, ?, ?)`
	updateClaim = `UPDATE claims SET ends = ?, document = ? WHERE key = ?`
	deleteClaim = `DELETE FROM claims WHERE key = ?`
	insertAbout = `INSERT INTO claims_about (id, key) VALUES (?, ?) ON CONFLICT DO NOTHING`
	deleteAbout = `DELETE FROM claims_about WHERE key = ?`
	claimsAbout = `SELECT c.document FROM claims_about a JOIN claims c ON c.key = a.key WHERE a.id = ? ORDER BY c.key`
	claimsAfter = `SELECT document FROM claims WHERE key > ? AND key < ? ORDER BY key LIMIT ?`
	sweepClaims = `DELETE FROM claims WHERE rowid IN (SELECT rowid FROM claims WHERE ends < ? LIMIT ?)`
)

// Skew implements store.Store: the store is on this machine.
func (s *Store) Skew(ctx context.Context) (time.Duration, error) { return 0, ctx.Err() }

// Reserve implements store.Store.
func (s *Store) Reserve(ctx context.Context, claim rows.Reservation) (holder rows.Reservation, taken bool, err error) {
	const doing = "reserving a claim"
	document, err := encoded(&claim, codec.EncodeClaim)
	if err != nil {
		return rows.Reservation{}, false, failed(doing, err)
	}
	err = s.writer.do(ctx, doing, func(t *transaction) error {
		found, err := claimOf(t.c, claim.Key)
		if err != nil {
			return err
		}
		if found != nil {
			holder = *found
			return nil
		}
		taken = true
		if _, err = t.exec(insertClaim, []byte(claim.Key), ending(claim), document); err != nil {
			return err
		}
		return t.about(claim)
	})
	switch {
	case err != nil:
		return rows.Reservation{}, false, err
	case taken:
		return claim, true, nil
	default:
		return holder, false, nil
	}
}

// ReserveAll implements store.Store, one after the other.
func (s *Store) ReserveAll(ctx context.Context, wanted []rows.Reservation) (holders []rows.Reservation, taken []bool, err error) {
	return store.ReserveEach(ctx, wanted, s.Reserve)
}

// ReservationHolder implements store.Store.
func (s *Store) ReservationHolder(ctx context.Context, key string) (rows.Reservation, error) {
	var found *rows.Reservation
	err := s.read(ctx, "reading a claim", func(c *conn) (err error) {
		found, err = claimOf(c, key)
		return err
	})
	if err != nil {
		return rows.Reservation{}, err
	}
	if found == nil {
		return rows.Reservation{}, rows.ErrNotFound
	}
	return *found, nil
}

// CompareAndSwap implements store.Store.
func (s *Store) CompareAndSwap(ctx context.Context, held, next rows.Reservation) (ok bool, err error) {
	const doing = "swapping a claim"
	document, err := encoded(&next, codec.EncodeClaim)
	if err == nil && held.Key != next.Key {
		err = errors.New("the two claims have different keys")
	}
	if err != nil {
		return false, failed(doing, err)
	}
	err = s.writer.do(ctx, doing, func(t *transaction) error {
		found, err := claimOf(t.c, held.Key)
		if err != nil || !stands(found, held) {
			return err
		}
		ok = true
		return t.swap(*found, swap{held: held, next: next, document: document})
	})
	return ok && err == nil, err
}

// Release implements store.Store.
func (s *Store) Release(ctx context.Context, held rows.Reservation) error {
	return s.writer.do(ctx, "releasing a claim", func(t *transaction) error {
		found, err := claimOf(t.c, held.Key)
		if err != nil || !stands(found, held) {
			return err
		}
		_, err = t.exec(deleteClaim, []byte(held.Key))
		return err
	})
}

// ReservationsAbout implements store.Store.
func (s *Store) ReservationsAbout(ctx context.Context, tenant, id tenancy.ID) ([]rows.Reservation, error) {
	list, err := s.claims(ctx, "reading claims about a customer", claimsAbout, id)
	return slices.DeleteFunc(list, func(c rows.Reservation) bool { return c.Customer.Tenant != tenant }), err
}

// ReservationsBehind implements store.Store.
func (s *Store) ReservationsBehind(ctx context.Context, prefix, after string, limit int) ([]rows.Reservation, error) {
	return s.claims(ctx, "reading claims", claimsAfter, []byte(max(prefix, after)), []byte(prefix+"\xff"), int64(limit))
}

func (s *Store) claims(ctx context.Context, doing, text string, arguments ...any) (list []rows.Reservation, err error) {
	err = s.read(ctx, doing, func(c *conn) error {
		return c.query(ctx, text, func(values []driver.Value) error {
			found, _, err := decoded(values[0], kindReservation, tenancy.ID{}, codec.DecodeClaim)
			if err == nil {
				list = append(list, *found)
			}
			return err
		}, arguments...)
	})
	return list, err
}

// SweepReservations implements store.Store.
func (s *Store) SweepReservations(ctx context.Context, before time.Time) (int, error) {
	var swept int64
	err := s.writer.do(ctx, "sweeping claims", func(t *transaction) (err error) {
		swept, err = t.exec(sweepClaims, notBefore(before), int64(rows.MostSwept))
		return err
	})
	if err != nil {
		return 0, err
	}
	return int(swept), nil
}

// swap is a claim that a write of a customer takes along, encoded ahead of its turn.
type swap struct {
	held, next rows.Reservation
	document   []byte
}

// encodeSwaps returns what the companions of a write put in the place of claims.
func encodeSwaps(with []rows.Companion) (list []swap, err error) {
	for _, companion := range with {
		if companion.Next == nil {
			continue
		}
		document, err := encoded(companion.Next, codec.EncodeClaim)
		if err != nil {
			return nil, err
		}
		list = append(list, swap{held: companion.Held, next: *companion.Next, document: document})
	}
	return list, nil
}

// swapAll swaps the claims that still stand.
func (t *transaction) swapAll(list []swap) error {
	for _, one := range list {
		standing, err := claimOf(t.c, one.held.Key)
		if err == nil && stands(standing, one.held) {
			err = t.swap(*standing, one)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// swap puts a claim in the place of one that stands.
func (t *transaction) swap(standing rows.Reservation, one swap) error {
	if len(standing.About) > 0 {
		if _, err := t.exec(deleteAbout, []byte(one.held.Key)); err != nil {
			return err
		}
	}
	if err := t.about(one.next); err != nil {
		return err
	}
	// What stood there may be of somebody who was erased.
	t.scrubs = t.scrubs || len(standing.About) > 0
	_, err := t.exec(updateClaim, ending(one.next), one.document, []byte(one.held.Key))
	return err
}

// about lets a claim be found by the ids that it is about.
func (t *transaction) about(claim rows.Reservation) error {
	for _, id := range claim.About {
		if _, err := t.exec(insertAbout, id, []byte(claim.Key)); err != nil {
			return err
		}
	}
	return nil
}

// guarded returns rows.ErrStale unless every claim that a write relies on stands.
func (t *transaction) guarded(written tenancy.Ref, with []rows.Companion) error {
	for _, companion := range rows.Relied(with) {
		standing, err := claimOf(t.c, companion.Held.Key)
		if err != nil {
			return err
		}
		if standing == nil || !companion.Guards(*standing, written) {
			return rows.ErrStale
		}
	}
	return nil
}

// claimOf reads the claim of a key, nil if it is free.
func claimOf(c *conn, key string) (found *rows.Reservation, err error) {
	err = c.query(context.Background(), selectClaim, func(values []driver.Value) (err error) {
		found, _, err = decoded(values[0], kindReservation, tenancy.ID{}, codec.DecodeClaim)
		return err
	}, []byte(key))
	return found, err
}

// stands reports whether the stored claim is the same taking as held.
func stands(stored *rows.Reservation, held rows.Reservation) bool {
	return stored != nil && stored.Customer == held.Customer && stored.Taken.UnixMilli() == held.Taken.UnixMilli()
}

func ending(c rows.Reservation) any {
	if c.Ends.IsZero() {
		return nil
	}
	return c.Ends.UnixMilli()
}
