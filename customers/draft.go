package customers

import (
	"context"
	"fmt"
	"io"
	"time"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/settings"
	"tenantry/tenancy"
)

// draft is a customer on its way to one write: a clone that the use case may
// change, with the faults found so far.
type draft struct {
	s      *Service
	caller tenancy.Caller
	now    time.Time
	// before is the stored record, nil for a new customer; it must not be changed.
	before *Customer
	c      *Customer
	// faults are the failing fields of the request.
	faults fault.List
	// event is what the change is called in the event that tells of it; reason is
	// kept with it.
	event, reason string
	// part is the owner or document that the event is about; further are events that
	// follow it.
	part    tenancy.ID
	further []furtherEvent
	// parent is the customer above a new one; nil for the operator and for changes.
	parent *Customer
	// inherited reports that a new customer has what its parent hands down.
	inherited bool
	// uniqueEmail demands that a changed e-mail address is unique in the account, as
	// that of every customer of a dialect is, whatever the record was made through.
	uniqueEmail bool
	// steps are the states that the draft went through, oldest first, each with an
	// event of its own.
	steps []step
	// prepare runs when all values are reserved, before the write; after runs behind
	// it, within the request, and may bring a newer record.
	prepare []func(context.Context) error
	after   []func(context.Context, *Customer) *Customer
	// details are told in the event beside the members that differ: for changes
	// that no representation of the customer shows.
	details []member
	// always writes the change even when the record stays as it is: for the audit
	// of reads.
	always bool
	// refusal is answered after the change was written: a wrong guess is counted
	// and refused. It is marked as recorded.
	refusal *fault.Error
	// broken is a fault of ours (no randomness, no sealing).
	broken error
}

func (d *draft) newID() tenancy.ID {
	id, err := tenancy.NewID(d.now, d.s.random)
	d.fail(err)
	return id
}

// Prepare adds work that must come behind the reservations, because a value that is
// taken must not cost it: a slow hash. A lost race runs it again.
func (d *draft) Prepare(work func(context.Context) error) { d.prepare = append(d.prepare, work) }

// AfterWrite adds work that follows the write within the request, and may bring a
// newer record of the customer.
func (d *draft) AfterWrite(work func(context.Context, *Customer) *Customer) {
	d.after = append(d.after, work)
}

func (d *draft) prepared(ctx context.Context) error {
	for _, work := range d.prepare {
		if err := work(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (d *draft) written(ctx context.Context, c *Customer) *Customer {
	for _, work := range d.after {
		c = work(ctx, c)
	}
	return c
}

// Sound reports whether nothing stands against writing the draft so far.
func (d *draft) Sound() bool { return d.broken == nil && d.faults.Empty() }

// What rules over a draft need of the installation.

func (d *draft) sealer() Sealer                { return d.s.sealer }
func (d *draft) mode() keys.Mode               { return d.s.mode }
func (d *draft) random() io.Reader             { return d.s.random }
func (d *draft) settingsRules() settings.Rules { return d.s.settingsRules }
func (d *draft) ownerVerifier() OwnerVerifier  { return d.s.verifyOwner }

// OwnerVerifier judges a complete owner at once.
type OwnerVerifier func(firstName, lastName string) OwnerVerification

// Probe returns a draft of the same record without faults, which is never written.
func (d *draft) Probe() *draft { return &draft{s: d.s, caller: d.caller, now: d.now, c: d.c} }

// Probe returns a draft of a record that is never written: rules are tried on it.
func (s *Service) Probe(caller tenancy.Caller, c *Customer) *draft {
	return &draft{s: s, caller: caller, now: s.clock(), c: c}
}

// idFor gives the id of something new: the one that an attempt reserved, if any.
func (d *draft) idFor(reserved tenancy.ID) tenancy.ID {
	if reserved.IsZero() {
		return d.newID()
	}
	return reserved
}

// fail notes a fault of ours; the first one counts.
func (d *draft) fail(err error) {
	if d.broken == nil && err != nil {
		d.broken = err
	}
}

// seal encrypts plain for this customer. Equal values keep the box that is
// there, so that sending a value again is no change. last4 adds its last four
// characters.
func (d *draft) seal(old *Sealed, kind string, plain secret.Text, last4 bool) *Sealed {
	fingerprint := d.s.sealer.Fingerprint(d.c.Tenant, kind, plain)
	if old != nil && old.Fingerprint == fingerprint {
		return old
	}
	box, err := d.s.sealer.Seal(d.c.Ref(), kind, plain)
	if err != nil {
		d.fail(fmt.Errorf("sealing %s: %w", kind, err))
		return old
	}
	sealed := &Sealed{Box: box, Fingerprint: fingerprint}
	if last4 {
		sealed.Last4 = lastFour(plain.Reveal())
	}
	return sealed
}

// err gives what stands against writing the draft: a fault of ours first, then
// every failing field.
func (d *draft) err() error {
	if d.broken != nil {
		return d.broken
	}
	return d.faults.Err()
}

// refused gives the refusal that follows the write, nil for none.
func (d *draft) refused() error {
	if d.refusal == nil {
		return nil
	}
	recorded := *d.refusal
	recorded.Recorded = true
	return &recorded
}

// lastFour gives the last four characters, fewer for shorter texts: of a text of
// up to five characters no more than the last two, lest it show most of it.
func lastFour(text string) string {
	letters := []rune(text)
	switch {
	case len(letters) > 5:
		return string(letters[len(letters)-4:])
	case len(letters) > 2:
		return string(letters[len(letters)-2:])
	default:
		return ""
	}
}
