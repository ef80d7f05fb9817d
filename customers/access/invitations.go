package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/keys"
	"tenantry/tenancy"
)

// How long the link of an invitation lasts.
const (
	minInvitationLife     = 5 * time.Minute
	maxInvitationLife     = 30 * 24 * time.Hour
	defaultInvitationLife = 7 * 24 * time.Hour
)

// Invitations invites people to become dashboard users, by a link with which they set
// their password themselves. Whoever is invited is a user from the start, who has its name
// and is not active. It is safe for concurrent use.
type Invitations struct{ access *Service }

// NewInvitations returns the invitations to become a dashboard user.
func NewInvitations(s *Service) *Invitations {
	i := &Invitations{access: s}
	registry.OnContested(s.registry, i.giveBack)
	return i
}

// expired reports whether a user was invited and can accept no more, because the time of
// the link is over.
func expired(user *customers.User, now time.Time) bool {
	return user.Invitation != nil && !now.Before(user.Invitation.Expires)
}

// giveBack ends the expired invitation of the user whose name a reservation of that key is
// of: somebody else wants the name. The write settles a race with a new link.
func (i *Invitations) giveBack(ctx context.Context, holder *customers.Customer, key string) (bool, error) {
	s := i.access
	lapsed := func(user customers.User) bool {
		return registry.UsernameKey(user.Username, holder.Tenant) == key && expired(&user, s.registry.Now())
	}
	if !slices.ContainsFunc(holder.Users, lapsed) {
		return false, nil
	}
	system, err := s.registry.System(ctx, "access")
	if err != nil {
		return false, err
	}
	gaveUp := false
	at := registry.At{ID: holder.ID.String(), Need: tenancy.Need{Scope: tenancy.UsersWrite}}
	_, err = s.registry.Change(ctx, system, at, "user.invitation_ended", func(d *registry.Draft) error {
		n := slices.IndexFunc(d.Customer.Users, lapsed)
		if gaveUp = n >= 0; !gaveUp {
			return nil // invited anew, or ended, meanwhile
		}
		user := &d.Customer.Users[n]
		registry.About(d, "user", aboutUser{ID: user.ID, Role: user.Role, Active: user.Active})
		d.Customer.Users = slices.Delete(d.Customer.Users, n, n+1)
		return nil
	})
	if fault.IsNotFound(err) {
		return true, nil // was deleted meanwhile
	}
	return gaveUp && err == nil, err
}

// Invite invites a person, and returns the token of the link once. The link works once,
// until it expires, is ended or made anew, and while the credential that made it lasts and
// may still add such a user. Inviting somebody who has not accepted yet makes a new link in
// place of the last one. It returns NotFound, Forbidden, Invalid with every failing field,
// and Conflict duplicateValue for a username that is taken anywhere in the tenant.
func (i *Invitations) Invite(ctx context.Context, caller tenancy.Caller, id string, in InvitationInput) (Invited, error) {
	s := i.access
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.UsersWrite})
	if err != nil {
		return Invited{}, err
	}
	var token invitationToken
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.UsersWrite}, Replays: true}
	return registry.ChangeTo(ctx, s.registry, caller, at, "user.invited", func(d *registry.Draft) (err error) {
		if err := d.Active(); err != nil {
			return err
		}
		token, err = invite(d, in)
		return err
	}, func(c *customers.Customer) (Invited, error) {
		user, _ := userWith(c, token.user)
		shown, err := i.show(ctx, c, user)
		return Invited{Invitation: shown, Token: token.text()}, err
	})
}

// invite adds the invited user to a draft, or finds the one who has not accepted yet, and
// makes the link.
func invite(d *registry.Draft, in InvitationInput) (invitationToken, error) {
	user := invitedAs(d.Customer, in)
	if user != nil {
		if err := inviteAgain(d, in, user); err != nil {
			return invitationToken{}, err
		}
	} else if user = newUser(d, UserInput{Username: in.Username, Name: in.Name, Role: in.Role, ID: in.Attempt}, func(*customers.User) {}); user != nil {
		user.Active = false
	}
	seconds := in.ExpiresInSeconds.Or(int(defaultInvitationLife / time.Second))
	if least, most := int(minInvitationLife/time.Second), int(maxInvitationLife/time.Second); seconds < least || seconds > most {
		d.Faults.AddValue("expiresInSeconds", fault.BadValue, strconv.Itoa(seconds), fmt.Sprintf("must be %d to %d (30 days)", least, most))
	}
	if err := d.Err(); err != nil {
		return invitationToken{}, err
	}
	// A caller makes no user that may do more than itself.
	if err := tenancy.AuthorizeScope(d.Caller, user.Scopes()); err != nil {
		return invitationToken{}, err
	}
	token, err := newInvitationToken(d.Customer.Ref(), user.ID, d.Random())
	if err != nil {
		return invitationToken{}, err
	}
	user.Invitation = &keys.Invitation{Digest: token.digest(), Expires: d.Now.Add(time.Duration(seconds) * time.Second)}
	bindToMaker(user, d.Caller)
	registry.About(d, "user", aboutUser{ID: user.ID, Role: user.Role, Active: user.Active})
	registry.About(d, "invitation", aboutInvitation{Expires: user.Invitation.Expires})
	return token, nil
}

// aboutInvitation is what events tell of an invitation beside its user.
type aboutInvitation struct {
	Expires time.Time `json:"expires"`
}

// bindToMaker ends an invitation with the credential of a caller.
func bindToMaker(user *customers.User, caller tenancy.Caller) {
	by := caller.Credential
	user.CreatedBy, user.CreatedByUser = by.Maker, by.IsUser()
	if by.Maker.IsZero() {
		return
	}
	maker := registry.Stored(caller.Actor)
	user.Invitation.By = maker.ID
	if of, found := signedInAs(maker, by); found {
		user.Invitation.Generation = of.TokenGeneration
	}
}

// invitedAs finds the user of a customer who was invited under that name, or by an earlier
// try of the same attempt, and has not accepted; nil for none.
func invitedAs(c *customers.Customer, in InvitationInput) *customers.User {
	for i := range c.Users {
		user := &c.Users[i]
		mine := user.ID == in.Attempt && !in.Attempt.IsZero()
		named := in.Username.Given() && customers.Fold(user.Username) == customers.Fold(in.Username.Value)
		if user.Invitation != nil && (mine || named) {
			return user
		}
	}
	return nil
}

// inviteAgain applies a new invitation to a user who was invited before.
func inviteAgain(d *registry.Draft, in InvitationInput, user *customers.User) error {
	// The link that it ends may be one for more than the caller may do.
	if err := tenancy.AuthorizeScope(d.Caller, user.Scopes()); err != nil {
		return err
	}
	if in.Name.Set {
		userName(d, in.Name, user)
	}
	userRole(d, in.Role, user)
	user.LastUpdated = d.Now
	return nil
}

// List lists the invitations of a customer that were not accepted, oldest first. It
// returns NotFound and Forbidden insufficientScope.
func (i *Invitations) List(ctx context.Context, caller tenancy.Caller, id string) ([]view.InvitationView, error) {
	c, err := i.access.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, err
	}
	list := []view.InvitationView{}
	for n := range c.Users {
		if user := &c.Users[n]; user.Invitation != nil {
			shown, err := i.show(ctx, c, user)
			if err != nil {
				return nil, err
			}
			list = append(list, shown)
		}
	}
	return list, nil
}

// End ends an invitation that was not accepted: its link is dead at once, and its username
// free. It returns NotFound, also for one that was accepted, and Forbidden
// insufficientScope, also for one of a user that may do more than the credential.
func (i *Invitations) End(ctx context.Context, caller tenancy.Caller, id, userID string) error {
	s := i.access
	wanted, err := tenancy.ParseID(userID)
	if err != nil {
		return fault.NotFoundError()
	}
	// Every user may read, and nobody ends what may do more.
	at := registry.At{ID: id, Need: tenancy.Need{Scope: tenancy.UsersWrite | tenancy.Read}, Keep: registry.KeepsDone(ctx)}
	_, err = s.registry.Change(ctx, caller, at, "user.invitation_ended", func(d *registry.Draft) error {
		user, found := userWith(d.Customer, wanted)
		if !found || user.Invitation == nil {
			return fault.NotFoundError()
		}
		if err := tenancy.AuthorizeScope(d.Caller, user.Scopes()); err != nil {
			return err
		}
		registry.About(d, "user", aboutUser{ID: user.ID, Role: user.Role, Active: user.Active})
		d.Customer.Users = slices.DeleteFunc(d.Customer.Users, func(u customers.User) bool { return u.ID == wanted })
		return nil
	})
	return err
}

// Accept sets the password of an invited user, who may then sign in. It returns
//
//   - Unauthenticated invalidCredentials for a link that is unknown, used, expired or
//     ended, or whose maker has ended, in the same words for all;
//   - Invalid with every failing field, once the link was found good;
//   - Forbidden customerDisabled and the like while the customer may not act;
//   - Unavailable when too many passwords wait to be hashed.
func (i *Invitations) Accept(ctx context.Context, in AcceptInput) (*customers.Customer, view.UserView, error) {
	s := i.access
	if !in.Token.Given() {
		return nil, view.UserView{}, fault.New(fault.Invalid, fault.CodeValidation, "token is required; send the one of the link").About("token", fault.Missing)
	}
	c, token, err := i.invited(ctx, in)
	if err != nil {
		return nil, view.UserView{}, err
	}
	user, _ := userWith(c, token.user)
	// They act for themselves, with what the invitation makes of them.
	caller := tenancy.Caller{Actor: c, Subject: c, Address: in.Address, Credential: tenancy.Credential{
		Kind: tenancy.UserLogin, ID: user.ID.String(), Scopes: user.Scopes(), Maker: user.ID,
	}}
	probe := s.registry.Probe(caller, c)
	checkPassword(probe, "password", in.Password, user.Username)
	if err := probe.Err(); err != nil {
		return nil, view.UserView{}, err
	}
	hash, err := s.verifier.HashPassword(ctx, c.Tenant, in.Password.Value)
	if err != nil {
		return nil, view.UserView{}, err
	}
	at := registry.At{Customer: c, Need: tenancy.Need{Itself: true}}
	changed, err := s.registry.Change(ctx, caller, at, "user.invitation_accepted", func(d *registry.Draft) error {
		user, found := userWith(d.Customer, token.user)
		if !found || !acceptable(user, token, d.Now) {
			return deadInvitation() // by a request at the same time
		}
		if err := d.Active(); err != nil {
			return err
		}
		invited := *user
		d.Prepare(func(ctx context.Context) error { return i.standsBehind(ctx, d.Customer, &invited) })
		user.Active, user.PasswordHash, user.Invitation, user.LastUpdated = true, hash, nil, d.Now
		registry.About(d, "user", aboutUser{ID: user.ID, Role: user.Role, Active: user.Active})
		return nil
	})
	if err != nil {
		return nil, view.UserView{}, err
	}
	user, _ = userWith(changed, token.user)
	return changed, view.ShowUser(user), nil
}

// invited finds the customer that a link invites to, if the link is good.
func (i *Invitations) invited(ctx context.Context, in AcceptInput) (*customers.Customer, invitationToken, error) {
	s := i.access
	token, ok := parseInvitationToken(in.Token.Value)
	if !ok {
		return nil, token, deadInvitation()
	}
	c, err := s.store.Get(ctx, token.ref)
	if errors.Is(err, rows.ErrNotFound) {
		return nil, token, deadInvitation()
	}
	if err != nil {
		return nil, token, rows.StoreFault(err, "reading the customer of an invitation")
	}
	user, found := userWith(c, token.user)
	if !found || !acceptable(user, token, s.registry.Now()) {
		s.noteFailure(ctx, userTarget(c, token.user), deadInvitation())
		return nil, token, deadInvitation()
	}
	if err := i.standsBehind(ctx, c, user); err != nil {
		return nil, token, err
	}
	return c, token, s.registry.MayAct(ctx, c)
}

// acceptable reports whether a link is that of a user's invitation, and in time.
func acceptable(user *customers.User, token invitationToken, now time.Time) bool {
	return user.Invitation != nil && token.proves(user.Invitation.Digest) && now.Before(user.Invitation.Expires)
}

func deadInvitation() error {
	return fault.New(fault.Unauthenticated, fault.CodeCredentials,
		"this invitation is not valid, or not any more: it was used, has ended or was replaced; ask whoever invited you for a new link")
}

// standsBehind returns the refusal of a dead link if the credential that invited a user
// has ended, or may not add such a user any more.
func (i *Invitations) standsBehind(ctx context.Context, c *customers.Customer, user *customers.User) error {
	stands, err := i.makerStands(ctx, c, user)
	if err == nil && !stands {
		err = deadInvitation()
	}
	return err
}

func (i *Invitations) makerStands(ctx context.Context, c *customers.Customer, user *customers.User) (bool, error) {
	s, by := i.access, user.Invitation.By
	if by.IsZero() {
		return true, nil
	}
	maker := c
	if by != c.ID {
		system, err := s.registry.System(ctx, "access")
		if err != nil {
			return false, err
		}
		maker, err = s.registry.Lookup(ctx, registry.Stored(system.Actor), by)
		if errors.Is(err, rows.ErrNotFound) {
			return false, nil
		}
		if err != nil {
			return false, rows.StoreFault(err, "reading who invited a user")
		}
	}
	need := tenancy.UsersWrite | user.Scopes()
	if user.CreatedByUser {
		of, found := userWith(maker, user.CreatedBy)
		return found && of.Active && of.TokenGeneration == user.Invitation.Generation && of.Scopes().Has(need), nil
	}
	n := slices.IndexFunc(maker.Keys, func(entry keys.Entry) bool { return entry.Maker(maker.ID) == user.CreatedBy })
	return n >= 0 && maker.Keys[n].Live(s.registry.Now()) && maker.Keys[n].Might().Has(need), nil
}

// show returns the representation of an invitation.
func (i *Invitations) show(ctx context.Context, c *customers.Customer, user *customers.User) (view.InvitationView, error) {
	shown := view.InvitationView{
		ID: user.ID.String(), Object: "invitation", Username: user.Username, Name: user.Name, Role: user.Role, Status: "pending",
		Created: view.Stamp(user.Created), Expires: view.Stamp(user.Invitation.Expires),
	}
	stands, err := i.makerStands(ctx, c, user)
	switch {
	case !stands:
		shown.Status = "revoked"
	case !i.access.registry.Now().Before(user.Invitation.Expires):
		shown.Status = "expired"
	}
	return shown, err
}
