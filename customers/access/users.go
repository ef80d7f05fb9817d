package access

import (
	"context"
	"fmt"
	"slices"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// Limits of users.
const (
	maxUsers    = 20
	maxUsername = 128
)

// Users lists the dashboard users of a customer. It returns NotFound and
// Forbidden insufficientScope.
func (s *Service) Users(ctx context.Context, caller tenancy.Caller, id string) ([]view.UserView, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, err
	}
	list := make([]view.UserView, 0, len(c.Users))
	for i := range c.Users {
		list = append(list, view.ShowUser(&c.Users[i]))
	}
	return list, nil
}

// AddUser adds a dashboard user. It returns NotFound, Forbidden, Invalid with every
// failing field, and Conflict duplicateValue for a username that is taken anywhere in
// the tenant. A user that an earlier try of the same attempt added is returned as
// it is.
func (s *Service) AddUser(ctx context.Context, caller tenancy.Caller, id string, in UserInput) (view.UserView, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.UsersWrite})
	if err != nil {
		return view.UserView{}, err
	}
	if user, added := userWith(c, in.ID); added {
		return view.ShowUser(user), nil
	}
	var hash []byte
	var added tenancy.ID
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.UsersWrite}, Replays: true}
	return registry.ChangeTo(ctx, s.registry, caller, at, "user.created", func(d *registry.Draft) error {
		if user, mine := userWith(d.Customer, in.ID); mine {
			added = user.ID // whoever wrote it keeps its name
			return nil
		}
		if err := d.Active(); err != nil {
			return err
		}
		if addUser(d, in); d.Err() != nil {
			return d.Err()
		}
		user := &d.Customer.Users[len(d.Customer.Users)-1]
		added = user.ID
		// A caller makes no user that may do more than itself.
		if err := tenancy.AuthorizeScope(caller, user.Scopes()); err != nil {
			return err
		}
		d.Prepare(func(ctx context.Context) (err error) {
			if hash == nil { // once: after a lost race it is still good
				hash, err = s.verifier.HashPassword(ctx, d.Customer.Tenant, in.Password.Value)
			}
			user.PasswordHash = hash
			return err
		})
		return nil
	}, func(c *customers.Customer) (view.UserView, error) {
		user, _ := userWith(c, added)
		return view.ShowUser(user), nil
	})
}

// userWith finds the user of that id; the zero id names none.
func userWith(c *customers.Customer, id tenancy.ID) (user *customers.User, found bool) {
	for i := range c.Users {
		if c.Users[i].ID == id && !id.IsZero() {
			return &c.Users[i], true
		}
	}
	return nil, false
}

// addUser adds a user without a password hash; it cannot sign in yet.
func addUser(d *registry.Draft, in UserInput) {
	user := newUser(d, in, func(user *customers.User) { checkPassword(d, "password", in.Password, user.Username) })
	if user != nil {
		registry.About(d, "user", aboutUser{ID: user.ID, Role: user.Role, Active: user.Active})
	}
}

// newUser adds a user, and returns it, nil for one too many; check looks, after its name,
// at what it signs in with.
func newUser(d *registry.Draft, in UserInput, check func(*customers.User)) *customers.User {
	// An invitation that nobody can accept any more holds no name against the account itself.
	d.Customer.Users = slices.DeleteFunc(d.Customer.Users, func(user customers.User) bool {
		return customers.Fold(user.Username) == customers.Fold(in.Username.Value) && expired(&user, d.Now)
	})
	if len(d.Customer.Users) >= maxUsers {
		d.Faults.Add("username", fault.TooMany, fmt.Sprintf("at most %d users", maxUsers))
		return nil
	}
	user := customers.User{ID: d.IDFor(in.ID), Role: customers.RoleClerk, Active: true, CreatedBy: d.Caller.Credential.Maker, CreatedByUser: d.Caller.Credential.IsUser(), Created: d.Now, LastUpdated: d.Now}
	if len(d.Customer.Users) == 0 {
		user.Role = customers.RoleAdmin
	}
	fields.RequiredName(d, in.Username, &user.Username, "username", maxUsername)
	check(&user)
	userName(d, in.Name, &user)
	role := string(user.Role)
	in.Role.Set = in.Role.Given() // null is the default
	fields.Choice(d, in.Role, &role, "role", string(customers.RoleAdmin), string(customers.RoleClerk))
	user.Role = customers.Role(role)
	d.Customer.Users = append(d.Customer.Users, user)
	return &d.Customer.Users[len(d.Customer.Users)-1]
}

// aboutUser is what events tell of a user: everything but its name.
type aboutUser struct {
	ID     tenancy.ID     `json:"id"`
	Role   customers.Role `json:"role"`
	Active bool           `json:"active"`
}

// FirstUser adds the user that a new customer's input names, if it names one:
// username and password come together or not at all.
func (s *Service) FirstUser(d *registry.Draft, in fields.Input) {
	if !in.Username.Set && !in.Password.Set {
		return
	}
	addUser(d, UserInput{Username: in.Username, Password: in.Password, Role: patch.Of(string(customers.RoleAdmin))})
	if len(d.Customer.Users) == 0 {
		return
	}
	d.Prepare(func(ctx context.Context) error {
		hash, err := s.verifier.HashPassword(ctx, d.Customer.Tenant, in.Password.Value)
		d.Customer.Users[0].PasswordHash = hash
		return err
	})
}
