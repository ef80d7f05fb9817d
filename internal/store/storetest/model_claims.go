package storetest

import (
	"time"

	"pgregory.net/rapid"

	"tenantry/customers/rows"
	"tenantry/internal/store"
)

// claim draws a claim of few keys, customers and moments, or one that was used.
func (m *model) claim(t *rapid.T) rows.Reservation {
	if len(m.taken) > 0 && rapid.Bool().Draw(t, "used") {
		return rapid.SampledFrom(m.taken).Draw(t, "claim")
	}
	claim := rows.Reservation{
		Key:      m.scope + some(t, "key", "a", "A", "a ", "e\u0301", "é"),
		Customer: m.ref(t),
		Taken:    m.moment(t),
		Ends:     some(t, "ends", time.Time{}, opened, opened.Add(2*time.Millisecond)),
		Request:  some(t, "request", nil, []byte("12")),
		Answer:   some(t, "answer", nil, []byte{0}, []byte("sealed")),
	}
	m.taken = append(m.taken, claim)
	return claim
}

func (m *model) reserve(t *rapid.T) {
	claim := m.claim(t)
	type answer struct {
		Holder rows.Reservation
		Taken  bool
	}
	m.both("reserving", func(s store.Store) (any, error) {
		holder, taken, err := s.Reserve(m.context, claim)
		if taken {
			holder = rows.Reservation{} // says nothing then
		}
		return answer{holder, taken}, err
	})
	m.holder(claim.Key)
}

func (m *model) swap(t *rapid.T) {
	held, next := m.claim(t), m.claim(t)
	next.Key = held.Key
	m.taken = append(m.taken, next)
	m.both("swapping", func(s store.Store) (any, error) { return s.CompareAndSwap(m.context, held, next) })
	m.holder(held.Key)
}

func (m *model) release(t *rapid.T) {
	held := m.claim(t)
	m.both("releasing", func(s store.Store) (any, error) { return nil, s.Release(m.context, held) })
	m.holder(held.Key)
}

func (m *model) sweep(t *rapid.T) {
	before := m.moment(t)
	m.both("sweeping", func(s store.Store) (any, error) { return s.SweepReservations(m.context, before) })
}

// holder compares the holder of a key.
func (m *model) holder(key string) {
	m.both("reading a claim", func(s store.Store) (any, error) { return s.ReservationHolder(m.context, key) })
}
