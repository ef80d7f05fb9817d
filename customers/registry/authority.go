package registry

import (
	"reflect"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/keys"
	"tenantry/settings"
	"tenantry/tenancy"
)

// authorizeEffects checks that the draft brings about nothing that its caller could not
// do itself, whichever use case or dialect made it: no key, user, receiver or policy that
// exceeds the credential. It returns Forbidden insufficientScope. What a new customer
// inherits was decided by whoever set the defaults of the customer above.
func (d *Draft) authorizeEffects() error {
	var was customers.Customer
	if d.Before != nil {
		was = *d.Before
	} else {
		was.Settings = d.handedDown
	}
	return d.demand(
		receiversNeed(was.Settings, d.Customer.Settings),
		receiversNeed(was.DefaultSettings, d.Customer.DefaultSettings),
		policiesNeed(was.Settings, d.Customer.Settings),
		policiesNeed(was.DefaultSettings, d.Customer.DefaultSettings),
		d.statusNeeds(),
		d.usersNeed(was.Users, d.Customer.Users),
		keysNeed(was.Keys, d.Customer.Keys),
	)
}

func (d *Draft) demand(scopes ...tenancy.Scope) error {
	for _, scope := range scopes {
		if err := tenancy.AuthorizeScope(d.Caller, scope); err != nil {
			return err
		}
	}
	return d.keysBound()
}

// receiversNeed returns what a change of the receivers of events needs. Whoever only
// takes receivers away sees nothing by it.
func receiversNeed(was, is *settings.Settings) tenancy.Scope {
	before, after := eventsOf(was), eventsOf(is)
	if reflect.DeepEqual(before, after) {
		return 0
	}
	if within(is.Receivers(), was.Receivers()) && (was.Delivers() || !is.Delivers()) &&
		(was.IncludesChildren() || !is.IncludesChildren()) {
		return tenancy.WebhooksWrite
	}
	return tenancy.Receivers
}

func eventsOf(s *settings.Settings) settings.Events {
	if s == nil || s.Events == nil {
		return settings.Events{}
	}
	return *s.Events
}

func within(list, known []settings.Receiver) bool {
	return !slices.ContainsFunc(list, func(r settings.Receiver) bool {
		return !slices.ContainsFunc(known, func(other settings.Receiver) bool { return reflect.DeepEqual(r, other) })
	})
}

// policiesNeed returns what a change of the policies of an account needs.
func policiesNeed(was, is *settings.Settings) (need tenancy.Scope) {
	if is.MayUnmask() && !was.MayUnmask() {
		need |= tenancy.Unmask
	}
	if is.MaySkipIdentity() && !was.MaySkipIdentity() {
		need |= tenancy.IdentityDecide
	}
	if is.MaximumKeyLifetime() != was.MaximumKeyLifetime() {
		need |= tenancy.KeysWrite
	}
	return need
}

// statusNeeds returns what a change of the status needs.
func (d *Draft) statusNeeds() tenancy.Scope {
	if d.Before == nil || d.Before.Status == d.Customer.Status {
		return 0
	}
	return tenancy.CustomersStatus
}

// usersNeed returns what adding and changing users needs: besides the permission, all
// that each of them may do, before or after. To its own password and tokens a signed-in
// user needs nothing.
func (d *Draft) usersNeed(was, is []customers.User) (need tenancy.Scope) {
	by := d.Caller.Credential
	for _, user := range is {
		i := slices.IndexFunc(was, func(u customers.User) bool { return u.ID == user.ID })
		if i >= 0 && reflect.DeepEqual(was[i], user) {
			continue
		}
		if i >= 0 && by.IsUser() && by.Maker == user.ID && reflect.DeepEqual(withoutLogin(was[i]), withoutLogin(user)) {
			continue
		}
		need |= tenancy.UsersWrite | user.Scopes()
		if i >= 0 {
			need |= was[i].Scopes()
		}
	}
	return need
}

// withoutLogin returns a user without its password and tokens, and as if it had accepted
// its invitation.
func withoutLogin(user customers.User) customers.User {
	if user.Invitation != nil {
		user.Invitation, user.Active = nil, true
	}
	user.PasswordHash, user.TokenGeneration, user.EndedTokens, user.LastUpdated = nil, 0, nil, time.Time{}
	return user
}

// keysNeed returns what the keys that are new may do, all together.
func keysNeed(was, is []keys.Entry) (need tenancy.Scope) {
	for _, entry := range is {
		if _, known := keys.Find(was, entry.Number); !known {
			need |= entry.Might()
		}
	}
	return need
}

// keysBound demands that a key that a key mints for its own customer works from nowhere
// that it does not itself, and that one of a restricted key ends no later than that.
func (d *Draft) keysBound() error {
	by := d.Caller.Credential
	if d.Before == nil || d.Caller.Actor == nil || d.Caller.Actor.Ref() != d.Customer.Ref() {
		return nil
	}
	for _, entry := range d.Customer.Keys {
		if _, known := keys.Find(d.Before.Keys, entry.Number); known {
			continue
		}
		if by.Ends != nil && (entry.Expires == nil || entry.Expires.After(*by.Ends)) {
			return fault.New(fault.Forbidden, fault.CodeScope, "this credential ends sooner than the key would; give the key an end that is no later")
		}
		if !keys.NetworksWithin(entry.Networks, by.Networks) {
			return fault.New(fault.Forbidden, fault.CodeScope, "this credential may be used from some addresses only; allow the key no others")
		}
	}
	return nil
}
