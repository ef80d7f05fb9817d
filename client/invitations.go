package client

import (
	"context"
	"net/http"
	"time"
)

// InvitationsService invites people to be dashboard users.
type InvitationsService struct{ c *Client }

// List returns the invitations that were not accepted.
func (s *InvitationsService) List(ctx context.Context, customer string, options ...CallOption) ([]Invitation, error) {
	return all[Invitation](ctx, s.c, path("customers", customer, "users", "invitations"), options)
}

// Create invites a person and returns the link, once, with which that person sets a password.
func (s *InvitationsService) Create(ctx context.Context, customer string, input InvitationInput, options ...CallOption) (*Invited, error) {
	return call[Invited](ctx, s.c, http.MethodPost, path("customers", customer, "users", "invitations"), input, options)
}

// End makes the link of an invitation dead at once and frees the username.
func (s *InvitationsService) End(ctx context.Context, customer, invitation string, options ...CallOption) error {
	return run(ctx, s.c, http.MethodDelete, path("customers", customer, "users", "invitations", invitation), nil, options)
}

// Accept sets the password of an invited user. The token of the link is the credential; the
// client needs no key. It takes no Idempotency-Key.
func (s *InvitationsService) Accept(ctx context.Context, input InvitationAcceptance, options ...CallOption) (*AcceptedUser, error) {
	return call[AcceptedUser](ctx, s.c, http.MethodPost, path("invitations", "accept"), input, options)
}

// Invitation is an invitation that was not accepted yet.
type Invitation struct {
	// Also the id of the user.
	ID       string `json:"id"`
	Object   string `json:"object"`
	Username string `json:"username"`
	Name     string `json:"name,omitzero"`
	Role     Role   `json:"role"`
	// revoked: the key or user that made the link has ended, or may not add such a user any
	// more. Invite again, or end it. One of pending, expired and revoked.
	Status  string    `json:"status"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
}

// Invited is a new invitation with its link, which is shown once and to the credential that
// asked alone.
type Invited struct {
	// Also the id of the user.
	ID       string `json:"id"`
	Object   string `json:"object"`
	Username string `json:"username"`
	Name     string `json:"name,omitzero"`
	Role     Role   `json:"role"`
	// revoked: the key or user that made the link has ended, or may not add such a user any
	// more. Invite again, or end it. One of pending, expired and revoked.
	Status  string    `json:"status"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	// The link to send to the person.
	URL Secret `json:"url,omitzero"`
}

// InvitationInput says whom to invite.
type InvitationInput struct {
	// Unique within the platform, regardless of case. An e-mail address will do. 1 to 128
	// characters.
	Username string `json:"username"`
	// Of the person. 1 to 128 characters.
	Name Optional[string] `json:"name,omitzero"`
	// The first user is an admin; later ones are clerks by default.
	Role Optional[Role] `json:"role,omitzero"`
	// How long the link works. 300 to 2,592,000.
	ExpiresInSeconds Optional[int] `json:"expiresInSeconds,omitzero"`
}

// InvitationAcceptance is the token of the link, and the password to set.
type InvitationAcceptance struct {
	// What the link ends with, or the whole link.
	Token Secret `json:"token"`
	// Not one that leaked often, nor a run of keys, a repeat, or names of the user and the
	// account, also with digits and signs added. 8 to 128 characters.
	Password Secret `json:"password"`
}

// AcceptedUser is the user that an accepted invitation made, and whose it is.
type AcceptedUser struct {
	ID       string    `json:"id"`
	Object   string    `json:"object"`
	Username string    `json:"username"`
	Name     string    `json:"name,omitzero"`
	Role     Role      `json:"role"`
	Status   string    `json:"status"`
	Created  time.Time `json:"created"`
	// The account of its log-ins.
	CustomerID string `json:"customerId"`
}
