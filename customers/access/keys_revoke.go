package access

import (
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/keys"
	"tenantry/tenancy"
)

// RevokeInput names the key to revoke.
type RevokeInput struct {
	CustomerID string
	// KeyID is the id of the key.
	KeyID string
	// Cascade ends what the key made too, and what that made in turn.
	Cascade bool
}

// RevokeKey ends a credential at once, and with it every access token that it issued, and
// lists what it made. With keys:write a credential ends what may do no more than itself,
// with keys:revoke any restricted key; a pair may do everything. It returns NotFound, also
// for an unknown key, and Forbidden, also when Cascade would end what the caller may not.
func (s *Service) RevokeKey(ctx context.Context, caller tenancy.Caller, in RevokeInput) (view.KeyView, error) {
	need := tenancy.Need{Scope: tenancy.KeysWrite}
	if scopes := caller.Credential.Scopes; !scopes.Has(tenancy.KeysWrite) && scopes.Has(tenancy.KeysRevoke) {
		need.Scope = tenancy.KeysRevoke
	}
	c, err := s.registry.Read(ctx, caller, in.CustomerID, need)
	if err != nil {
		return view.KeyView{}, err
	}
	entry, found := keys.FindID(c.ID, c.Keys, in.KeyID)
	if !found {
		return view.KeyView{}, fault.NotFoundError()
	}
	if err := mayRevoke(caller, entry); err != nil {
		return view.KeyView{}, err
	}
	return s.revoke(ctx, caller, registry.At{Customer: c, Need: need}, entry, in.Cascade)
}

// RevokeOwnKey ends the key that signs the request, whatever its scopes and subject. It
// returns NotFound for a caller that signs with no key.
func (s *Service) RevokeOwnKey(ctx context.Context, caller tenancy.Caller, cascade bool) (view.KeyView, error) {
	caller.Subject = caller.Actor
	c := registry.Stored(caller.Actor)
	entry, found := keys.FindID(c.ID, c.Keys, caller.Credential.ID)
	if !found || caller.Credential.Kind == tenancy.UserLogin {
		return view.KeyView{}, fault.NotFoundError()
	}
	return s.revoke(ctx, caller, registry.At{Customer: c, Need: tenancy.Need{Itself: true}}, entry, cascade)
}

// mayRevoke checks that the caller may end a key.
func mayRevoke(caller tenancy.Caller, entry keys.Entry) error {
	if entry.Restricted && caller.Credential.Scopes.Has(tenancy.KeysRevoke) {
		return nil
	}
	return tenancy.AuthorizeScope(caller, tenancy.KeysWrite|entry.Might())
}

func (s *Service) revoke(ctx context.Context, caller tenancy.Caller, at registry.At, entry keys.Entry, cascade bool) (view.KeyView, error) {
	owner := at.Customer
	maker := entry.Maker(owner.ID)
	made, err := s.allMade(ctx, caller, owner, maker)
	if err != nil {
		return view.KeyView{}, err
	}
	if cascade && caller.Credential.Maker != maker { // what it made itself it may end
		if err := mayEnd(caller, made); err != nil {
			return view.KeyView{}, err
		}
	}
	show := func(changed *customers.Customer) (view.KeyView, error) {
		revoked, _ := keys.Find(changed.Keys, entry.Number)
		shown := s.keyView(caller, changed, revoked)
		shown.Made = showMade(made, cascade)
		return shown, nil
	}
	if !cascade || len(made) == 0 { // else what it made is still to end
		at.Keep = registry.Keeps(ctx, func(made registry.Created) (view.KeyView, error) { return show(made.Customer) })
	}
	changed, err := s.registry.Change(ctx, caller, at, "key.revoked", revoking(entry))
	if err == nil && cascade {
		if made, err = s.allMade(ctx, caller, owner, maker); err == nil { // with what it made meanwhile
			err = s.endAll(ctx, caller, made, registry.Keeps(ctx, func(registry.Created) (view.KeyView, error) { return show(changed) }))
		}
	}
	if err != nil {
		return view.KeyView{}, err
	}
	return show(changed)
}

// revoking returns the change that ends a key.
func revoking(entry keys.Entry) func(*registry.Draft) error {
	return func(d *registry.Draft) error {
		list, found := keys.Revoke(d.Customer.Keys, entry.Number, d.Now)
		if !found {
			return fault.NotFoundError()
		}
		registry.About(d, "key", registry.KeyOf(d.Customer.ID, entry))
		d.Customer.Keys = list
		return nil
	}
}

// makerFor shows the credential that minted a key of a customer to whoever may know it: the
// operator, and those for whom it is a key or user of the customer or their own. It may
// be one of somebody above otherwise, and is left out.
func makerFor(caller tenancy.Caller, c *customers.Customer, entry keys.Entry) string {
	reader := registry.Stored(caller.Actor)
	if !tenancy.IsOperator(reader) && !hasCredential(c, entry) && !hasCredential(reader, entry) {
		return ""
	}
	return makerID(entry.CreatedBy, entry.CreatedByUser)
}

// hasCredential reports whether the credential that minted a key is one of a customer.
func hasCredential(c *customers.Customer, minted keys.Entry) bool {
	if minted.CreatedByUser {
		return slices.ContainsFunc(c.Users, func(u customers.User) bool { return u.ID == minted.CreatedBy })
	}
	return slices.ContainsFunc(c.Keys, func(k keys.Entry) bool { return k.Maker(c.ID) == minted.CreatedBy })
}

// makerID shows the credential that made something, empty where that is not known.
func makerID(id tenancy.ID, isUser bool) string {
	switch {
	case id.IsZero():
		return ""
	case isUser:
		return id.String()
	default:
		return keys.Entry{UID: id}.ID(id)
	}
}
