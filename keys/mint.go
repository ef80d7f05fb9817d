package keys

import (
	"context"
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
	// Verifier bounds how many keys are hashed at once, and tags them; nil does neither.
	Verifier *Verifier
}

// minted is one new key: its text, and what its entry keeps of it.
type minted struct {
	text  string
	proof Proof
}

// Pair mints a secret and a publishable key as entry number of ref, without an end. The
// keys exist nowhere else afterwards. It returns Unavailable if ctx ends first or too many
// keys are waiting; its other errors are internal ones: a zero ref, a number below 1, a
// bad Minter, no randomness.
func (m Minter) Pair(ctx context.Context, ref tenancy.Ref, number int32, now time.Time) (Entry, Pair, error) {
	made, err := m.mint(ctx, ref, number, Secret, Publishable)
	if err != nil {
		return Entry{}, Pair{}, err
	}
	uid, err := m.uid(now)
	if err != nil {
		return Entry{}, Pair{}, err
	}
	full, publishable := made[0], made[1]
	entry := Entry{
		Number: number, UID: uid, Mode: m.Mode, SecretHash: full.proof.Hash, PublishableHash: publishable.proof.Hash,
		SecretTag: full.proof.Tag, PublishableTag: publishable.proof.Tag,
		Hint: hint(full.text), Created: storable(now),
	}
	return entry, Pair{Publishable: secret.New(publishable.text), Secret: secret.New(full.text)}, nil
}

// Restricted mints a key with the given scopes that ends at expires, or never if that is
// nil. It returns Invalid validationError for `scopes` if the list is empty or has one
// that no restricted key may have, and for `expires` if it is not after now; its other
// errors are those of Pair.
func (m Minter) Restricted(
	ctx context.Context, ref tenancy.Ref, number int32, name string, scopes tenancy.Scope, expires *time.Time, now time.Time,
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
	made, err := m.mint(ctx, ref, number, Restricted)
	if err != nil {
		return Entry{}, secret.Text{}, err
	}
	uid, err := m.uid(now)
	if err != nil {
		return Entry{}, secret.Text{}, err
	}
	entry := Entry{
		Number: number, UID: uid, Restricted: true, Name: name, Mode: m.Mode, Scopes: scopes,
		SecretHash: made[0].proof.Hash, SecretTag: made[0].proof.Tag,
		Hint: hint(made[0].text), Created: storable(now), Expires: expires,
	}
	return entry, secret.New(made[0].text), nil
}

// uid makes the unique id of an entry.
func (m Minter) uid(now time.Time) (tenancy.ID, error) {
	if m.Random == nil {
		return tenancy.NewID(now, rand.Reader)
	}
	return tenancy.NewID(now, m.Random)
}

// mint makes one key of each kind, in one turn at the gate.
func (m Minter) mint(ctx context.Context, ref tenancy.Ref, number int32, kinds ...Kind) ([]minted, error) {
	if m.Verifier != nil {
		if err := m.Verifier.gate.enter(ctx, turnOf(ref.Tenant)); err != nil {
			return nil, err
		}
		defer m.Verifier.gate.leave()
	}
	made := make([]minted, len(kinds))
	for i, kind := range kinds {
		var err error
		if made[i], err = m.mintOne(kind, ref, number); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func (m Minter) mintOne(kind Kind, ref tenancy.Ref, number int32) (minted, error) {
	cost, random := m.Cost, m.Random
	if cost == 0 {
		cost = DefaultCost
	}
	if random == nil {
		random = rand.Reader
	}
	switch {
	case cost < bcrypt.MinCost || cost > bcrypt.MaxCost:
		return minted{}, fmt.Errorf("minting a key: bcrypt cost %d is not between %d and %d", cost, bcrypt.MinCost, bcrypt.MaxCost)
	case !knownMode(m.Mode):
		return minted{}, fmt.Errorf("minting a key: %q is not a mode", m.Mode)
	case !nameable(ref, number):
		return minted{}, fmt.Errorf("minting a key: entry %d of %s cannot be named", number, ref)
	}
	var bits [randomBytes]byte
	if _, err := io.ReadFull(random, bits[:]); err != nil {
		return minted{}, fmt.Errorf("reading randomness for a key: %w", err)
	}
	made := minted{text: compose(kind, m.Mode, ref, number, bits[:])}
	var err error
	made.proof.Hash, err = bcrypt.GenerateFromPassword([]byte(made.text[randomStart:checksumAt]), cost)
	if err != nil {
		return minted{}, fmt.Errorf("hashing a key: %w", err)
	}
	if m.Verifier != nil {
		made.proof.Tag = m.Verifier.tags.of(Presented{text: secret.New(made.text)})
	}
	return made, nil
}

func hint(text string) string { return text[len(text)-4:] }
