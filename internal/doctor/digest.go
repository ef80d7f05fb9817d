package doctor

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
	"slices"

	"tenantry/customers"
	"tenantry/internal/store/codec"
	"tenantry/keys"
	"tenantry/tenancy"
)

// digest is the sum of the digests of all customers: equal for the same customers in any
// order, on any engine and under any key ring. What is sealed goes in opened, and what a
// key ring derived stays out, as do events on their way to the log.
type digest struct{ sum [4]uint64 }

// add takes a customer in. What does not open goes in as it is stored.
func (d *digest) add(c *customers.Customer, with Opener) error {
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
	document, err := codec.Encode(next)
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

// text returns the digest in hexadecimal digits.
func (d *digest) text() string {
	var all [sha256.Size]byte
	for at, part := range d.sum {
		binary.LittleEndian.PutUint64(all[8*at:], part)
	}
	return hex.EncodeToString(all[:])
}
