package seal

import (
	"fmt"
	"io"

	"tenantry/internal/secret"
)

// The printing methods have value receivers, so that a Ring and a pointer to
// one are both masked.

// String returns the mask.
func (Ring) String() string { return secret.Mask }

// GoString returns the mask.
func (Ring) GoString() string { return secret.Mask }

// Format writes the mask for every verb.
func (Ring) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, secret.Mask) }

// MarshalJSON returns the mask. Save is the only way of a ring out of the process.
func (Ring) MarshalJSON() ([]byte, error) { return []byte(`"` + secret.Mask + `"`), nil }

// MarshalText returns the mask; it serves loggers and YAML.
func (Ring) MarshalText() ([]byte, error) { return []byte(secret.Mask), nil }
