package seal

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The first byte of everything sealed says how the rest is laid out:
//
//	part, field, ringBox: marker, 4 bytes key version (big endian), nonce, ciphertext and tag
//	keyBox:               marker, nonce, ciphertext and tag
//
// Marker and version are authenticated along with what the value is bound to. A field is
// what earlier releases sealed: it is bound to its customer and name, and not to a part of
// the customer. It still opens; a rotation seals it anew as a part.
const (
	markerField   byte = 1
	markerRingBox byte = 2
	markerKeyBox  byte = 3
	markerPart    byte = 4
)

const (
	markerBytes = 1
	headerBytes = markerBytes + 4
	nonceBytes  = 12
	tagBytes    = 16
)

// errUnopenable covers every failure of authentication in the same words: which one it
// was is unknown, and the bytes must not be shown.
var errUnopenable = errors.New("it is damaged, or was sealed for another place or under another key")

// appendHeader writes marker and key version.
func appendHeader(to []byte, marker byte, version uint32) []byte {
	return binary.BigEndian.AppendUint32(append(to, marker), version)
}

// versionOf reads the key version of a field or ring box; ok is false if sealed is too
// short to be one or has another marker.
func versionOf(sealed []byte, marker byte) (version uint32, ok bool) {
	if len(sealed) < headerBytes+nonceBytes+tagBytes || sealed[0] != marker {
		return 0, false
	}
	return binary.BigEndian.Uint32(sealed[markerBytes:headerBytes]), true
}

// keyFor returns the key of the ring that sealed was sealed under.
func (i *inner) keyFor(sealed []byte, marker byte) (*key, error) {
	number, ok := versionOf(sealed, marker)
	if !ok {
		return nil, errUnopenable
	}
	found := i.version(number)
	if found == nil {
		return nil, fmt.Errorf("it names key version %d, which this key ring lacks", number)
	}
	return found, nil
}

// enclose writes header, a fresh nonce and the encrypted plain in one allocation. The
// additional data must itself begin with the header.
func enclose[T string | []byte](aead cipher.AEAD, random io.Reader, header int, bound []byte, plain T) ([]byte, error) {
	body := header + nonceBytes
	sealed := make([]byte, body+len(plain), body+len(plain)+tagBytes)
	copy(sealed, bound[:header])
	if _, err := io.ReadFull(random, sealed[header:body]); err != nil {
		return nil, fmt.Errorf("reading a nonce: %w", err)
	}
	copy(sealed[body:], plain)
	encrypted := aead.Seal(sealed[body:body], sealed[header:body], sealed[body:], bound)
	return sealed[:body+len(encrypted)], nil
}

// disclose opens what enclose wrote; sealed must be long enough for a header, a
// nonce and a tag.
func disclose(aead cipher.AEAD, header int, bound, sealed []byte) ([]byte, error) {
	body := header + nonceBytes
	plain, err := aead.Open(nil, sealed[header:body], sealed[body:], bound)
	if err != nil {
		return nil, errUnopenable
	}
	return plain, nil
}
