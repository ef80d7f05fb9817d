package customers

import (
	"time"

	"tenantry/keys"
	"tenantry/tenancy"
)

// User is a person who may sign in to the dashboard for a customer.
type User struct {
	ID           tenancy.ID `bson:"id"`
	Username     string     `bson:"username"` // as given; unique in the tenant regardless of case
	Name         string     `bson:"name,omitempty"`
	Role         Role       `bson:"role"`
	Active       bool       `bson:"active"`
	PasswordHash []byte     `bson:"passwordHash"` // bcrypt
	// CreatedBy is the key entry or the user that added it, zero where that is not known.
	CreatedBy tenancy.ID `bson:"createdBy,omitempty"`
	// CreatedByUser reports that CreatedBy is a user.
	CreatedByUser bool `bson:"createdByUser,omitempty"`
	// TokenGeneration counts what ended the user's access tokens: a new password,
	// being disabled. A token of an earlier generation is dead.
	TokenGeneration int32 `bson:"tokenGeneration,omitempty"`
	// EndedTokens are access tokens of this generation that were revoked one by one, nil
	// for none.
	EndedTokens *keys.EndedTokens `bson:"endedTokens,omitempty"`
	// Invitation is set until the user has accepted it by setting a password: that long it
	// is not active and has none. It is replaced as a whole and never changed in place.
	Invitation  *keys.Invitation `bson:"invitation,omitempty"`
	Created     time.Time        `bson:"created"`
	LastUpdated time.Time        `bson:"lastUpdated"`
}

// Scopes returns what the user may do once signed in.
func (u User) Scopes() tenancy.Scope {
	if u.Role == RoleAdmin {
		return tenancy.Full
	}
	return tenancy.Read
}

// ForgetEndedTokens drops the notes of revoked access tokens that would have ended by now.
func (c *Customer) ForgetEndedTokens(now time.Time) {
	for i := range c.Users {
		c.Users[i].EndedTokens = c.Users[i].EndedTokens.At(now)
	}
	for i := range c.Keys {
		c.Keys[i].EndedTokens = c.Keys[i].EndedTokens.At(now)
	}
}

// Role says what a dashboard user may do (PayStand help center, user roles).
type Role string

// The roles.
const (
	// RoleAdmin may do all that a secret key may.
	RoleAdmin Role = "admin"
	// RoleClerk may read, but sees no keys.
	RoleClerk Role = "clerk"
)
