package customers

import (
	"context"
	"slices"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// UpdateUser changes status, role and password of a dashboard user. Disabling it
// and a new password end the access tokens that it has, at once and for good; a
// role holds from the next request on. It returns
//
//   - NotFound, also for a user that is not there;
//   - Forbidden insufficientScope, also for a user who may do more than the
//     credential, before the change or after it;
//   - Invalid with every failing field;
//   - Conflict when a user would take the last active administrator away: only a
//     key, or a customer above, does that;
//   - Unavailable when too many passwords wait to be hashed.
func (s *Service) UpdateUser(ctx context.Context, caller tenancy.Caller, id, userID string, in UserChange) (UserView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return UserView{}, err
	}
	wanted, err := tenancy.ParseID(userID)
	if err != nil {
		return UserView{}, fault.NotFoundError()
	}
	var hash []byte
	changed, err := s.change(ctx, caller, c, 0, "user.updated", func(d *draft) error {
		user, err := d.updateUser(wanted, in)
		if err != nil || !in.Password.Given() {
			return err
		}
		if hash == nil { // once: after a lost race it is still good
			if hash, err = s.verifier.HashPassword(ctx, in.Password.Value); err != nil {
				return err
			}
		}
		user.PasswordHash = hash
		return nil
	})
	if err != nil {
		return UserView{}, err
	}
	user, _ := changed.userWith(wanted)
	return userView(user), nil
}

// updateUser applies a change but for the hash of a new password, and gives the
// user in the draft.
func (d *draft) updateUser(id tenancy.ID, in UserChange) (*User, error) {
	user, found := d.c.userWith(id)
	if !found {
		return nil, fault.NotFoundError()
	}
	// Whoever sets the password of a user can sign in as that user.
	if err := tenancy.AuthorizeScope(d.caller, user.scopes()); err != nil {
		return nil, err
	}
	was := *user
	d.userStatus(in.Status, user)
	d.userRole(in.Role, user)
	if in.Password.Set {
		d.checkPassword(in.Password)
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	// Nobody makes a user that may do more than itself.
	if err := tenancy.AuthorizeScope(d.caller, user.scopes()); err != nil {
		return nil, err
	}
	if err := d.keepAdmin(was, *user); err != nil {
		return nil, err
	}
	if (was.Active && !user.Active) || in.Password.Given() {
		user.TokenGeneration++
	}
	if in.Password.Given() || user.Active != was.Active || user.Role != was.Role {
		user.LastUpdated = d.now
	}
	return user, nil
}

func (d *draft) userStatus(status patch.Field[string], user *User) {
	if status.Null {
		d.missing("status")
		return
	}
	next := statusDisabled
	if user.Active {
		next = statusActive
	}
	d.choice(status, &next, "status", statusActive, statusDisabled)
	user.Active = next == statusActive
}

func (d *draft) userRole(role patch.Field[string], user *User) {
	if role.Null {
		d.missing("role")
		return
	}
	next := string(user.Role)
	d.choice(role, &next, "role", string(RoleAdmin), string(RoleClerk))
	user.Role = Role(next)
}

// keepAdmin refuses to let a user take the last active administrator of its own
// customer away: nobody would be left who could sign in and mend it.
func (d *draft) keepAdmin(was, is User) error {
	if !was.administers() || is.administers() || d.caller.Credential.Kind != tenancy.UserLogin ||
		tenancy.IsAbove(d.caller.Actor, d.c) || slices.ContainsFunc(d.c.Users, User.administers) {
		return nil
	}
	field := "role"
	if !is.Active {
		field = "status"
	}
	return fault.New(fault.Conflict, fault.CodeConflict,
		"this is the last active administrator; name another one first, or use a secret key").About(field, fault.BadValue)
}

// administers tells whether the user can sign in as an administrator.
func (u User) administers() bool { return u.Active && u.Role == RoleAdmin }
