package customers

import (
	"context"
	"fmt"
	"unicode/utf8"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Limits of users.
const (
	maxUsers    = 20
	maxUsername = 128
	minPassword = 8
	maxPassword = 128
)

// Users lists the dashboard users of a customer. It returns NotFound and
// Forbidden insufficientScope.
func (s *Service) Users(ctx context.Context, caller tenancy.Caller, id string) ([]UserView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, err
	}
	list := make([]UserView, 0, len(c.Users))
	for i := range c.Users {
		list = append(list, userView(&c.Users[i]))
	}
	return list, nil
}

// AddUser adds a dashboard user. It returns NotFound, Forbidden, Invalid with
// every failing field, and Conflict duplicateValue for a username that is taken
// anywhere in the installation. A user that an earlier try of the same attempt
// added is given as it is.
func (s *Service) AddUser(ctx context.Context, caller tenancy.Caller, id string, in UserInput) (UserView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return UserView{}, err
	}
	if user, added := c.userWith(in.ID); added {
		return userView(user), nil
	}
	// Refuse bad input before a claim is taken; change checks again.
	probe := &draft{s: s, caller: caller, now: s.clock(), c: c.Clone()}
	probe.addUser(in)
	if err := probe.err(); err != nil {
		return UserView{}, err
	}
	// Nobody makes a user that may do more than itself.
	if err := tenancy.AuthorizeScope(caller, probe.c.Users[len(probe.c.Users)-1].scopes()); err != nil {
		return UserView{}, err
	}
	var hash []byte
	var held []Claim
	var added tenancy.ID
	changed, err := s.change(ctx, caller, c, 0, "user.created", func(d *draft) error {
		if user, mine := d.c.userWith(in.ID); mine {
			added, held = user.ID, nil // whoever wrote it keeps its name
			return nil
		}
		s.release(ctx, held) // of a lost race
		held = nil
		if d.addUser(in); d.err() != nil {
			return d.err()
		}
		if held, _, err = s.reserveChanged(ctx, d); err != nil {
			return err
		}
		// Behind the claim: a name that is taken must not cost a slow hash. Once only:
		// after a lost race the hash is still good.
		if hash == nil {
			if hash, err = s.verifier.HashPassword(ctx, in.Password.Value); err != nil {
				s.release(ctx, held)
				return err
			}
		}
		user := &d.c.Users[len(d.c.Users)-1]
		user.PasswordHash, added = hash, user.ID
		return nil
	})
	if err != nil {
		s.giveBack(ctx, held, err)
		return UserView{}, err
	}
	user, _ := changed.userWith(added)
	return userView(user), nil
}

// userWith finds the user of that id; the zero id names none.
func (c *Customer) userWith(id tenancy.ID) (user *User, found bool) {
	for i := range c.Users {
		if c.Users[i].ID == id && !id.IsZero() {
			return &c.Users[i], true
		}
	}
	return nil, false
}

// addUser adds a user without a password hash; it cannot sign in yet.
func (d *draft) addUser(in UserInput) {
	if len(d.c.Users) >= maxUsers {
		d.faults.Add("username", fault.TooMany, fmt.Sprintf("at most %d users", maxUsers))
		return
	}
	user := User{ID: d.idFor(in.ID), Role: RoleClerk, Active: true, Created: d.now, LastUpdated: d.now}
	if len(d.c.Users) == 0 {
		user.Role = RoleAdmin
	}
	d.required(in.Username, &user.Username, "username", maxUsername)
	d.checkPassword(in.Password)
	role := string(user.Role)
	d.choice(in.Role, &role, "role", string(RoleAdmin), string(RoleClerk))
	user.Role = Role(role)
	d.c.Users = append(d.c.Users, user)
}

func (d *draft) checkPassword(password patch.Field[secret.Text]) {
	length := utf8.RuneCountInString(password.Value.Reveal())
	switch {
	case !password.Given():
		d.missing("password")
	case length < minPassword:
		d.faults.Add("password", fault.TooShort, fmt.Sprintf("at least %d characters", minPassword))
	case length > maxPassword:
		d.faults.Add("password", fault.TooLong, fmt.Sprintf("at most %d characters", maxPassword))
	}
}

// firstUser adds the user that a new customer's input names, if it names one:
// username and password come together or not at all.
func (d *draft) firstUser(in Input) {
	if !in.Username.Set && !in.Password.Set {
		return
	}
	d.addUser(UserInput{Username: in.Username, Password: in.Password, Role: patch.Of(string(RoleAdmin))})
}

// hashPassword completes the first user of a new customer.
func (d *draft) hashPassword(ctx context.Context, in Input) error {
	if len(d.c.Users) == 0 {
		return nil
	}
	hash, err := d.s.verifier.HashPassword(ctx, in.Password.Value)
	d.c.Users[0].PasswordHash = hash
	return err
}

// scopes gives what a signed-in user may do.
func (u User) scopes() tenancy.Scope {
	if u.Role == RoleAdmin {
		return tenancy.Full
	}
	return tenancy.Read
}
