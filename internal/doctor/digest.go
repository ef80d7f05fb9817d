package doctor

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/codec"
	"tenantry/keys"
	"tenantry/tenancy"
)

// digest is the sum of the digests of all customers: equal for the same customers in any
// order, on any engine and under any key ring. What is sealed goes in opened, and what a
// key ring derived stays out, as do events on their way to the log.
type digest struct{ sum [4]uint64 }

// add takes a customer in.
func (d *digest) add(c *customers.Customer, with Opener) error {
	document, err := codec.Encode(Plain(c, with))
	if err != nil {
		return fmt.Errorf("making the digest of customer %s: %w", c.ID, err)
	}
	one := sha256.Sum256(document)
	var carry uint64
	for at := range d.sum {
		d.sum[at], carry = bits.Add64(d.sum[at], binary.LittleEndian.Uint64(one[8*at:]), carry)
	}
	return nil
}

// DigestOf returns the digest of all customers of a survey.
func DigestOf(ctx context.Context, survey store.Survey, with Opener, progress func(done int)) (string, error) {
	var d digest
	var damage error
	done := 0
	err := survey.EachCustomer(ctx, func(c *customers.Customer) error {
		if done++; done%tellEvery == 0 {
			progress(done)
		}
		return d.add(c, with)
	}, func(found rows.Damage) { damage = errors.Join(damage, &found) })
	return d.text(), errors.Join(err, damage)
}

// Plain returns a copy of a customer that is the same under any key ring, for comparisons:
// what is sealed is opened, and what a key ring derived is left out, as are events on
// their way to the log. What does not open stays as it is stored.
func Plain(c *customers.Customer, with Opener) *customers.Customer {
	next := c.EachSealed(func(part tenancy.ID, kind string, value *customers.Sealed) *customers.Sealed {
		open := *value
		open.Fingerprint = ""
		if plain, err := with.Unseal(c.Ref(), part, kind, value.Box); err == nil {
			open.Box = []byte(plain.Reveal())
		}
		return &open
	})
	next.Outbox = nil
	next.Cards, next.Documents, next.Keys = slices.Clone(c.Cards), slices.Clone(c.Documents), slices.Clone[[]keys.Entry](c.Keys)
	for i := range next.Cards {
		next.Cards[i].Fingerprint = ""
	}
	for i := range next.Documents {
		next.Documents[i].Fingerprint = ""
	}
	for i := range next.Keys {
		next.Keys[i].SecretTag, next.Keys[i].PublishableTag = nil, nil
	}
	return next
}

// text returns the digest in hexadecimal digits.
func (d *digest) text() string {
	var all [sha256.Size]byte
	for at, part := range d.sum {
		binary.LittleEndian.PutUint64(all[8*at:], part)
	}
	return hex.EncodeToString(all[:])
}
