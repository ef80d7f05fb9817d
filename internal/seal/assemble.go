package seal

import (
	"cmp"
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
)

// assemble makes a Ring; it is the only way to one. It checks what must hold between the
// parts, whether they were read or made, and prepares the ciphers. Its error texts are
// for the operator and name keys by their number only.
func assemble(s settings, root []byte, of parts) (*Ring, error) {
	keys, current := of.keys, of.current
	made := &inner{settings: s, roots: &roots{root: root, derived: extract(root)}, links: of.links, retired: of.retired, tenants: newTenantKeys()}
	if isZero(root) {
		return nil, errors.New("the root is all zeros, which is not a secret")
	}
	if len(keys) == 0 {
		return nil, errors.New("there are no keys")
	}
	for _, k := range keys {
		ready, err := prepare(k)
		if err != nil {
			return nil, err
		}
		if k.version == current {
			made.current = ready
		}
		made.keys = append(made.keys, ready)
	}
	slices.SortFunc(made.keys, func(a, b *key) int { return cmp.Compare(a.version, b.version) })
	if err := distinct(made.root, made.keys); err != nil {
		return nil, err
	}
	if made.current == nil {
		return nil, fmt.Errorf("the current version is %d, but there is no key with that version", current)
	}
	for at, l := range made.links {
		if l.version == 0 || at > 0 && l.version <= made.links[at-1].version || isZero(l.material) {
			return nil, errors.New("the links must be secrets with ascending versions from 1")
		}
	}
	for _, old := range made.retired {
		if isZero(old.material) || made.version(old.version) != nil {
			return nil, errors.New("a retired key of access tokens is all zeros, or has the version of a key")
		}
	}
	return &Ring{inner: made}, nil
}

// parts are what a ring is made of beside its root.
type parts struct {
	keys    []*key
	current uint32
	links   []link
	retired []retired
}

// prepare returns a copy of k with its two ciphers. Each has a key of its own, so that a
// field can never pass for a box.
func prepare(k *key) (*key, error) {
	if k.version == 0 {
		return nil, errors.New("a key has no version, or version 0; versions start at 1")
	}
	if isZero(k.material) {
		return nil, fmt.Errorf("the key of version %d is all zeros, which is not a secret", k.version)
	}
	ready := *k
	derived := extract(k.material)
	var err error
	if ready.fields, err = newCipher(expand(derived, infoFields)); err != nil {
		return nil, fmt.Errorf("preparing version %d for fields: %w", k.version, err)
	}
	if ready.boxes, err = newCipher(expand(derived, infoBoxes)); err != nil {
		return nil, fmt.Errorf("preparing version %d for boxes: %w", k.version, err)
	}
	ready.tokens = expand(derived, infoTokens)
	return &ready, nil
}

// distinct refuses two keys with the same number, and one secret under two numbers: the
// first would lose data, the second is a rotation that did not happen.
func distinct(root []byte, ascending []*key) error {
	for i, k := range ascending {
		if subtle.ConstantTimeCompare(root, k.material) == 1 {
			return fmt.Errorf("the key of version %d is the root; each must be random", k.version)
		}
		for _, other := range ascending[:i] {
			if other.version == k.version {
				return fmt.Errorf("version %d appears twice", k.version)
			}
			if subtle.ConstantTimeCompare(other.material, k.material) == 1 {
				return fmt.Errorf("versions %d and %d hold the same key; each must be random", other.version, k.version)
			}
		}
	}
	return nil
}

func compareVersion(k *key, number uint32) int { return cmp.Compare(k.version, number) }

// newCipher makes AES-256-GCM with 12-byte nonces and 16-byte tags.
func newCipher(material []byte) (cipher.AEAD, error) {
	if len(material) != keyBytes {
		return nil, fmt.Errorf("a key must be %d bytes long, this one has %d", keyBytes, len(material))
	}
	block, err := aes.NewCipher(material)
	if err != nil {
		return nil, fmt.Errorf("preparing AES-256: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("preparing GCM: %w", err)
	}
	return aead, nil
}
