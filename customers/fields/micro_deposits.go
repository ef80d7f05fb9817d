package fields

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// Rules of micro-deposits.
const (
	// DropLife is how long deposits can be confirmed.
	DropLife = 30 * 24 * time.Hour
	// MaxDropFailures is how many wrong confirmations end deposits.
	MaxDropFailures = customers.MostDropFailures
	// EventDropsStarted is the type of event of deposits that were started.
	EventDropsStarted = "bank.drops_started"
	// SandboxDrops are the amounts in a sandbox (PayStand API reference, testing).
	SandboxDrops = "32,45"
)

// StartDrops starts micro-deposits for a bank, unless it is verified or deposits wait
// for confirmation.
func StartDrops(d *registry.Draft, bank *customers.Bank) {
	if bank.Verified || DropsWait(bank, d.Now) {
		return
	}
	bank.Drops = &customers.Drops{Amounts: SealDrops(d, bank.ID), Started: d.Now}
	bank.LastUpdated = d.Now
	if d.Mode() == keys.Test {
		bank.Drops.Sent = &d.Now // nobody sends money in a sandbox
	}
	if d.Event != EventDropsStarted {
		d.AddEvent(EventDropsStarted, bank.ID)
	}
}

// DropsWait reports whether the bank has micro-deposits that can be confirmed.
func DropsWait(bank *customers.Bank, now time.Time) bool {
	return !bank.Verified && bank.Drops != nil && bank.Drops.Failures < MaxDropFailures && now.Before(bank.Drops.Started.Add(DropLife))
}

// SealDrops draws the amounts of two micro-deposits for a bank of the draft's customer; in
// a sandbox they are known.
func SealDrops(d *registry.Draft, bank tenancy.ID) customers.Sealed {
	defer d.SealsFor(bank)()
	amounts := SandboxDrops
	if d.Mode() == keys.Live {
		a, b := cents(d), cents(d)
		amounts = JoinCents(min(a, b), max(a, b))
	}
	sealed := d.Seal(nil, customers.FieldDropAmounts, secret.New(amounts), false)
	if sealed == nil {
		return customers.Sealed{}
	}
	return customers.Sealed{Box: sealed.Box}
}

// cents returns a random amount from 1 to 99.
func cents(d *registry.Draft) int {
	n, err := rand.Int(d.Random(), big.NewInt(99))
	if err != nil {
		d.Fail(fmt.Errorf("drawing a deposit: %w", err))
		return 1
	}
	return int(n.Int64()) + 1
}

// JoinCents returns two amounts as text, the form in which they are sealed.
func JoinCents(a, b int) string { return fmt.Sprintf("%d,%d", a, b) }
