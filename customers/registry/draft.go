package registry

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/jsonobj"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/settings"
	"tenantry/tenancy"
)

// Draft is a customer on its way to one write: a clone that a use case may change, with
// the faults found so far.
type Draft struct {
	registry *Registry
	Caller   tenancy.Caller
	Now      time.Time
	// Before is the stored record, nil for a new customer; it must not be changed.
	Before   *customers.Customer
	Customer *customers.Customer
	// Faults are the failing fields of the request.
	Faults fault.List
	// Event is the type of the event of the change; Reason is kept with it. Without one,
	// the change is told of only as far as planStatus differs.
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
	// handedDown are the settings that a new customer inherited, nil if it has its own.
	handedDown *settings.Settings
	// intermediate are the states that the draft went through, oldest first, each with an
	// event of its own.
	intermediate []intermediateState
	// prepare runs when all values are reserved, before the write; after runs behind
	// it, within the request, and may bring a newer record.
	prepare []func(context.Context) error
	after   []func(context.Context, *customers.Customer) *customers.Customer
	// Details are in the event beside the members that differ: for changes
	// that no representation of the customer shows.
	Details []jsonobj.Member
	// relies are the reservations that use cases took for the write.
	relies []reliance
	// about are the members of the event that name what it is about.
	about []jsonobj.Member
	// Always writes the change even when the record stays as it is: for the audit
	// of reads.
	Always bool
	// Refusal is answered after the change was written: a wrong guess is counted
	// and refused. It is marked as recorded.
	Refusal *fault.Error
	// active asks whether a customer may act; nil on a draft that is never written.
	active func(*customers.Customer) error
	// sealsFor is the part of the customer that sealed values are bound to.
	sealsFor tenancy.ID
	// broken is a fault of ours (no randomness, no sealing).
	broken error
}

// NewID returns a fresh id.
func (d *Draft) NewID() tenancy.ID {
	id, err := tenancy.NewID(d.Now, d.registry.random)
	d.Fail(err)
	return id
}

// Prepare adds work that runs after the reservations and before the write, such as a
// slow hash: a value that is taken must not cost it. A lost race runs it again.
func (d *Draft) Prepare(work func(context.Context) error) { d.prepare = append(d.prepare, work) }

// AfterWrite adds work that follows the write within the request, and may return a newer
// record of the customer.
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

// Sound reports whether the draft may be written as far as is known.
func (d *Draft) Sound() bool { return d.broken == nil && d.Faults.Empty() }

// Sealer returns the sealer of the installation.
func (d *Draft) Sealer() Sealer { return d.registry.sealer }

// Mode returns keys.Test in a sandbox, else keys.Live.
func (d *Draft) Mode() keys.Mode { return d.registry.mode }

// Random returns the source of randomness.
func (d *Draft) Random() io.Reader { return d.registry.random }

// SettingsRules returns the rules that settings must keep.
func (d *Draft) SettingsRules() settings.Rules { return d.registry.settingsRules }

// OwnerVerifier returns the judge of owners, nil when each is asked for a document.
func (d *Draft) OwnerVerifier() OwnerVerifier { return d.registry.verifyOwner }

// OwnerVerifier judges an owner whose data are complete, at once.
type OwnerVerifier func(firstName, lastName string) customers.OwnerVerification

// Probe returns a draft of the same record without faults, which is never written.
func (d *Draft) Probe() *Draft {
	return &Draft{registry: d.registry, Caller: d.Caller, Now: d.Now, Customer: d.Customer}
}

// Probe returns a draft of a stored record on which rules are tried; it is never
// written.
func (s *Registry) Probe(caller tenancy.Caller, c *customers.Customer) *Draft {
	return &Draft{registry: s, Caller: caller, Now: s.Now(), Customer: c}
}

// IDFor returns the id of something new: the one that an attempt reserved, or a fresh
// one.
func (d *Draft) IDFor(reserved tenancy.ID) tenancy.ID {
	if reserved.IsZero() {
		return d.NewID()
	}
	return reserved
}

// Fail notes an internal error; the first one counts.
func (d *Draft) Fail(err error) {
	if d.broken == nil && err != nil {
		d.broken = err
	}
}

// SealsFor binds what is sealed from now on to a part of the customer (a bank, an owner, a
// webhook) until end is called. What was sealed for one part does not open as another's.
func (d *Draft) SealsFor(part tenancy.ID) (end func()) {
	before := d.sealsFor
	d.sealsFor = part
	return func() { d.sealsFor = before }
}

// Seal returns plain encrypted for this customer, with its last four characters beside
// it when last4 is true. A value equal to old returns old, so that sending it again
// changes nothing. Nothing of the value is kept by which it could be guessed.
func (d *Draft) Seal(old *customers.Sealed, kind string, plain secret.Text, last4 bool) *customers.Sealed {
	if old != nil {
		// One that does not open is replaced: that is how damage is repaired.
		if known, err := d.registry.sealer.Unseal(d.Customer.Ref(), d.sealsFor, kind, old.Box); err == nil && known.Equal(plain) {
			return old
		}
	}
	box, err := d.registry.sealer.Seal(d.Customer.Ref(), d.sealsFor, kind, plain)
	if err != nil {
		d.Fail(fmt.Errorf("sealing %s: %w", kind, err))
		return old
	}
	sealed := &customers.Sealed{Box: box}
	if last4 {
		sealed.Last4 = lastFour(plain.Reveal())
	}
	return sealed
}

// Err returns why the draft cannot be written: an internal error first, then every
// failing field.
func (d *Draft) Err() error {
	if d.broken != nil {
		return d.broken
	}
	return d.Faults.Err()
}

// refused returns the refusal that follows the write, or nil.
func (d *Draft) refused() error {
	if d.Refusal == nil {
		return nil
	}
	recorded := *d.Refusal
	recorded.Recorded = true
	return &recorded
}

// lastFour returns the last four characters of a text, fewer of a shorter one: of up to
// five characters no more than the last two, so that most of it stays hidden.
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

// removedPart returns the part that the change is about if it removes it, else zero.
func (d *Draft) removedPart() tenancy.ID {
	if d.Part.IsZero() || !slices.Contains(d.Before.SubresourceIDs(), d.Part) || slices.Contains(d.Customer.SubresourceIDs(), d.Part) {
		return tenancy.ID{}
	}
	return d.Part
}
