package idempotency

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// keyPrefix begins the keys of reservations of idempotency keys.
const keyPrefix = "idempotency:"

// idempotencyLife is how long an idempotency key is remembered.
const idempotencyLife = 24 * time.Hour

// Begin starts a request that carries an idempotency key; request identifies its method,
// path, subject and content. The caller's customer owns the key. It returns either an
// attempt that may go ahead, or the answer of an earlier one. It returns Conflict
// idempotencyConflict for a key that was used for another request, or whose first
// request is still running, and Forbidden insufficientScope for an answer to a
// credential that may do more than this one.
func (s *Service) Begin(ctx context.Context, caller tenancy.Caller, key string, request []byte) (Attempt, *Answer, error) {
	id, err := tenancy.NewID(s.registry.Now(), s.random)
	if err != nil {
		return Attempt{}, nil, err
	}
	now := s.registry.Now()
	attempt := Attempt{ID: id, subject: caller.Subject.Ref().ID, scopes: caller.Credential.Scopes, derive: caller.Credential.Derive, reservation: rows.Reservation{
		Key: reservationKey(caller, key), Customer: tenancy.Ref{Tenant: caller.Actor.Ref().Tenant, ID: id},
		Taken: now, Ends: now.Add(idempotencyLife), Request: request,
	}}
	holder, taken, err := s.store.Reserve(ctx, attempt.reservation)
	if err != nil {
		return Attempt{}, nil, rows.StoreFault(err, "reserving an idempotency key")
	}
	if taken {
		return attempt, nil, nil
	}
	return s.again(ctx, caller, attempt, holder)
}

// again returns what a repeated key leads to: its kept answer, a conflict, or the
// attempt that takes over.
func (s *Service) again(ctx context.Context, caller tenancy.Caller, attempt Attempt, holder rows.Reservation) (Attempt, *Answer, error) {
	conflict := func(text string) (Attempt, *Answer, error) {
		return Attempt{}, nil, fault.New(fault.Conflict, fault.CodeIdempotency, text).About("Idempotency-Key", fault.Duplicate)
	}
	running := func(text string) (Attempt, *Answer, error) {
		refusal := fault.New(fault.Conflict, fault.CodeIdempotency, text).About("Idempotency-Key", fault.Duplicate)
		refusal.RetryAfterSeconds = 1 // It will end: another try makes sense.
		return Attempt{}, nil, refusal
	}
	expired := !attempt.reservation.Taken.Before(holder.Ends)
	switch {
	case expired:
	case !bytes.Equal(holder.Request, attempt.reservation.Request):
		return conflict("this idempotency key was used for another request; use a new one")
	case len(holder.Answer) > 0:
		answer, err := s.openAnswer(caller, attempt, holder)
		return Attempt{}, answer, err
	default:
		past, err := registry.PastGrace(ctx, s.store, holder.Taken, attempt.reservation.Taken)
		if err != nil {
			return Attempt{}, nil, err
		}
		if !past {
			return running("the first request with this idempotency key is still running; try again in a moment")
		}
		// The first try ended without an answer. What it may have written keeps the
		// id that was reserved for it.
		attempt.ID, attempt.reservation.Customer, attempt.resumed = holder.Customer.ID, holder.Customer, true
	}
	ok, err := s.store.CompareAndSwap(ctx, holder, attempt.reservation)
	if err != nil {
		return Attempt{}, nil, rows.StoreFault(err, "taking an idempotency key over")
	}
	if !ok {
		return running("another request with this idempotency key is running; try again in a moment")
	}
	return attempt, nil, nil
}

// Finish keeps the answer of an attempt for 24 hours, or until one of the customers that it
// names is erased, or that the texts name, such as the path of the request. Secrets in it open again for the same
// credential only.
func (s *Service) Finish(ctx context.Context, attempt Attempt, answer Answer, texts ...string) error {
	kept, err := s.Keeping(attempt, answer, texts...)
	if err != nil {
		return err
	}
	if _, err := s.store.CompareAndSwap(ctx, kept.Held, *kept.Next); err != nil {
		return rows.StoreFault(err, "keeping an answer")
	}
	return nil
}

// Keeping returns the kept answer as what a write takes along, so that it needs no Finish
// once that is written.
func (s *Service) Keeping(attempt Attempt, answer Answer, texts ...string) (rows.Companion, error) {
	next := attempt.reservation
	next.About = about(attempt, answer, texts)
	kept := keptAnswer{Scopes: attempt.scopes}
	public := answer
	if answer.Redacted != nil {
		public.Body = answer.Redacted
	}
	if answer.Record != nil {
		public.Header, public.Body = nil, nil
	}
	var err error
	if kept.Public, err = s.sealer.SealBox(nil, next.Key, pack(public)); err == nil && answer.Redacted != nil && attempt.derive != nil {
		kept.Secret, err = s.sealer.SealBox(attempt.derive(next.Key), next.Key, beside(answer.Body, answer.Redacted))
	}
	if err != nil {
		return rows.Companion{}, fmt.Errorf("sealing an answer: %w", err)
	}
	next.Answer, err = kept.write()
	return rows.Companion{Held: attempt.reservation, Next: &next}, err
}

// Abandon releases the key of an attempt that changed nothing. One that resumed an
// earlier try keeps its key: that try may have written.
func (s *Service) Abandon(ctx context.Context, attempt Attempt) error {
	if attempt.resumed {
		return nil
	}
	return rows.StoreFault(s.store.Release(ctx, attempt.reservation), "giving an idempotency key back")
}

// openAnswer opens a kept answer for a caller with the scopes of the one that asked
// first.
func (s *Service) openAnswer(caller tenancy.Caller, attempt Attempt, holder rows.Reservation) (*Answer, error) {
	kept, err := readKept(holder.Answer)
	if err != nil {
		return nil, err
	}
	if err := tenancy.AuthorizeScope(caller, kept.Scopes); err != nil {
		return nil, err
	}
	secretly := func(box []byte) []byte {
		if len(box) == 0 || attempt.derive == nil {
			return nil
		}
		plain, err := s.sealer.OpenBox(attempt.derive(holder.Key), holder.Key, box)
		if err != nil {
			return nil // another credential asked first
		}
		return plain
	}
	if plain := secretly(kept.Full); plain != nil {
		return readEarlier(plain)
	}
	plain, err := s.sealer.OpenBox(nil, holder.Key, kept.Public)
	if err != nil {
		// What it named was erased, or the ring's key dropped before it was sealed anew.
		return nil, Gone(err)
	}
	if len(plain) > 0 && plain[0] == '{' {
		return readEarlier(plain)
	}
	answer, err := unpack(plain)
	if err != nil {
		return nil, err
	}
	if secret := secretly(kept.Secret); secret != nil {
		if answer.Body, err = together(secret, answer.Body); err != nil {
			return nil, err
		}
	}
	return &answer, nil
}

// readEarlier reads an answer that an earlier build kept.
func readEarlier(plain []byte) (*Answer, error) {
	var answer Answer
	if err := json.Unmarshal(plain, &answer); err != nil {
		return nil, fmt.Errorf("reading a kept answer: %w", err)
	}
	return &answer, nil
}

// Gone returns the refusal of a repeat whose answer cannot be shown any more.
func Gone(cause error) error {
	return fault.Wrap(cause, fault.Conflict, fault.CodeIdempotency,
		"this request was carried out before and its answer can no longer be shown; read the resource that it made").
		About("Idempotency-Key", fault.Duplicate)
}

// reservationKey names a key within its owner: the signer and the subject. A key sent
// with a publishable key is apart: every page shows that one, and its holder must not
// take a key of the customer's own.
func reservationKey(caller tenancy.Caller, key string) string {
	owner := caller.Actor.Ref().String() + "/" + caller.Subject.Ref().String()
	if caller.Credential.Kind == tenancy.PublishableKey {
		owner += "/" + string(tenancy.PublishableKey)
	}
	sum := sha256.Sum256([]byte(owner + "\x00" + key))
	return keyPrefix + hex.EncodeToString(sum[:])
}
