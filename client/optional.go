package client

import (
	"bytes"
	"encoding/json"
)

// Optional is a member of an input that tells three cases apart: absent, which is the zero
// value and changes nothing; [Null], which clears what is stored; and a value, by [Set].
type Optional[T any] struct {
	value      T
	sent, null bool
}

// Set returns a member with a value.
func Set[T any](value T) Optional[T] { return Optional[T]{value: value, sent: true} }

// Null returns a member that clears what is stored.
func Null[T any]() Optional[T] { return Optional[T]{sent: true, null: true} }

// Get returns the value, and reports whether there is one.
func (o Optional[T]) Get() (value T, ok bool) { return o.value, o.sent && !o.null }

// IsNull reports whether the member clears what is stored.
func (o Optional[T]) IsNull() bool { return o.null }

// IsZero reports whether the member is absent; it serves the omitzero option of
// encoding/json.
func (o Optional[T]) IsZero() bool { return !o.sent }

// MarshalJSON returns null or the value.
func (o Optional[T]) MarshalJSON() ([]byte, error) {
	if !o.sent || o.null {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON reads null or a value.
func (o *Optional[T]) UnmarshalJSON(data []byte) error {
	*o = Optional[T]{sent: true}
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		o.null = true
		return nil
	}
	return json.Unmarshal(data, &o.value)
}

// content returns what the encoder of bodies writes, nil for null.
func (o Optional[T]) content() any {
	if !o.sent || o.null {
		return nil
	}
	return o.value
}
