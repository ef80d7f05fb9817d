package customers

import (
	"fmt"
	"time"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
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
	// screened tells that the rules of ScreeningInput hold; reopened, that an inactive
	// customer comes back and is reviewed anew.
	screened, reopened bool
	// enrolled tells that the rules of EnrolmentInput hold.
	enrolled bool
	// steps are the states that the draft went through, oldest first, each with an
	// event of its own.
	steps []step
	// asks tells that a remote provider is to be asked as soon as the change is
	// written, within the request.
	asks bool
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
