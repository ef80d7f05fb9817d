package registry

import (
	"context"
	"fmt"
	"io"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/jsonobj"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/settings"
	"tenantry/tenancy"
)

// Draft is a customer on its way to one write: a clone that the use case may
// change, with the faults found so far.
type Draft struct {
	registry *Registry
	Caller   tenancy.Caller
	Now      time.Time
	// Before is the stored record, nil for a new customer; it must not be changed.
	Before   *customers.Customer
	Customer *customers.Customer
	// Faults are the failing fields of the request.
	Faults fault.List
	// Event is what the change is called in the event that tells of it; reason is
	// kept with it.
	Event, Reason string
	// Part is the owner or document that the event is about; further are events that
	// follow it.
	Part        tenancy.ID
	extraEvents []extraEvent
	// Parent is the customer above a new one; nil for the operator and for changes.
	Parent *customers.Customer
	// inherited reports that a new customer has what its parent hands down.
	inherited bool
	// UniqueEmail demands that a changed e-mail address is unique in the account, as
	// that of every customer of a dialect is, whatever the record was made through.
	UniqueEmail bool
	// intermediate are the states that the draft went through, oldest first, each with an
	// event of its own.
	intermediate []intermediateState
	// prepare runs when all values are reserved, before the write; after runs behind
	// it, within the request, and may bring a newer record.
	prepare []func(context.Context) error
	after   []func(context.Context, *customers.Customer) *customers.Customer
	// Details are told in the event beside the members that differ: for changes
	// that no representation of the customer shows.
	Details []jsonobj.Member
	// Always writes the change even when the record stays as it is: for the audit
	// of reads.
	Always bool
	// Refusal is answered after the change was written: a wrong guess is counted
	// and refused. It is marked as recorded.
	Refusal *fault.Error
	// broken is a fault of ours (no randomness, no sealing).
	broken error
}

func (d *Draft) NewID() tenancy.ID {
	id, err := tenancy.NewID(d.Now, d.registry.random)
	d.Fail(err)
	return id
}

// Prepare adds work that must come behind the reservations, because a value that is
// taken must not cost it: a slow hash. A lost race runs it again.
func (d *Draft) Prepare(work func(context.Context) error) { d.prepare = append(d.prepare, work) }

// AfterWrite adds work that follows the write within the request, and may bring a
// newer record of the customer.
func (d *Draft) AfterWrite(work func(context.Context, *customers.Customer) *customers.Customer) {
	d.after = append(d.after, work)
}

func (d *Draft) prepared(ctx context.Context) error {
	for _, work := range d.prepare {
		if err := work(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (d *Draft) written(ctx context.Context, c *customers.Customer) *customers.Customer {
	for _, work := range d.after {
		c = work(ctx, c)
	}
	return c
}

// Sound reports whether nothing stands against writing the draft so far.
func (d *Draft) Sound() bool { return d.broken == nil && d.Faults.Empty() }

// What rules over a draft need of the installation.

func (d *Draft) Sealer() Sealer                { return d.registry.sealer }
func (d *Draft) Mode() keys.Mode               { return d.registry.mode }
func (d *Draft) Random() io.Reader             { return d.registry.random }
func (d *Draft) SettingsRules() settings.Rules { return d.registry.settingsRules }
func (d *Draft) OwnerVerifier() OwnerVerifier  { return d.registry.verifyOwner }

// OwnerVerifier judges a complete owner at once.
type OwnerVerifier func(firstName, lastName string) customers.OwnerVerification

// Probe returns a draft of the same record without faults, which is never written.
func (d *Draft) Probe() *Draft {
	return &Draft{registry: d.registry, Caller: d.Caller, Now: d.Now, Customer: d.Customer}
}

// Probe returns a draft of a record that is never written: rules are tried on it.
func (s *Registry) Probe(caller tenancy.Caller, c *customers.Customer) *Draft {
	return &Draft{registry: s, Caller: caller, Now: s.Now(), Customer: c}
}

// IDFor gives the id of something new: the one that an attempt reserved, if any.
func (d *Draft) IDFor(reserved tenancy.ID) tenancy.ID {
	if reserved.IsZero() {
		return d.NewID()
	}
	return reserved
}

// Fail notes a fault of ours; the first one counts.
func (d *Draft) Fail(err error) {
	if d.broken == nil && err != nil {
		d.broken = err
	}
}

// Seal encrypts plain for this customer. Equal values keep the box that is
// there, so that sending a value again is no change. last4 adds its last four
// characters.
func (d *Draft) Seal(old *customers.Sealed, kind string, plain secret.Text, last4 bool) *customers.Sealed {
	fingerprint := d.registry.sealer.Fingerprint(d.Customer.Tenant, kind, plain)
	if old != nil && old.Fingerprint == fingerprint {
		return old
	}
	box, err := d.registry.sealer.Seal(d.Customer.Ref(), kind, plain)
	if err != nil {
		d.Fail(fmt.Errorf("sealing %s: %w", kind, err))
		return old
	}
	sealed := &customers.Sealed{Box: box, Fingerprint: fingerprint}
	if last4 {
		sealed.Last4 = lastFour(plain.Reveal())
	}
	return sealed
}

// Err gives what stands against writing the draft: a fault of ours first, then
// every failing field.
func (d *Draft) Err() error {
	if d.broken != nil {
		return d.broken
	}
	return d.Faults.Err()
}

// refused gives the refusal that follows the write, nil for none.
func (d *Draft) refused() error {
	if d.Refusal == nil {
		return nil
	}
	recorded := *d.Refusal
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
