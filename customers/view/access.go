package view

import "tenantry/customers"

// UserView shows a dashboard user.
type UserView struct {
	ID       string         `json:"id"`
	Object   string         `json:"object"` // user
	Username string         `json:"username"`
	Role     customers.Role `json:"role"`
	Status   string         `json:"status"` // active, disabled
	Created  Stamp          `json:"created"`
}

// ShowUser returns the representation of a dashboard user.
func ShowUser(user *customers.User) UserView {
	status := Active
	if !user.Active {
		status = Disabled
	}
	return UserView{
		ID: user.ID.String(), Object: "user", Username: user.Username, Role: user.Role, Status: status,
		Created: Stamp(user.Created),
	}
}

// KeysView shows a new pair of keys, in the answer that made it only.
type KeysView struct {
	Publishable string `json:"publishable"`
	Secret      string `json:"secret"`
}

// KeyView shows a credential in a list: never the key.
type KeyView struct {
	ID       string   `json:"id"`     // key_<number>
	Object   string   `json:"object"` // key
	Type     string   `json:"type"`   // pair, restricted
	Name     string   `json:"name,omitempty"`
	Mode     string   `json:"mode"` // live, test
	Scopes   []string `json:"scopes"`
	Hint     string   `json:"hint"`   // last four characters of the secret half
	Status   string   `json:"status"` // active, expired, revoked
	Created  Stamp    `json:"created"`
	Expires  *Stamp   `json:"expires,omitempty"`
	Revoked  *Stamp   `json:"revoked,omitempty"`
	LastUsed *Stamp   `json:"lastUsed,omitempty"` // approximate
}
