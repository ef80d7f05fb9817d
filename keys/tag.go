package keys

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"slices"
)

const (
	// tagKeyBytes name the key that a tag was made with, tagBytes are the tag.
	tagKeyBytes = 4
	tagBytes    = 4
)

// Proof is what an entry holds to verify one of its keys.
type Proof struct {
	// Hash is the bcrypt hash of the key's random part.
	Hash []byte
	// Tag refuses nearly every wrong key without the slow hash: a keyed digest of the
	// random part, cut to 32 bits, behind the name of the key that it was made with. It
	// leaves 136 of the 168 random bits to guess for whoever has both. Nil for entries
	// from before there were tags.
	Tag []byte
}

// tags makes and compares tags. The nil tags makes none and accepts all.
type tags struct {
	id      [tagKeyBytes]byte
	digests *digests
}

func newTags(key []byte) (*tags, error) {
	if len(key) == 0 {
		return nil, nil //nolint:nilnil // no key, no tags
	}
	name, err := hkdf.Key(sha256.New, key, nil, "name of the key of tags", tagKeyBytes)
	if err != nil {
		return nil, fmt.Errorf("naming the key of tags: %w", err)
	}
	made, err := hkdf.Key(sha256.New, key, nil, "tags of keys", derivedBytes)
	if err != nil {
		return nil, fmt.Errorf("deriving the key of tags: %w", err)
	}
	return &tags{id: [tagKeyBytes]byte(name), digests: newDigests(made)}, nil
}

// of returns the tag of a key; nil where tags are off, and for the zero Presented.
func (t *tags) of(p Presented) []byte {
	random := p.random()
	if t == nil || random == "" {
		return nil
	}
	sum := t.digests.of([]byte(p.text.Reveal()[:randomStart]), random)
	return append(t.id[:tagKeyBytes:tagKeyBytes], sum[:tagBytes]...)
}

// current reports whether a tag was made with the key in use. One that was not says
// nothing about a presented key.
func (t *tags) current(tag []byte) bool {
	return t != nil && len(tag) == tagKeyBytes+tagBytes && bytes.Equal(tag[:tagKeyBytes], t.id[:])
}

// fits compares a tag that is current.
func (t *tags) fits(p Presented, tag []byte) bool {
	return subtle.ConstantTimeCompare(t.of(p), tag) == 1
}

// NewTag returns the tag to store beside a hash that a key was just verified against, or
// nil if the one that is stored will do.
func (v *Verifier) NewTag(p Presented, stored []byte) []byte {
	if v.tags.current(stored) {
		return nil
	}
	return v.tags.of(p)
}

// Tagged is a tag for one key of an entry.
type Tagged struct {
	Number int32
	Kind   Kind
	Tag    []byte
}

// WithTags returns the entries with these tags beside their hashes; changed is false if
// they are there already, or their entries are gone. The argument is left as it is.
func WithTags(entries []Entry, tags []Tagged) (out []Entry, changed bool) {
	out = slices.Clone(entries)
	for _, tagged := range tags {
		i := indexOf(out, tagged.Number)
		if i < 0 || len(out[i].Proof(tagged.Kind).Hash) == 0 {
			continue
		}
		at := &out[i].SecretTag
		if tagged.Kind == Publishable {
			at = &out[i].PublishableTag
		}
		changed = changed || !bytes.Equal(*at, tagged.Tag)
		*at = tagged.Tag
	}
	return out, changed
}
