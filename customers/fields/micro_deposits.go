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
)

// DropLife is how long deposits can be confirmed; sandboxDrops are their amounts in a
// sandbox (PayStand API reference, testing).
const (
	// DropLife is how long deposits can be confirmed.
	DropLife = 30 * 24 * time.Hour
	// sandboxDrops are the amounts in a sandbox (PayStand API reference, testing).
	sandboxDrops = "32,45"
)

// StartDrops starts micro-deposits for a bank, unless it is verified or deposits wait
// for confirmation.
func StartDrops(d *registry.Draft, bank *customers.Bank) {
	if bank.Verified || (bank.Drops != nil && d.Now.Before(bank.Drops.Started.Add(DropLife))) {
		return
	}
	defer d.SealsFor(bank.ID)()
	amounts := sandboxDrops
	if d.Mode() == keys.Live {
		a, b := cents(d), cents(d)
		amounts = JoinCents(min(a, b), max(a, b))
	}
	if sealed := d.Seal(nil, customers.FieldDropAmounts, secret.New(amounts), false); sealed != nil {
		bank.Drops = &customers.Drops{Amounts: customers.Sealed{Box: sealed.Box}, Started: d.Now}
		if d.Mode() == keys.Test {
			bank.Drops.Sent = &d.Now // nobody sends money in a sandbox
		}
		bank.LastUpdated = d.Now
		if d.Before != nil && d.Event == "bank.drops_started" {
			return
		}
		d.AddEvent("bank.drops_started", bank.ID)
	}
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
