package client

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
)

const mask = "[redacted]"

// Secret is a text that does not print: a key, a password, a tax or account number. Every
// printed, logged or marshaled form of it is a mask; [Secret.Reveal] returns the text. The
// bodies of calls carry the text itself. The zero value is the empty text.
type Secret struct {
	// A pointer, so that a reflective print of a struct around it shows an address at most.
	text *string
}

// NewSecret returns a text that does not print.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: &text}
}

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Empty reports whether there is no text.
func (s Secret) Empty() bool { return s.text == nil }

// IsZero reports whether there is no text; it serves the omitzero option of encoding/json.
func (s Secret) IsZero() bool { return s.text == nil }

// String returns a mask.
func (Secret) String() string { return mask }

// GoString returns a mask.
func (Secret) GoString() string { return mask }

// Format writes a mask for every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, mask) }

// LogValue returns a mask.
func (Secret) LogValue() slog.Value { return slog.StringValue(mask) }

// MarshalJSON returns a mask: whoever stores a secret says so by [Secret.Reveal].
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + mask + `"`), nil }

// MarshalText returns a mask.
func (Secret) MarshalText() ([]byte, error) { return []byte(mask), nil }

// UnmarshalJSON reads the text of an answer.
func (s *Secret) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	*s = NewSecret(text)
	return nil
}
