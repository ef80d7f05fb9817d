package seal

import (
	"bytes"
	"crypto/cipher"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// keyBytes is the length of the root, and of every key and link.
const keyBytes = 32

// Ring is a key ring. It never changes once made and is safe for concurrent use. It
// cannot be printed. Only this package makes a usable one: the zero Ring is not.
type Ring struct{ inner *inner }

// inner stands behind a pointer, and its secrets behind another: fmt follows
// one pointer of a struct around a Ring when the verb does not suit, never two.
type inner struct {
	settings
	*roots
	keys    []*key // ascending versions.
	current *key
	links   []link // ascending versions.
	retired []retired
	tenants *tenantKeys
}

// roots is the secret that never rotates, and the pseudo-random key that HKDF
// extracted from it.
type roots struct{ root, derived []byte }

// key is one numbered key with its ciphers, which are prepared here once
// because a single read may unseal several fields.
type key struct {
	version  uint32
	material []byte
	created  time.Time
	fields   cipher.AEAD
	boxes    cipher.AEAD
	tokens   []byte // signs access tokens.
}

// Generate makes a ring of one key in memory. It fails if random cannot be read or is not
// random at all.
func Generate(random io.Reader, options ...Option) (*Ring, error) {
	s := newSettings(options)
	root, err := newMaterial(random)
	if err != nil {
		return nil, fmt.Errorf("making the root of a key ring: %w", err)
	}
	first, err := newMaterial(random)
	if err != nil {
		return nil, fmt.Errorf("making the first key of a key ring: %w", err)
	}
	return assemble(s, root, parts{keys: []*key{{version: 1, material: first, created: s.moment()}}, current: 1})
}

// AddVersion returns a ring with one more key, which is now the current one; the old keys
// still open what they sealed. Its number is above those of the ring and above taken,
// which is the highest number that any copy of the ring ever had: two copies that were
// rotated apart would otherwise hold two keys under one number.
func (r *Ring) AddVersion(random io.Reader, taken uint32) (*Ring, error) {
	old := r.inner
	latest := max(old.keys[len(old.keys)-1].version, taken)
	if latest == math.MaxUint32 {
		return nil, errors.New("adding a key to the key ring: the version numbers are used up")
	}
	material, err := newMaterial(random)
	if err != nil {
		return nil, fmt.Errorf("adding a key to the key ring: %w", err)
	}
	added := &key{version: latest + 1, material: material, created: old.moment()}
	return assemble(old.settings, old.root, parts{
		keys: append(slices.Clone(old.keys), added), current: added.version, retired: old.retired,
		links: append(slices.Clone(old.links), link{version: added.version, material: expand(extract(material), infoLink)}),
	})
}

// DropOld returns a ring with only the current key left. What the other keys sealed can
// never be opened again under it, so re-seal first. What they signed is still read for
// SigningLife.
func (r *Ring) DropOld() *Ring {
	kept := *r.inner
	kept.keys, kept.retired = []*key{kept.current}, r.inner.retire()
	return &Ring{inner: &kept}
}

// Name returns 16 hexadecimal digits that tell this ring from others, the same ones
// whatever keys come and go. They reveal nothing of its secrets.
func (r *Ring) Name() string { return hex.EncodeToString(expand(r.inner.derived, infoName)[:8]) }

// Versions returns the numbers of the keys in the ring, ascending.
func (r *Ring) Versions() []uint32 {
	numbers := make([]uint32, len(r.inner.keys))
	for i, k := range r.inner.keys {
		numbers[i] = k.version
	}
	return numbers
}

// Current returns the number of the key under which new values are sealed.
func (r *Ring) Current() uint32 { return r.inner.current.version }

// version returns the key with that number, nil if the ring lacks it.
func (i *inner) version(number uint32) *key {
	if i.current.version == number {
		return i.current
	}
	at, found := slices.BinarySearchFunc(i.keys, number, compareVersion)
	if !found {
		return nil
	}
	return i.keys[at]
}

// newMaterial reads one key and refuses a source that is plainly broken.
func newMaterial(random io.Reader) ([]byte, error) {
	material := make([]byte, keyBytes)
	if _, err := io.ReadFull(random, material); err != nil {
		return nil, fmt.Errorf("reading randomness: %w", err)
	}
	if isZero(material) {
		return nil, errors.New("the source of randomness returned only zeros")
	}
	return material, nil
}

func isZero(material []byte) bool { return bytes.Count(material, []byte{0}) == len(material) }
