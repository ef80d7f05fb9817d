package keys

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tenantry/tenancy"
)

// Entry is one credential as its customer's record holds it: a pair of a secret and a
// publishable key, or a restricted key. The keys themselves cannot be recovered from it.
// Times are in UTC and whole milliseconds, as stores keep them.
type Entry struct {
	// Number identifies the entry within its record, from 1; it is never reused.
	Number int32 `bson:"number" json:"number"`
	// UID is unique in the whole installation; zero for entries that were minted before
	// there were such ids, which are known by their number.
	UID tenancy.ID `bson:"id,omitempty" json:"-"`
	// CreatedBy is the credential that minted it: the id of a key entry or of a user, zero
	// where that is not known or was nobody who could be revoked.
	CreatedBy tenancy.ID `bson:"createdBy,omitempty" json:"-"`
	// CreatedByUser reports that CreatedBy is a user.
	CreatedByUser bool `bson:"createdByUser,omitempty" json:"-"`
	// Networks are the networks in CIDR form that its secret or restricted key may be used
	// from; empty for all.
	Networks []string `bson:"networks,omitempty" json:"networks,omitempty"`
	// Restricted is false for a pair.
	Restricted bool `bson:"restricted,omitempty" json:"restricted,omitempty"`
	// Name is the customer's own name for a restricted key.
	Name string `bson:"name,omitempty" json:"name,omitempty"`
	// Mode is the mode that its keys carry in their text.
	Mode Mode `bson:"mode" json:"mode"`
	// Scopes are what a restricted key may do; those of a pair are fixed, see ScopesFor.
	Scopes tenancy.Scope `bson:"scopes,omitempty" json:"scopes,omitempty"`
	// SecretHash is the bcrypt hash of the random part of the secret or restricted key.
	SecretHash []byte `bson:"secretHash" json:"-"`
	// PublishableHash is the same for the publishable key, nil for a restricted key.
	PublishableHash []byte `bson:"publishableHash,omitempty" json:"-"`
	// SecretTag and PublishableTag stand beside the hashes, see Proof.
	SecretTag      []byte `bson:"secretTag,omitempty" json:"-"`
	PublishableTag []byte `bson:"publishableTag,omitempty" json:"-"`
	// Hint is the last four characters of the secret key's text, for lists. They
	// belong to its checksum.
	Hint string `bson:"hint" json:"hint"`
	// Created is when it was minted.
	Created time.Time `bson:"created" json:"created"`
	// Expires is when the entry ends, nil for never. At that instant it is dead already.
	Expires *time.Time `bson:"expires,omitempty" json:"expires,omitempty"`
	// Revoked is when it was first revoked, nil for never.
	Revoked *time.Time `bson:"revoked,omitempty" json:"revoked,omitempty"`
	// EndedTokens are its access tokens that were revoked one by one, nil for none.
	EndedTokens *EndedTokens `bson:"endedTokens,omitempty" json:"-"`
	// Successor is the number of the pair after whose first use this one ends, so many
	// seconds later; zero for none. Expires is the latest end.
	Successor       int32 `bson:"successor,omitempty" json:"-"`
	SecondsAfterUse int32 `bson:"secondsAfterUse,omitempty" json:"-"`
	// Attempt is the idempotent attempt that minted it, zero for none. A repeat of the
	// attempt finds by it what the earlier try left.
	Attempt tenancy.ID `bson:"attempt,omitempty" json:"-"`
}

const idPrefix = "key_"

// ID returns the public id, "key_" and 24 hexadecimal digits, unique in the installation.
func (e Entry) ID(customer tenancy.ID) string { return idPrefix + e.Maker(customer).String() }

// Maker returns the id that stands for the entry in what its keys make: its unique id.
// That of an entry without one follows from its customer and number.
func (e Entry) Maker(customer tenancy.ID) tenancy.ID {
	if !e.UID.IsZero() {
		return e.UID
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "key %s/%d", customer, e.Number))
	return tenancy.ID(sum[:len(tenancy.ID{})])
}

// FindID returns the entry of a customer with that public id. The older form, "key_" and
// the number, names only an entry that was minted when ids had that form: elsewhere a
// request about the wrong customer would meet another key by chance.
func FindID(customer tenancy.ID, entries []Entry, id string) (Entry, bool) {
	i := slices.IndexFunc(entries, func(e Entry) bool {
		return e.ID(customer) == id || e.UID.IsZero() && id == idPrefix+strconv.Itoa(int(e.Number))
	})
	if i < 0 {
		return Entry{}, false
	}
	return entries[i], true
}

// Live reports whether the entry is neither revoked nor past its end.
func (e Entry) Live(now time.Time) bool {
	return e.Revoked == nil && (e.Expires == nil || now.Before(*e.Expires))
}

// Proof returns what a presented key of that kind is verified against, the zero Proof if
// the entry has no key of that kind.
func (e Entry) Proof(kind Kind) Proof {
	switch {
	case kind == Secret && !e.Restricted, kind == Restricted && e.Restricted:
		return Proof{Hash: e.SecretHash, Tag: e.SecretTag}
	case kind == Publishable && !e.Restricted:
		return Proof{Hash: e.PublishableHash, Tag: e.PublishableTag}
	default:
		return Proof{}
	}
}

// ScopesFor returns what a key of that kind of this entry may do: nothing if the entry
// has no such key.
func (e Entry) ScopesFor(kind Kind) tenancy.Scope {
	switch {
	case kind == Secret && !e.Restricted:
		return tenancy.Full
	case kind == Publishable && !e.Restricted:
		return tenancy.Tokenize
	case kind == Restricted && e.Restricted:
		return e.Scopes
	default:
		return 0
	}
}

// Might returns all that the keys of the entry may do.
func (e Entry) Might() tenancy.Scope { return e.ScopesFor(Secret) | e.ScopesFor(Restricted) }

// storable returns t as stores keep it. It never moves t later, so that cutting off a
// fraction cannot lengthen a life.
func storable(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
