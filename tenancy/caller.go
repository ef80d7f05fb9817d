package tenancy

import "time"

// CredentialKind is the kind of credential that signed a request.
type CredentialKind string

// The kinds of credential.
const (
	// SecretKey is a full secret key, or an access token that one issued.
	SecretKey CredentialKind = "secret"
	// RestrictedKey is a key minted with fewer scopes.
	RestrictedKey CredentialKind = "restricted"
	// PublishableKey is safe to show in a browser; it can only make tokens.
	PublishableKey CredentialKind = "publishable"
	// UserLogin is the access token of a dashboard user.
	UserLogin CredentialKind = "user"
	// OnboardingLink is the browser that opened a link: it acts for one customer, within
	// what the pages of the link do.
	OnboardingLink CredentialKind = "onboarding"
	// LocalSocket is the operator at the terminal of the machine.
	LocalSocket CredentialKind = "local"
)

// Credential is what signed the request, after it was verified.
type Credential struct {
	Kind CredentialKind
	// ID identifies the credential in the audit trail: a key id, a user id, "local".
	ID string
	// Session names the browser's session that a user is signed in by; empty for none. It is
	// no secret.
	Session string
	// Scopes are what it may do.
	Scopes Scope
	// Maker identifies the credential in what it makes: the id of the key entry, or of
	// the user. It is zero for credentials that nobody revokes (LocalSocket).
	Maker ID
	// Ends is when a restricted key ends by itself, nil for never.
	Ends *time.Time
	// Networks are the networks that it may be used from, in CIDR form; empty for all.
	Networks []string
	// Derive returns a 32-byte secret bound to the presented credential and to label.
	// Answers that only this credential may see again are sealed with it. It is nil for
	// credentials that were not presented (LocalSocket).
	Derive func(label string) []byte
}

// IsUser reports whether a signed-in user sent the request.
func (c Credential) IsUser() bool { return c.Kind == UserLogin }

// Caller is the resolved sender of a request. It is resolved once per request and
// required by every service method. The zero Caller may do nothing.
type Caller struct {
	Credential Credential
	// Actor is the customer whose credential signed the request.
	Actor Principal
	// Subject is the customer that the request acts for: the actor itself or a descendant
	// of it. It is nil if the signer's request was refused; such a caller may do nothing.
	Subject Principal
	// Attempt is the idempotent attempt that the request is a try of; zero for none.
	Attempt Attempt
	// Ahead holds what was read together with the actor. It says nothing about what the
	// caller may do.
	Ahead *ReadAhead
	// Address is the network address the request came from. It is used for limits and
	// never stored in clear.
	Address string
}

// Attempt is a request under an idempotency key: every try of it has the same id.
type Attempt struct {
	ID ID
	// Resumed reports whether an earlier try ended without an answer: what it did may
	// have been written.
	Resumed bool
}

// ActsForAnother reports whether the subject is another customer than the actor.
func (c Caller) ActsForAnother() bool { return c.Actor.Ref() != c.Subject.Ref() }
