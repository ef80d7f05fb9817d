package view

import "tenantry/customers"

// UserView shows a dashboard user.
type UserView struct {
	ID       string         `json:"id"`
	Object   string         `json:"object"` // user
	Username string         `json:"username"`
	Name     string         `json:"name,omitempty"`
	Role     customers.Role `json:"role"`
	Status   string         `json:"status"` // active, disabled, invited
	Created  Stamp          `json:"created"`
	// Made is what it made, in the answer that disables it.
	Made *MadeView `json:"made,omitempty"`
}

// MadeView lists what a credential made that is still in force, and what that made in
// turn.
type MadeView struct {
	Ended    bool       `json:"ended"` // by the same request
	Keys     []MadePart `json:"keys"`
	Users    []MadePart `json:"users"`
	Webhooks []MadePart `json:"webhooks"`
	// More reports that the lists are cut off.
	More bool `json:"more"`
}

// MadePart is one key, user or receiver that a credential made.
type MadePart struct {
	ID         string `json:"id"`
	CustomerID string `json:"customerId"`
	Name       string `json:"name,omitempty"` // of the key or user, or the receiver's URL
}

// ShowUser returns the representation of a dashboard user.
func ShowUser(user *customers.User) UserView {
	status := Active
	switch {
	case user.Invitation != nil:
		status = Invited
	case !user.Active:
		status = Disabled
	}
	return UserView{
		ID: user.ID.String(), Object: "user", Username: user.Username, Name: user.Name, Role: user.Role, Status: status,
		Created: Stamp(user.Created),
	}
}

// Invited is the status of a user who has not set a password yet.
const Invited = "invited"

// InvitationView shows an invitation: never the link, but in the answer that made it.
type InvitationView struct {
	ID       string         `json:"id"`     // the user's
	Object   string         `json:"object"` // invitation
	Username string         `json:"username"`
	Name     string         `json:"name,omitempty"`
	Role     customers.Role `json:"role"`
	// Status is pending, expired, or revoked when the credential that made the link has
	// ended or may not make such a user any more.
	Status  string `json:"status"`
	Created Stamp  `json:"created"`
	Expires Stamp  `json:"expires"`
}

// KeysView shows a new pair of keys, in the answer that made it only.
type KeysView struct {
	Publishable string `json:"publishable"`
	Secret      string `json:"secret"`
}

// KeyView shows a credential in a list: never the key.
type KeyView struct {
	ID      string   `json:"id"`     // key_ and 24 digits
	Object  string   `json:"object"` // key
	Type    string   `json:"type"`   // pair, restricted
	Name    string   `json:"name,omitempty"`
	Mode    string   `json:"mode"` // live, test
	Scopes  []string `json:"scopes"`
	Hint    string   `json:"hint"`   // last four characters of the secret half
	Status  string   `json:"status"` // active, expired, revoked
	Created Stamp    `json:"created"`
	Expires *Stamp   `json:"expires,omitempty"`
	Revoked *Stamp   `json:"revoked,omitempty"`
	// GraceUntilUsed is how many seconds after the first use of its successor it ends, while
	// that is not used.
	GraceUntilUsed *int   `json:"graceUntilUsed,omitempty"`
	LastUsed       *Stamp `json:"lastUsed,omitempty"` // approximate
	// LastUsedAddress is where it was used from then; approximate.
	LastUsedAddress string `json:"lastUsedAddress,omitempty"`
	// CreatedBy is the id of the key or user that minted it.
	CreatedBy string `json:"createdBy,omitempty"`
	// AllowedAddresses are the networks that it may be used from; absent for all.
	AllowedAddresses []string `json:"allowedAddresses,omitempty"`
	// Made is what it made, in the answer that revokes it.
	Made *MadeView `json:"made,omitempty"`
}
