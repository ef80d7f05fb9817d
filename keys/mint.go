package keys

import (
	"crypto/rand"
	"fmt"
	"io"
	"time"

	"golang.org/x/crypto/bcrypt"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// DefaultCost is the bcrypt cost for keys, the lowest there is, on purpose. A work
// factor slows the guessing of secrets that can be guessed; the 168 random bits
// of a key cannot be, at any cost. A high factor would only hand strangers a way
// to burn our processors with wrong keys. Passwords have DefaultPasswordCost.
const DefaultCost = bcrypt.MinCost

// Pair is the two keys of one entry, shown once.
type Pair struct{ Publishable, Secret secret.Text }

// Minter makes keys.
type Minter struct {
	// Cost is the bcrypt cost, 4 to 31; 0 means DefaultCost.
	Cost int
	// Mode is written into every key.
	Mode Mode
	// Random is the source of the random parts; nil means crypto/rand.
	Random io.Reader
}

// Pair mints a secret and a publishable key as entry number of ref, without an end. The
// keys exist nowhere else afterwards. Its errors are internal ones: a zero ref, a number
// below 1, a bad Minter, no randomness.
func (m Minter) Pair(ref tenancy.Ref, number int32, now time.Time) (Entry, Pair, error) {
	secretText, secretHash, err := m.mint(Secret, ref, number)
	if err != nil {
		return Entry{}, Pair{}, err
	}
	publishableText, publishableHash, err := m.mint(Publishable, ref, number)
	if err != nil {
		return Entry{}, Pair{}, err
	}
	entry := Entry{
		Number: number, Mode: m.Mode, SecretHash: secretHash, PublishableHash: publishableHash,
		Hint: hint(secretText), Created: storable(now),
	}
	return entry, Pair{Publishable: secret.New(publishableText), Secret: secret.New(secretText)}, nil
}

// Restricted mints a key with the given scopes that ends at expires, or never if that is
// nil. It returns Invalid validationError for `scopes` if the list is empty or has one
// that no restricted key may have, and for `expires` if it is not after now; its other
// errors are those of Pair.
func (m Minter) Restricted(
	ref tenancy.Ref, number int32, name string, scopes tenancy.Scope, expires *time.Time, now time.Time,
) (Entry, secret.Text, error) {
	var faults fault.List
	if scopes == 0 {
		faults.Add("scopes", fault.Missing, "name at least one scope")
	} else if !tenancy.Full.Has(scopes) {
		faults.Add("scopes", fault.BadValue, "a restricted key cannot have one of these scopes")
	}
	if expires != nil {
		end := storable(*expires)
		expires = &end
		if !end.After(now) {
			faults.Add("expires", fault.BadValue, "must be in the future")
		}
	}
	if err := faults.Err(); err != nil {
		return Entry{}, secret.Text{}, err
	}
	text, hash, err := m.mint(Restricted, ref, number)
	if err != nil {
		return Entry{}, secret.Text{}, err
	}
	entry := Entry{
		Number: number, Restricted: true, Name: name, Mode: m.Mode, Scopes: scopes,
		SecretHash: hash, Hint: hint(text), Created: storable(now), Expires: expires,
	}
	return entry, secret.New(text), nil
}

func (m Minter) mint(kind Kind, ref tenancy.Ref, number int32) (text string, hash []byte, err error) {
	cost, random := m.Cost, m.Random
	if cost == 0 {
		cost = DefaultCost
	}
	if random == nil {
		random = rand.Reader
	}
	switch {
	case cost < bcrypt.MinCost || cost > bcrypt.MaxCost:
		return "", nil, fmt.Errorf("minting a key: bcrypt cost %d is not between %d and %d", cost, bcrypt.MinCost, bcrypt.MaxCost)
	case !knownMode(m.Mode):
		return "", nil, fmt.Errorf("minting a key: %q is not a mode", m.Mode)
	case !nameable(ref, number):
		return "", nil, fmt.Errorf("minting a key: entry %d of %s cannot be named", number, ref)
	}
	var bits [randomBytes]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return "", nil, fmt.Errorf("reading randomness for a key: %w", err)
	}
	text = compose(kind, m.Mode, ref, number, bits[:])
	hash, err = bcrypt.GenerateFromPassword([]byte(text[randomStart:checksumAt]), cost)
	if err != nil {
		return "", nil, fmt.Errorf("hashing a key: %w", err)
	}
	return text, hash, nil
}

func hint(text string) string { return text[len(text)-4:] }
