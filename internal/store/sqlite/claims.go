package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

const (
	selectClaim = `SELECT document FROM claims WHERE key = ?`
	insertClaim = `INSERT INTO claims (key, ends, document) VALUES (?, ?, ?)`
	updateClaim = `UPDATE claims SET ends = ?, document = ? WHERE key = ?`
	deleteClaim = `DELETE FROM claims WHERE key = ?`
	sweepClaims = `DELETE FROM claims WHERE ends < ?`
)

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
		_, err = t.exec(insertClaim, []byte(claim.Key), ending(claim), document)
		return err
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
		_, err = t.exec(updateClaim, ending(next), document, []byte(held.Key))
		return err
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

// SweepReservations implements store.Store.
func (s *Store) SweepReservations(ctx context.Context, before time.Time) (int, error) {
	var swept int64
	err := s.writer.do(ctx, "sweeping claims", func(t *transaction) (err error) {
		swept, err = t.exec(sweepClaims, notBefore(before))
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
			_, err = t.exec(updateClaim, ending(one.next), one.document, []byte(one.held.Key))
		}
		if err != nil {
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
