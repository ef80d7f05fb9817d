package access

import (
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/keys"
	"tenantry/tenancy"
)

const (
	madeBatch = 100
	// maxMadeShown bounds the list of what a credential made; what is beyond it is ended
	// like the rest.
	maxMadeShown = 500
)

// madeThing is one thing in force that a credential made: its part of the answer, what
// ending it needs, and how it is ended.
type madeThing struct {
	customer *customers.Customer
	shown    view.MadePart
	maker    tenancy.ID // what stands for it in what it made in turn; zero for a receiver
	kind     string     // keys, users, webhooks
	event    string
	may      func(tenancy.Caller) error
	end      func(*registry.Draft) error
}

// eachMade visits what a credential of owner made, and what that made in turn, as far as
// it is in force and below owner. The caller's own credential is left out: it asks.
func (s *Service) eachMade(ctx context.Context, caller tenancy.Caller, owner *customers.Customer, maker tenancy.ID, visit func(madeThing) error) error {
	tenant := owner.Tenant
	if tenancy.IsOperator(owner) {
		tenant = tenancy.ID{}
	}
	seen := map[tenancy.ID]bool{maker: true, caller.Credential.Maker: true}
	for waiting := []tenancy.ID{maker}; len(waiting) > 0; waiting = waiting[1:] {
		for after := (tenancy.ID{}); ; {
			list, err := s.store.CustomersWithPart(ctx, tenant, waiting[0], after, madeBatch)
			if err != nil {
				return rows.StoreFault(err, "reading what a credential made")
			}
			for _, c := range list {
				after = c.ID
				if !tenancy.Reaches(owner, c) {
					continue
				}
				for _, thing := range s.madeAt(c, waiting[0]) {
					if !thing.maker.IsZero() && seen[thing.maker] {
						continue
					}
					if err := visit(thing); err != nil {
						return err
					}
					if !thing.maker.IsZero() {
						seen[thing.maker] = true
						waiting = append(waiting, thing.maker)
					}
				}
			}
			if len(list) < madeBatch {
				break
			}
		}
	}
	return nil
}

// madeAt returns what a credential made at one customer.
func (s *Service) madeAt(c *customers.Customer, maker tenancy.ID) (list []madeThing) {
	for _, entry := range c.Keys {
		if entry.CreatedBy != maker || !entry.Live(s.registry.Now()) {
			continue
		}
		list = append(list, madeThing{
			customer: c, shown: view.MadePart{ID: entry.ID(c.ID), CustomerID: c.ID.String(), Name: entry.Name},
			maker: entry.Maker(c.ID), kind: "keys", event: "key.revoked",
			may: func(caller tenancy.Caller) error { return mayRevoke(caller, entry) }, end: revoking(entry),
		})
	}
	for i := range c.Users {
		user := c.Users[i]
		if user.CreatedBy != maker || !user.Active {
			continue
		}
		list = append(list, madeThing{
			customer: c, shown: view.MadePart{ID: user.ID.String(), CustomerID: c.ID.String(), Name: user.Username},
			maker: user.ID, kind: "users", event: "user.updated",
			may: func(caller tenancy.Caller) error {
				return tenancy.AuthorizeScope(caller, tenancy.UsersWrite|user.Scopes())
			},
			end: func(d *registry.Draft) error {
				if at, found := userWith(d.Customer, user.ID); found && at.Active {
					was := *at
					at.Active, at.LastUpdated = false, d.Now
					at.TokenGeneration++
					registry.About(d, "user", aboutUserChange(was, *at, false))
				}
				return nil
			},
		})
	}
	for _, hook := range c.Webhooks {
		if hook.CreatedBy != maker {
			continue
		}
		list = append(list, madeThing{
			customer: c, shown: view.MadePart{ID: hook.ID.String(), CustomerID: c.ID.String(), Name: hook.URL},
			kind: "webhooks", event: "webhook.removed",
			may: func(caller tenancy.Caller) error { return tenancy.AuthorizeScope(caller, tenancy.WebhooksWrite) },
			end: func(d *registry.Draft) error {
				d.Customer.Settings = d.Customer.Settings.Without(hook.URL)
				return nil
			},
		})
	}
	return list
}

// allMade returns what eachMade visits.
func (s *Service) allMade(ctx context.Context, caller tenancy.Caller, owner *customers.Customer, maker tenancy.ID) (list []madeThing, err error) {
	err = s.eachMade(ctx, caller, owner, maker, func(thing madeThing) error {
		list = append(list, thing)
		return nil
	})
	return list, err
}

// mayEnd checks that the caller may end all of a list.
func mayEnd(caller tenancy.Caller, list []madeThing) error {
	for _, thing := range list {
		if err := thing.may(caller); err != nil {
			return err
		}
	}
	return nil
}

// showMade shows what a credential made; ended says that it ends with the credential.
func showMade(list []madeThing, ended bool) *view.MadeView {
	made := &view.MadeView{Ended: ended, Keys: []view.MadePart{}, Users: []view.MadePart{}, Webhooks: []view.MadePart{}}
	into := map[string]*[]view.MadePart{"keys": &made.Keys, "users": &made.Users, "webhooks": &made.Webhooks}
	for _, thing := range list {
		if shown := into[thing.kind]; len(*shown) < maxMadeShown {
			*shown = append(*shown, thing.shown)
		} else {
			made.More = true
		}
	}
	return made
}

// endAll ends what a credential made that was ended. Authority was checked before. The
// last write keeps the answer: until then something is left to do for a repeat.
func (s *Service) endAll(ctx context.Context, caller tenancy.Caller, list []madeThing, keep registry.Keep) error {
	// The caller may end all of it: it was checked, or made it. Whoever ended the maker
	// need not hold every scope again that the things have.
	ending := caller
	ending.Subject = caller.Actor
	ending.Credential.Scopes = tenancy.Full
	for i, thing := range slices.Backward(list) { // what was made last first
		c, err := s.store.Get(ctx, thing.customer.Ref()) // an earlier turn may have changed it
		if err == nil {
			// An earlier try may have ended another thing of the same customer.
			at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.KeysRevoke}, Replays: true}
			if i == 0 {
				at.Keep = keep
			}
			_, err = s.registry.Change(ctx, ending, at, thing.event, thing.end)
		}
		err = rows.StoreFault(err, "ending what a credential made")
		// What went away has ended; what is locked cannot be used, and only the operator changes it.
		if err != nil && !fault.IsNotFound(err) && fault.CodeOf(err) != fault.CodeCustomerLocked {
			return err
		}
	}
	return nil
}

// Made lists what a key or user of a customer made that is in force, and what that made
// in turn: what ending it with Cascade ends too. It returns NotFound, also for a key or
// user that is not there, and Forbidden insufficientScope.
func (p *People) Made(ctx context.Context, caller tenancy.Caller, id, credential string) (view.MadeView, error) {
	s := p.access
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return view.MadeView{}, err
	}
	var maker tenancy.ID
	need := tenancy.UsersWrite
	if entry, found := keys.FindID(c.ID, c.Keys, credential); found {
		maker, need = entry.Maker(c.ID), tenancy.KeysWrite
	} else if maker, err = tenancy.ParseID(credential); err != nil {
		return view.MadeView{}, fault.NotFoundError()
	} else if _, found := userWith(c, maker); !found {
		return view.MadeView{}, fault.NotFoundError()
	}
	if err := tenancy.AuthorizeScope(caller, need); err != nil {
		return view.MadeView{}, err
	}
	made, err := s.allMade(ctx, caller, c, maker)
	if err != nil {
		return view.MadeView{}, err
	}
	return *showMade(made, false), nil
}
