package keys

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/crypto/bcrypt"

	"tenantry/internal/fault"
)

// attempt is one comparison, the gate it takes, and what its failure counts against.
type attempt struct {
	gate        *gate
	turn        turn
	hash, input []byte
	subjects    []subject
	refusal     func() error
}

// Verify checks that p fits the proof that Admit returned. A key that was verified before
// is answered from memory, past every limit; one that does not fit the tag is refused
// without a slow hash. address is the network address of the
// caller, without port; empty for a caller that is not limited.
//
// It returns Unauthenticated invalidCredentials; RateLimited rateLimited with
// RetryAfterSeconds after too many failures of this entry from there, or of that address,
// without a comparison; Unavailable if ctx ends first or too many are waiting; and an
// internal error if the stored hash is damaged.
func (v *Verifier) Verify(ctx context.Context, p Presented, proof Proof, address string) error {
	random := p.random()
	if len(random) != randomLength || len(proof.Hash) == 0 {
		return badKey()
	}
	id := v.digests.of(proof.Hash, random)
	if v.remembers(id) {
		return nil
	}
	a := attempt{
		gate: v.gate, turn: turn{stranger, Source(address)}, hash: proof.Hash, input: []byte(random), refusal: badKey,
		subjects: v.subjectsOf(p, address),
	}
	if v.tags.current(proof.Tag) {
		if !v.tags.fits(p, proof.Tag) {
			if err := limited(v.now(), a.subjects); err != nil {
				return err
			}
			return v.failed(a)
		}
		a.turn.class = recognized
	}
	return v.verifyOnce(ctx, id, a)
}

// subjectsOf returns what the failure of a key counts against: the entry from there, and the
// address. Per entry and source, because the entry's name is in every publishable key, so
// a bucket that all sources shared would let a stranger lock its holder out.
func (v *Verifier) subjectsOf(p Presented, address string) []subject {
	return v.withAddress(address, v.perKey.named("key", fmt.Sprintf("%s/%d@%s", p.Ref, p.Entry, Source(address))))
}

// Refuse refuses a key whose entry or customer does not exist or has ended, after the
// work that a wrong key of a live entry costs, and counts it like one: neither time nor
// limits tell which entries live. It returns RateLimited as Verify does.
func (v *Verifier) Refuse(p Presented, address string) error {
	_ = v.remembers(v.digests.of(v.decoyHash, p.random()))
	_ = v.tags.of(p)
	a := attempt{subjects: v.subjectsOf(p, address), refusal: badKey}
	if err := limited(v.now(), a.subjects); err != nil {
		return err
	}
	return v.failed(a)
}

// verifyOnce lets callers that show the same key at the same moment share one comparison.
// It outlives each of them, and failures are counted inside it, so that a stranger who
// hangs up early neither spoils it nor gets it for free.
func (v *Verifier) verifyOnce(ctx context.Context, id digest, a attempt) error {
	for {
		if ctx.Err() != nil {
			return gaveUp(ctx)
		}
		if err := limited(v.now(), a.subjects); err != nil {
			return err
		}
		flight := v.flights.DoChan(string(id[:]), func() (any, error) {
			if v.remembers(id) {
				return nil, nil
			}
			err := v.attempt(context.WithoutCancel(ctx), a)
			if err == nil {
				v.remembered.Set(id, struct{}{})
			}
			return nil, err
		})
		select {
		case <-ctx.Done():
			return gaveUp(ctx)
		case landed := <-flight:
			if landed.Shared && fault.KindOf(landed.Err) == fault.RateLimited {
				continue // The limit may be that of another caller's address: consult one's own.
			}
			return landed.Err
		}
	}
}

// attempt compares under the gate. The limits are consulted again inside it: of many
// attempts that queued together, only as many as the limit allows, and those already
// running, reach the slow hash.
func (v *Verifier) attempt(ctx context.Context, a attempt) error {
	if err := a.gate.enter(ctx, a.turn); err != nil {
		return err
	}
	defer a.gate.leave()
	if err := limited(v.now(), a.subjects); err != nil {
		return err
	}
	err := v.compare(a.hash, a.input)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bcrypt.ErrMismatchedHashAndPassword):
		return v.failed(a)
	default:
		return fmt.Errorf("comparing with a stored hash: %w", err)
	}
}

func (v *Verifier) failed(a attempt) error {
	now := v.now()
	for _, s := range a.subjects {
		s.count(now)
	}
	return a.refusal()
}

func (v *Verifier) remembers(id digest) bool {
	_, ok := v.remembered.GetIfPresent(id)
	return ok
}

// withAddress adds the bucket of the address, unless it is empty.
func (v *Verifier) withAddress(address string, subjects ...subject) []subject {
	if address == "" {
		return subjects
	}
	return append(subjects, v.perAddress.named("address", Source(address)))
}
