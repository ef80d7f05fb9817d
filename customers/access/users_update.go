package access

import (
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// UpdateUser changes status, name, role and password of a dashboard user. Disabling it
// and a new password end the access tokens that it has, at once and for good; a
// role holds from the next request on. The answer that disables a user lists what the
// user made. It returns
//
//   - NotFound, also for a user that is not there;
//   - Forbidden insufficientScope, also for a user that may do more than the
//     credential, before the change or after it, and when Cascade would end what the
//     caller may not;
//   - Invalid with every failing field;
//   - Conflict when a user would take the last active administrator away: only a
//     key, or a customer above, does that; and for a user who has not accepted its
//     invitation;
//   - Unavailable when too many passwords wait to be hashed.
func (s *Service) UpdateUser(ctx context.Context, caller tenancy.Caller, id, userID string, in UserChange) (view.UserView, error) {
	at := registry.At{ID: id, Need: tenancy.Need{Scope: tenancy.UsersWrite}}
	wanted, err := tenancy.ParseID(userID)
	if err != nil {
		return view.UserView{}, fault.NotFoundError()
	}
	c, err := s.registry.Read(ctx, caller, id, at.Need)
	if err != nil {
		return view.UserView{}, err
	}
	was, found := userWith(c, wanted)
	// Another try of an attempt that disabled it goes on with what it made.
	disables := found && (was.Active || registry.Resumes(caller, c)) && in.Status.Value == view.Disabled
	ends := disables && in.Cascade
	var made []madeThing
	if disables {
		if made, err = s.allMade(ctx, caller, c, wanted); err != nil {
			return view.UserView{}, err
		}
	}
	if ends && caller.Credential.Maker != wanted {
		if err := mayEnd(caller, made); err != nil {
			return view.UserView{}, err
		}
	}
	show := func(changed *customers.Customer) (view.UserView, error) {
		user, found := userWith(changed, wanted)
		if !found {
			return view.UserView{}, fault.NotFoundError()
		}
		shown := view.ShowUser(user)
		if disables {
			shown.Made = showMade(made, ends)
		}
		return shown, nil
	}
	if !ends || len(made) == 0 { // else what it made is still to end
		at.Keep = registry.Keeps(ctx, func(made registry.Created) (view.UserView, error) { return show(made.Customer) })
	}
	var hash []byte
	changed, err := s.registry.Change(ctx, caller, at, "user.updated", func(d *registry.Draft) error {
		user, err := updateUser(d, wanted, in)
		if err != nil || !in.Password.Given() {
			return err
		}
		if hash == nil { // once: after a lost race it is still good
			if hash, err = s.verifier.HashPassword(ctx, d.Customer.Tenant, in.Password.Value); err != nil {
				return err
			}
		}
		user.PasswordHash = hash
		return nil
	})
	if err == nil && ends {
		if made, err = s.allMade(ctx, caller, changed, wanted); err == nil { // with what it made meanwhile
			err = s.endAll(ctx, caller, made, registry.Keeps(ctx, func(registry.Created) (view.UserView, error) { return show(changed) }))
		}
	}
	if err != nil {
		return view.UserView{}, err
	}
	return show(changed)
}

// updateUser applies a change but for the hash of a new password, and returns the user
// in the draft.
func updateUser(d *registry.Draft, id tenancy.ID, in UserChange) (*customers.User, error) {
	user, found := userWith(d.Customer, id)
	if !found {
		return nil, fault.NotFoundError()
	}
	// Whoever sets the password of a user can sign in as that user.
	if err := tenancy.AuthorizeScope(d.Caller, user.Scopes()); err != nil {
		return nil, err
	}
	if user.Invitation != nil {
		return nil, fault.New(fault.Conflict, fault.CodeConflict,
			"this user has not accepted its invitation yet; invite it again to change what was offered, or end the invitation")
	}
	was := *user
	userName(d, in.Name, user)
	userStatus(d, in.Status, user)
	userRole(d, in.Role, user)
	if in.Password.Set {
		checkPassword(d, "password", in.Password, user.Username)
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	// A caller makes no user that may do more than itself.
	if err := tenancy.AuthorizeScope(d.Caller, user.Scopes()); err != nil {
		return nil, err
	}
	if err := keepAdmin(d, was, *user); err != nil {
		return nil, err
	}
	if (was.Active && !user.Active) || in.Password.Given() {
		user.TokenGeneration++
	}
	if in.Password.Given() || user.Name != was.Name || user.Active != was.Active || user.Role != was.Role {
		user.LastUpdated = d.Now
	}
	registry.About(d, "user", aboutUserChange(was, *user, in.Password.Given()))
	return user, nil
}

// changedUser is what events tell of a change of a user.
type changedUser struct {
	ID              tenancy.ID                         `json:"id"`
	PasswordChanged bool                               `json:"passwordChanged,omitempty"`
	NameChanged     bool                               `json:"nameChanged,omitempty"`
	Role            *registry.Switched[customers.Role] `json:"role,omitempty"`
	Active          *registry.Switched[bool]           `json:"active,omitempty"`
}

func aboutUserChange(was, is customers.User, password bool) changedUser {
	about := changedUser{ID: is.ID, PasswordChanged: password, NameChanged: is.Name != was.Name}
	if was.Role != is.Role {
		about.Role = &registry.Switched[customers.Role]{Previous: was.Role, Current: is.Role}
	}
	if was.Active != is.Active {
		about.Active = &registry.Switched[bool]{Previous: was.Active, Current: is.Active}
	}
	return about
}

func userName(d *registry.Draft, name patch.Field[string], user *customers.User) {
	fields.Name(d, name, &user.Name, "name", maxUsername)
}

func userStatus(d *registry.Draft, status patch.Field[string], user *customers.User) {
	if status.Null {
		fields.Missing(d, "status")
		return
	}
	next := view.Disabled
	if user.Active {
		next = view.Active
	}
	fields.Choice(d, status, &next, "status", view.Active, view.Disabled)
	user.Active = next == view.Active
}

func userRole(d *registry.Draft, role patch.Field[string], user *customers.User) {
	if role.Null {
		fields.Missing(d, "role")
		return
	}
	next := string(user.Role)
	fields.Choice(d, role, &next, "role", string(customers.RoleAdmin), string(customers.RoleClerk))
	user.Role = customers.Role(next)
}

// keepAdmin refuses to let a user take the last active administrator of its own customer
// away, which no user could undo.
func keepAdmin(d *registry.Draft, was, is customers.User) error {
	if !administers(was) || administers(is) || d.Caller.Credential.Kind != tenancy.UserLogin ||
		tenancy.IsAbove(d.Caller.Actor, d.Customer) || slices.ContainsFunc(d.Customer.Users, administers) {
		return nil
	}
	field := "role"
	if !is.Active {
		field = "status"
	}
	return fault.New(fault.Conflict, fault.CodeConflict,
		"this is the last active administrator; make another user an administrator first, or use a secret key").About(field, fault.BadValue)
}

// administers reports whether the user can sign in as an administrator.
func administers(u customers.User) bool { return u.Active && u.Role == customers.RoleAdmin }
