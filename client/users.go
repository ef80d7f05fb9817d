package client

import (
	"context"
	"net/http"
	"time"
)

// UsersService manages the people who sign in to the dashboard for a customer.
type UsersService struct{ c *Client }

// List returns the dashboard users of a customer.
func (s *UsersService) List(ctx context.Context, customer string, options ...CallOption) ([]User, error) {
	return all[User](ctx, s.c, path("customers", customer, "users"), options)
}

// Create adds a dashboard user with a password; an invitation lets the person choose it
// instead. It returns [ErrDuplicateResource] for a username that is taken within the platform.
func (s *UsersService) Create(ctx context.Context, customer string, input UserInput, options ...CallOption) (*User, error) {
	return call[User](ctx, s.c, http.MethodPost, path("customers", customer, "users"), input, options)
}

// Update changes a dashboard user. Disabling one and setting a password end its access tokens;
// with [Cascade] disabling one ends what it made, too. It returns [ErrConflict] for the last
// active administrator.
func (s *UsersService) Update(ctx context.Context, customer, user string, input UserChange, options ...CallOption) (*User, error) {
	return call[User](ctx, s.c, http.MethodPatch, path("customers", customer, "users", user), input, options)
}

// Own returns the user whose access token signs the call, and [ErrNotFound] for a key.
func (s *UsersService) Own(ctx context.Context, options ...CallOption) (*OwnUser, error) {
	return call[OwnUser](ctx, s.c, http.MethodGet, path("users", "me"), nil, options)
}

// ChangeOwnPassword changes the password of the user who signs the call. Every access token of
// the user ends at once; the answer holds a new one.
func (s *UsersService) ChangeOwnPassword(ctx context.Context, input OwnPassword, options ...CallOption) (*AccessToken, error) {
	return call[AccessToken](ctx, s.c, http.MethodPut, path("users", "me", "password"), input, options)
}

// Role is what a dashboard user may do: an admin everything that a secret key may, a clerk may
// read, but sees no keys.
type Role string

// The values of Role.
const (
	RoleAdmin Role = "admin"
	RoleClerk Role = "clerk"
)

// User is a person who may sign in to the dashboard for a customer.
type User struct {
	ID       string `json:"id"`
	Object   string `json:"object"`
	Username string `json:"username"`
	Name     string `json:"name,omitzero"`
	// admin may do everything that a secret key may; clerk may read, but sees no keys. May
	// grow.
	Role Role `json:"role"`
	// invited users have not set a password yet. One of active, disabled and invited.
	Status  string    `json:"status"`
	Created time.Time `json:"created"`
	Made    *Made     `json:"made,omitzero"`
}

// OwnUser is the user who signs the request.
type OwnUser struct {
	ID       string `json:"id"`
	Object   string `json:"object"`
	Username string `json:"username"`
	Name     string `json:"name,omitzero"`
	Role     Role   `json:"role"`
	// One of active and disabled.
	Status  string    `json:"status"`
	Created time.Time `json:"created"`
	Scopes  []Scope   `json:"scopes"`
	// The customer that the user belongs to.
	Customer OwnCustomer `json:"customer"`
}

// OwnCustomer is the customer that a user belongs to.
type OwnCustomer struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// UserInput is a new dashboard user.
type UserInput struct {
	// Unique within the platform, regardless of case. 1 to 128 characters.
	Username string `json:"username"`
	// Not one that leaked often, nor a run of keys, a repeat, or names of the user and the
	// account, also with digits and signs added. 8 to 128 characters.
	Password Secret `json:"password"`
	// Of the person. 1 to 128 characters.
	Name Optional[string] `json:"name,omitzero"`
	// The first user is an admin; later ones are clerks by default.
	Role Optional[Role] `json:"role,omitzero"`
}

// UserChange changes a dashboard user; what is absent stays.
type UserChange struct {
	// One of active and disabled.
	Status string `json:"status,omitzero"`
	// Of the person. 1 to 128 characters.
	Name Optional[string] `json:"name,omitzero"`
	Role Role             `json:"role,omitzero"`
	// 8 to 128 characters.
	Password Secret `json:"password,omitzero"`
}

// OwnPassword is the present password of the user who signs the request, and the next one.
type OwnPassword struct {
	CurrentPassword Secret `json:"currentPassword"`
	// Not one that is guessed soon, see UserInput. 8 to 128 characters.
	NewPassword Secret `json:"newPassword"`
}
