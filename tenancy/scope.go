package tenancy

import "strings"

// Scope is a set of permissions of a credential.
type Scope uint16

// The scopes. A secret key and the operator's local connection have all but Tokenize; a
// publishable key has Tokenize alone.
const (
	// Read allows reading records, except for unmasked values.
	Read Scope = 1 << iota
	// CustomersWrite allows creating and changing customers and their evidence.
	CustomersWrite
	// BanksWrite allows adding and changing banks and cards and their micro-deposits.
	BanksWrite
	// KeysWrite allows minting keys, and revoking those that may do no more.
	KeysWrite
	// Unmask allows reading sensitive fields in full, where the account's policy does
	// too.
	Unmask
	// IdentityDecide allows deciding and refreshing identity reviews.
	IdentityDecide
	// Tokenize allows exchanging a card or bank for a single-use token.
	Tokenize
	// CustomersDelete allows deleting customers.
	CustomersDelete
	// CustomersStatus allows switching customers off and on.
	CustomersStatus
	// KeysRevoke allows listing and revoking restricted keys, whatever they may do.
	KeysRevoke
	// UsersWrite allows adding and changing dashboard users that may do no more.
	UsersWrite
	// WebhooksWrite allows configuring and testing receivers of events.
	WebhooksWrite

	// Full is what a secret key may do.
	Full = Read | CustomersWrite | CustomersDelete | CustomersStatus | BanksWrite | KeysWrite | KeysRevoke | UsersWrite | WebhooksWrite | Unmask | IdentityDecide
	// Receivers is what configuring a receiver of events needs: it is sent what its
	// maker may read.
	Receivers = WebhooksWrite | Read
)

// scopeNames are the public names, in the order in which they are listed.
var scopeNames = []struct {
	scope Scope
	name  string
}{
	{Read, "read"},
	{CustomersWrite, "customers:write"},
	{CustomersDelete, "customers:delete"},
	{CustomersStatus, "customers:status"},
	{BanksWrite, "banks:write"},
	{KeysWrite, "keys:write"},
	{KeysRevoke, "keys:revoke"},
	{UsersWrite, "users:write"},
	{WebhooksWrite, "webhooks:write"},
	{Unmask, "unmask"},
	{IdentityDecide, "identity:decide"},
	{Tokenize, "tokens:write"},
}

// ParseScope reads the public name of a scope that a restricted key may have; ok is false
// for any other text.
func ParseScope(name string) (scope Scope, ok bool) {
	for _, s := range scopeNames {
		if s.name == name && s.scope != Tokenize {
			return s.scope, true
		}
	}
	return 0, false
}

// Names lists the public names of the set.
func (s Scope) Names() []string {
	names := []string{}
	for _, n := range scopeNames {
		if s&n.scope != 0 {
			names = append(names, n.name)
		}
	}
	return names
}

// Widened returns the set together with the scopes that were parts of one of its own
// before they got names: customers:write held deleting, status, users and webhooks.
func (s Scope) Widened() Scope {
	if s.Has(CustomersWrite) {
		s |= CustomersDelete | CustomersStatus | UsersWrite | WebhooksWrite
	}
	return s
}

// Has reports whether the set holds all of need.
func (s Scope) Has(need Scope) bool { return s&need == need }

// String returns the names, separated by spaces.
func (s Scope) String() string { return strings.Join(s.Names(), " ") }
