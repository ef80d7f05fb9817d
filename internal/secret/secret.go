// Package secret holds the type of values that must never be printed: keys, passwords,
// tax numbers, account numbers, dates of birth on their way between a request and the
// sealer.
//
// It is a leaf: it imports nothing of the project.
package secret

import (
	"crypto/subtle"
	"fmt"
	"io"
)

// Mask is what every printed, logged or marshaled form of a Text shows.
const Mask = "[redacted]"

// Text is a string that cannot be printed. The value stands behind a pointer, so that
// even a reflective print of a struct around it shows an address at most. The zero value
// is the empty text.
type Text struct{ value *string }

// New hides s.
func New(s string) Text {
	if s == "" {
		return Text{}
	}
	return Text{value: &s}
}

// Reveal returns the value. Each use of it is a place to audit.
func (t Text) Reveal() string {
	if t.value == nil {
		return ""
	}
	return *t.value
}

// Empty reports whether there is no value.
func (t Text) Empty() bool { return t.value == nil }

// Equal reports whether two texts are the same, in constant time.
func (t Text) Equal(other Text) bool {
	return subtle.ConstantTimeCompare([]byte(t.Reveal()), []byte(other.Reveal())) == 1
}

// String returns the mask.
func (Text) String() string { return Mask }

// GoString returns the mask.
func (Text) GoString() string { return Mask }

// Format writes the mask for every verb.
func (Text) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, Mask) }

// MarshalJSON returns the mask. An answer that must show a secret once calls Reveal.
func (Text) MarshalJSON() ([]byte, error) { return []byte(`"` + Mask + `"`), nil }

// MarshalText returns the mask; it serves loggers and YAML.
func (Text) MarshalText() ([]byte, error) { return []byte(Mask), nil }
