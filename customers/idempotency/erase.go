package idempotency

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// mostAbout bounds the ids that an answer is found by.
const mostAbout = 32

// named finds ids in a text: of 24 digits, whatever stands before and behind them, and the
// UUIDs that dialects write for them.
var named = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-8000-8000-[0-9a-f]{12}|[0-9a-f]{24}`)

// about returns the ids that an answer and its request name, those first that it is most
// likely about.
func about(attempt Attempt, answer Answer, texts []string) []tenancy.ID {
	list := []tenancy.ID{attempt.subject}
	if answer.Record != nil && answer.Record.ID != attempt.subject {
		list = append(list, answer.Record.ID)
	}
	if !slices.Contains(list, attempt.ID) {
		list = append(list, attempt.ID)
	}
	texts = slices.Clone(texts)
	for _, value := range answer.Header {
		texts = append(texts, value)
	}
	for _, text := range append(texts, string(answer.Body)) {
		for _, word := range named.FindAllString(text, mostAbout) {
			id, err := tenancy.ParseID(strings.ReplaceAll(strings.Replace(word, "-8000-8000-", "", 1), "-", ""))
			if err == nil && !slices.Contains(list, id) && len(list) < mostAbout {
				list = append(list, id)
			}
		}
	}
	return list
}

// Forget drops the kept answers that name a customer that was erased. Its keys stay taken,
// so that a late repeat does nothing again.
func (s *Service) Forget(ctx context.Context, batch rows.Batch) error {
	if !batch.Has(customers.EventDeleted) {
		return nil
	}
	operator, err := s.registry.System(ctx, "erasure")
	if err != nil {
		return err
	}
	// Whoever may see the customer: its tenant and the operator. Another tenant that names
	// the id must not notice that it is gone.
	tenants := []tenancy.ID{batch.Customer.Tenant}
	if above := operator.Actor.Ref().Tenant; above != batch.Customer.Tenant {
		tenants = append(tenants, above)
	}
	for _, tenant := range tenants {
		list, err := s.store.ReservationsAbout(ctx, tenant, batch.Customer.ID)
		if err != nil {
			return rows.StoreFault(err, "looking for kept answers about "+batch.Customer.String())
		}
		for _, holder := range list {
			if err := s.drop(ctx, holder); err != nil {
				return err
			}
		}
	}
	return nil
}

// drop takes the answer from a key that stays taken.
func (s *Service) drop(ctx context.Context, holder rows.Reservation) error {
	next := holder
	next.About = nil
	var err error
	if next.Answer, err = (keptAnswer{}).write(); err != nil {
		return err
	}
	_, err = s.store.CompareAndSwap(ctx, holder, next)
	return rows.StoreFault(err, "dropping a kept answer")
}

const resealBatch = 100

// Reseal seals the kept answers anew that an older key of the ring sealed. One that no key
// opens is dropped.
func (s *Service) Reseal(ctx context.Context) error {
	for after := ""; ; {
		list, err := s.store.ReservationsBehind(ctx, keyPrefix, after, resealBatch)
		if err != nil {
			return rows.StoreFault(err, "reading kept answers")
		}
		for _, holder := range list {
			if after = holder.Key; len(holder.Answer) == 0 {
				continue
			}
			if err := s.reseal(ctx, holder); err != nil {
				return err
			}
		}
		if len(list) < resealBatch {
			return nil
		}
	}
}

func (s *Service) reseal(ctx context.Context, holder rows.Reservation) error {
	kept, err := readKept(holder.Answer)
	if err != nil {
		return err
	}
	if len(kept.Public) == 0 || s.sealer.IsCurrent(kept.Public) {
		return nil
	}
	plain, err := s.sealer.OpenBox(nil, holder.Key, kept.Public)
	if err != nil {
		return s.drop(ctx, holder)
	}
	if kept.Public, err = s.sealer.SealBox(nil, holder.Key, plain); err != nil {
		return fmt.Errorf("sealing an answer: %w", err)
	}
	next := holder
	if next.Answer, err = kept.write(); err != nil {
		return err
	}
	_, err = s.store.CompareAndSwap(ctx, holder, next)
	return rows.StoreFault(err, "keeping an answer")
}
