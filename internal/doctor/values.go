package doctor

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// orphanAge is how old a reservation without a holder is before it is one: its customer
// may be about to be written.
const orphanAge = time.Hour

// mostValues bounds the unique values that are looked into one by one.
const mostValues = 100_000

// checkReservations compares the unique values of customers with the reservations that
// keep others from taking them.
func checkReservations(ctx context.Context, e *examination) (Finding, error) {
	slices.SortFunc(e.held, holding.compare)
	slices.SortFunc(e.reserved, holding.compare)
	orphans, err := e.orphans(ctx)
	if err != nil {
		return Finding{}, err
	}
	var mended []string
	if e.Fix && len(orphans) > 0 {
		for _, r := range orphans {
			if err := e.Store.Release(ctx, r); err != nil {
				return Finding{}, err
			}
		}
		mended = append(mended, fmt.Sprintf("released %d reservations that no customer holds", len(orphans)))
		orphans = nil
	}
	values, err := e.unreserved(ctx)
	if err != nil {
		return Finding{}, err
	}
	var doubled, free []value
	taken := 0
	for _, v := range values {
		switch {
		case v.holder != nil:
			doubled = append(doubled, v)
		case e.Fix:
			if _, ok, err := e.Store.Reserve(ctx, rows.Reservation{Key: v.key, Customer: v.customer, Taken: e.Now().UTC().Truncate(time.Millisecond)}); err != nil {
				return Finding{}, err
			} else if !ok {
				free = append(free, v)
			} else {
				taken++
			}
		default:
			free = append(free, v)
		}
	}
	if taken > 0 {
		mended = append(mended, fmt.Sprintf("reserved %d unique values for those who hold them", taken))
	}
	f, err := e.judgeValues(orphans, doubled, free)
	f.Mended = strings.Join(mended, "; ")
	return f, err
}

func (e *examination) judgeValues(orphans []rows.Reservation, doubled, free []value) (Finding, error) {
	var says, remedies []string
	level := OK
	if len(orphans) > 0 {
		var first []string
		for _, r := range orphans[:min(len(orphans), mostNamed)] {
			first = append(first, scopeOf(r.Key)+" of customer "+r.Customer.ID.String())
		}
		level = Warning
		says = append(says, fmt.Sprintf("%d unique values are reserved, and nobody holds them: %s", len(orphans), andMore(first, len(orphans))))
		remedies = append(remedies, withFix+"; a running service releases them by itself too")
	}
	if len(free) > 0 {
		level = worse(level, free)
		says = append(says, fmt.Sprintf("%d unique values are held without a reservation, so that others may take them: %s", len(free), valuesNamed(free)))
		remedies = append(remedies, withFix)
	}
	if len(doubled) > 0 {
		level = worse(level, doubled)
		says = append(says, fmt.Sprintf("%d unique values are held twice: %s", len(doubled), valuesNamed(doubled)))
		remedies = append(remedies, "change that value of one of the two customers")
	}
	if level == OK {
		return fine("%d unique values are reserved for those who hold them", len(e.held))
	}
	return Finding{Level: level, Text: strings.Join(says, "; "), Remedy: strings.Join(remedies, "; ")}, nil
}

// worse returns the level of values that are not reserved for who holds them. E-mail
// addresses may have been there before their account demanded that they are unique.
func worse(level Level, list []value) Level {
	if slices.ContainsFunc(list, func(v value) bool { return scopeOf(v.key) != "email" }) || level == Fault {
		return Fault
	}
	return Warning
}

// value is a unique value that its customer holds without a reservation.
type value struct {
	key      string
	customer tenancy.Ref
	// holder is who holds it with the reservation, nil if nobody does.
	holder *tenancy.ID
}

// scopeOf returns what a unique value is of; the value itself may say who somebody is.
func scopeOf(key string) string {
	scope, _, _ := strings.Cut(key, ":")
	if scope == "user" {
		return "username"
	}
	return scope
}

func valuesNamed(list []value) string {
	var first []string
	for _, v := range list[:min(len(list), mostNamed)] {
		text := scopeOf(v.key) + " of customer " + v.customer.ID.String()
		if v.holder != nil {
			text += " and of " + v.holder.String()
		}
		first = append(first, text)
	}
	return andMore(first, len(list))
}

// orphans returns the reservations of unique values that no customer holds.
func (e *examination) orphans(ctx context.Context) (list []rows.Reservation, err error) {
	suspects := map[holding]bool{}
	for _, r := range e.reserved {
		if _, ok := slices.BinarySearchFunc(e.held, r, holding.compare); !ok && len(suspects) < mostValues {
			suspects[r] = true
		}
	}
	if len(suspects) == 0 {
		return nil, nil
	}
	// Their keys were not kept.
	survey, err := e.Store.Survey(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, survey.Close()) }()
	var found []rows.Reservation
	err = survey.EachReservation(ctx, func(r rows.Reservation) error {
		if registry.ReservesUnique(r.Key) && suspects[holding{maphash.String(e.seed, r.Key), r.Customer.ID}] && e.began.Sub(r.Taken).Abs() >= orphanAge {
			found = append(found, r)
		}
		return nil
	}, func(rows.Damage) {})
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		keys, err := e.keysOf(ctx, r.Customer)
		if errors.Is(err, rows.ErrDamaged) {
			continue // what it holds cannot be known
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(keys, r.Key) {
			list = append(list, r)
		}
	}
	return list, nil
}

// unreserved returns the unique values that are held without a reservation.
func (e *examination) unreserved(ctx context.Context) (list []value, err error) {
	var suspects []tenancy.ID
	for at, h := range e.held {
		_, ok := slices.BinarySearchFunc(e.reserved, h, holding.compare)
		doubled := at > 0 && e.held[at-1].key == h.key
		if (!ok || doubled) && len(suspects) < mostValues && !slices.Contains(suspects[max(0, len(suspects)-1):], h.id) {
			suspects = append(suspects, h.id)
		}
	}
	seen := map[holding]bool{}
	for _, id := range suspects {
		c, err := e.Store.GetAnywhere(ctx, id)
		if errors.Is(err, rows.ErrNotFound) || errors.Is(err, rows.ErrDamaged) {
			continue
		}
		if err != nil {
			return nil, err
		}
		keys, err := e.keysOf(ctx, c.Ref())
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			v, missing, err := e.missing(ctx, c, key)
			if err != nil {
				return nil, err
			}
			if of := (holding{maphash.String(e.seed, key), id}); missing && !seen[of] {
				seen[of] = true
				list = append(list, v)
			}
		}
	}
	slices.SortFunc(list, func(a, b value) int {
		return cmp.Or(bytes.Compare(a.customer.ID[:], b.customer.ID[:]), cmp.Compare(a.key, b.key))
	})
	return list, nil
}

// missing reports whether a customer holds a unique value without a reservation.
func (e *examination) missing(ctx context.Context, c *customers.Customer, key string) (v value, missing bool, err error) {
	v = value{key: key, customer: c.Ref()}
	holder, err := e.Store.ReservationHolder(ctx, key)
	switch {
	case errors.Is(err, rows.ErrNotFound):
		return v, true, nil
	case err != nil:
		return v, false, err
	case holder.Customer == c.Ref():
		return v, false, nil
	}
	keys, err := e.keysOf(ctx, holder.Customer)
	if err != nil && !errors.Is(err, rows.ErrDamaged) {
		return v, false, err
	}
	if slices.Contains(keys, key) {
		v.holder = &holder.Customer.ID
	}
	return v, true, nil
}

// keysOf returns the keys of the reservations that a customer must have, as it is now;
// none for one that is gone.
func (e *examination) keysOf(ctx context.Context, ref tenancy.Ref) ([]string, error) {
	c, err := e.Store.Get(ctx, ref)
	if errors.Is(err, rows.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	parent, err := e.parentOf(ctx, c)
	return registry.UniqueKeys(c, parent), err
}

// latest is how old an event in an outbox may be while a service works.
const latest = time.Minute

// checkOutboxes looks for events that do not get into the log. Without a service they wait
// for the next one, as they should.
func checkOutboxes(ctx context.Context, e *examination) (Finding, error) {
	late := e.Serving && len(e.waiting) > 0 && e.began.Sub(e.oldest) >= latest
	switch {
	case len(e.waiting) == 0:
		return fine("all events are in the log")
	case e.Fix && (late || !e.Serving):
		moved, err := e.Relay(ctx)
		if err != nil {
			return Finding{}, err
		}
		return Finding{Level: OK, Text: "all events are in the log", Mended: fmt.Sprintf("moved %d events into the log", moved)}, nil
	case late:
		return warning(withFix+", and look for its reason in the log of the service",
			"%d events are not in the log yet, the oldest since %s", len(e.waiting), e.oldest.UTC().Format(time.RFC3339))
	case e.Serving:
		return fine("%d events are on their way to the log", len(e.waiting))
	default:
		return fine("%d events wait for a service to move them into the log", len(e.waiting))
	}
}

// checkEvents looks for gaps in the numbers that the events of a customer have.
func checkEvents(_ context.Context, e *examination) (Finding, error) {
	for one := range e.waiting {
		if at, ok := e.find(one.customer); ok && one.number > 0 {
			if one.customer == e.root {
				e.operator = append(e.operator, operatorEvent{number: one.number})
			} else {
				e.logged[at].add(one.number)
			}
		}
	}
	var gaps []tenancy.ID
	for at, k := range e.known {
		s := e.logged[at]
		if k.id == e.root {
			s = e.operatorSpan()
		}
		if e.hasGap(s, k.numbered) {
			gaps = append(gaps, k.id)
		}
	}
	if len(gaps) > 0 {
		return faulty("somebody removed events past `tenantry events purge`, or the store lost them: compare with a backup and with what receivers have",
			"events are missing among those of %d customers: %s", len(gaps), named(gaps))
	}
	return fine("no event is missing among %d", e.events+len(e.waiting))
}

// hasGap reports whether events are missing that no purge took: it takes the oldest.
func (e *examination) hasGap(s span, numbered int64) bool {
	switch {
	case s.count == 0:
		return numbered > 0 && !e.purged
	case s.first > 1 && !e.purged:
		return true
	default:
		return s.last < numbered || s.count <= s.last-s.first
	}
}

// operatorSpan returns the span of the operator's events, without those of purges that
// stand alone because what was around them is purged.
func (e *examination) operatorSpan() (s span) {
	first, last := int64(0), int64(0)
	for _, one := range e.operator {
		if !one.purge && (first == 0 || one.number < first) {
			first = one.number
		}
		last = max(last, one.number)
	}
	for _, one := range e.operator {
		if !one.purge || first == 0 && one.number == last || first > 0 && one.number > first {
			s.add(one.number)
		}
	}
	return s
}
