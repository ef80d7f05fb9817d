package seal

import (
	"crypto/cipher"
	"fmt"
)

// SealBox encrypts bytes of any kind, such as an answer that is kept for replay, and
// binds them to label. With a nil key it uses the ring's current one; otherwise key must
// be exactly 32 bytes, and only a holder of that key can open the box: the ring cannot.
// An empty key that is not nil is refused, so that a missing secret never falls back to
// the ring.
func (r *Ring) SealBox(key []byte, label string, plain []byte) ([]byte, error) {
	if key == nil {
		under := r.inner.current
		return r.sealBox(under.boxes, appendHeader(nil, markerRingBox, under.version), label, plain)
	}
	aead, err := newCipher(key)
	if err != nil {
		return nil, fmt.Errorf("sealing a box: %w", err)
	}
	return r.sealBox(aead, []byte{markerKeyBox}, label, plain)
}

// SealBoxUnder is SealBox with the key of the ring that has this number, current or not.
func (r *Ring) SealBoxUnder(number uint32, label string, plain []byte) ([]byte, error) {
	under := r.inner.version(number)
	if under == nil {
		return nil, fmt.Errorf("sealing a box: this key ring lacks key version %d", number)
	}
	return r.sealBox(under.boxes, appendHeader(nil, markerRingBox, number), label, plain)
}

// OpenBox opens what SealBox made with the same key (nil: the ring's) and label. Anything
// else is an internal error that shows nothing of the box.
func (r *Ring) OpenBox(key []byte, label string, box []byte) ([]byte, error) {
	if key == nil {
		under, err := r.inner.keyFor(box, markerRingBox)
		if err != nil {
			return nil, fmt.Errorf("opening a box: %w", err)
		}
		return openBox(under.boxes, box[:headerBytes], label, box)
	}
	aead, err := newCipher(key)
	if err != nil {
		return nil, fmt.Errorf("opening a box: %w", err)
	}
	if len(box) < markerBytes+nonceBytes+tagBytes || box[0] != markerKeyBox {
		return nil, fmt.Errorf("opening a box: %w", errUnopenable)
	}
	return openBox(aead, box[:markerBytes], label, box)
}

// The label stays out of the error texts because it may come from a request.

func (r *Ring) sealBox(aead cipher.AEAD, header []byte, label string, plain []byte) ([]byte, error) {
	box, err := enclose(aead, r.inner.random, len(header), boxBinding(header, label), plain)
	if err != nil {
		return nil, fmt.Errorf("sealing a box: %w", err)
	}
	return box, nil
}

func openBox(aead cipher.AEAD, header []byte, label string, box []byte) ([]byte, error) {
	plain, err := disclose(aead, len(header), boxBinding(header, label), box)
	if err != nil {
		return nil, fmt.Errorf("opening a box: %w", err)
	}
	return plain, nil
}

// boxBinding returns the additional data of a box: its header and then the label, which
// is all of the rest. The header may lie inside a box, so it is copied.
func boxBinding(header []byte, label string) []byte {
	bound := make([]byte, 0, len(header)+len(label))
	return append(append(bound, header...), label...)
}
