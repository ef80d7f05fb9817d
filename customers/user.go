package customers

import (
	"time"

	"tenantry/tenancy"
)

// User is a person who may sign in to the dashboard for a customer.
type User struct {
	ID           tenancy.ID `bson:"id"`
	Username     string     `bson:"username"` // as given; unique regardless of case
	Role         Role       `bson:"role"`
	Active       bool       `bson:"active"`
	PasswordHash []byte     `bson:"passwordHash"` // bcrypt
	// CreatedBy is the key entry or the user that added it, zero where that is not known.
	CreatedBy tenancy.ID `bson:"createdBy,omitempty"`
	// CreatedByUser reports that CreatedBy is a user.
	CreatedByUser bool `bson:"createdByUser,omitempty"`
	// TokenGeneration counts what ended the user's access tokens: a new password,
	// being disabled. A token of an earlier generation is dead.
	TokenGeneration int32     `bson:"tokenGeneration,omitempty"`
	Created         time.Time `bson:"created"`
	LastUpdated     time.Time `bson:"lastUpdated"`
}

// Scopes returns what the user may do once signed in.
func (u User) Scopes() tenancy.Scope {
	if u.Role == RoleAdmin {
		return tenancy.Full
	}
	return tenancy.Read
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
