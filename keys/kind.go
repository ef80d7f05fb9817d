package keys

import (
	"strings"

	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Mode keeps the credentials of a trial installation apart from those that move
// money; it stands in the text of every key so that people see it too.
type Mode string

// The modes.
const (
	// Live is for real customers.
	Live Mode = "live"
	// Test is the sandbox.
	Test Mode = "test"
)

// Kind is the first part of a key's text.
type Kind string

// The kinds of key.
const (
	// Secret may do everything its customer may.
	Secret Kind = "sk"
	// Publishable is safe in a browser and can only make tokens.
	Publishable Kind = "pk"
	// Restricted holds the scopes it was minted with.
	Restricted Kind = "rk"
)

// CredentialKindOf returns the audit trail's name for a kind of key, empty for any other
// text.
func CredentialKindOf(kind Kind) tenancy.CredentialKind {
	switch kind {
	case Secret:
		return tenancy.SecretKey
	case Publishable:
		return tenancy.PublishableKey
	case Restricted:
		return tenancy.RestrictedKey
	default:
		return ""
	}
}

// LooksLikeKey reports whether the first three characters are those of a key rather than
// of an access token, so that each is refused in its own words. It promises nothing about
// the rest.
func LooksLikeKey(text secret.Text) bool {
	s := text.Reveal()
	return strings.HasPrefix(s, "sk_") || strings.HasPrefix(s, "pk_") || strings.HasPrefix(s, "rk_")
}

func knownKind(kind Kind) bool { return CredentialKindOf(kind) != "" }

func knownMode(mode Mode) bool { return mode == Live || mode == Test }
