package access

import (
	"bytes"
	"context"
	"errors"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// People is what people do about access: they see who they are, change their password, end
// their tokens, and look at what a credential made before they end it. It is safe for
// concurrent use.
type People struct{ access *Service }

// NewPeople returns what people do about their own access.
func NewPeople(s *Service) *People { return &People{access: s} }

// Me returns the user that signs the request, with the customer that it belongs to. It
// returns NotFound for a credential that is no user's.
func (p *People) Me(caller tenancy.Caller) (*customers.Customer, view.UserView, error) {
	c := registry.Stored(caller.Actor)
	user, found := signedInAs(c, caller.Credential)
	if !found {
		return nil, view.UserView{}, fault.New(fault.NotFound, fault.CodeNotFound,
			"this credential is a key and no user; GET /v3/whoami shows what it is")
	}
	return c, view.ShowUser(user), nil
}

// NameOf returns the name of the user or of the restricted key that signs a request, and
// the role of the user.
func (p *People) NameOf(caller tenancy.Caller) (name, role string) {
	c := registry.Stored(caller.Actor)
	if user, found := signedInAs(c, caller.Credential); found {
		return user.Username, string(user.Role)
	}
	entry, _ := keys.FindID(c.ID, c.Keys, caller.Credential.ID)
	return entry.Name, ""
}

// signedInAs finds the user that a credential of a customer is the access token of.
func signedInAs(c *customers.Customer, credential tenancy.Credential) (user *customers.User, found bool) {
	if c == nil || !credential.IsUser() {
		return nil, false
	}
	return userWith(c, credential.Maker)
}

// OwnPasswordInput changes the password of the user that asks.
type OwnPasswordInput struct {
	CurrentPassword patch.Field[secret.Text] `json:"currentPassword"`
	NewPassword     patch.Field[secret.Text] `json:"newPassword"` // 8 to 128 characters
}

// ChangePassword sets a new password of the user that signs the request, who proves the
// present one and needs no scope. All access tokens of the user end; a new one is
// returned in place of the one that signed. It returns
//
//   - NotFound for a credential that is no user's;
//   - Invalid with every failing field, a wrong present password among them;
//   - RateLimited after as many wrong ones as a log-in allows;
//   - Unavailable when too many passwords wait to be hashed.
func (p *People) ChangePassword(ctx context.Context, caller tenancy.Caller, in OwnPasswordInput) (Grant, error) {
	s := p.access
	caller.Subject = caller.Actor
	c := registry.Stored(caller.Actor)
	user, found := signedInAs(c, caller.Credential)
	if !found {
		_, _, err := p.Me(caller)
		return Grant{}, err
	}
	if err := checkOwnPassword(s.registry.Probe(caller, c), in, user.Username); err != nil {
		return Grant{}, err
	}
	account := accountOf(customers.Fold(user.Username), c.ID.String())
	if registry.Resumes(caller, c) && s.verifier.VerifyPassword(ctx, account, user.PasswordHash, in.NewPassword.Value, caller.Address) == nil {
		return s.issueToUser(ctx, c, user) // an earlier try of the attempt changed it, and was not answered
	}
	if err := s.verifier.VerifyPassword(ctx, account, user.PasswordHash, in.CurrentPassword.Value, caller.Address); err != nil {
		s.noteFailure(ctx, userTarget(c, user.ID), err)
		if fault.KindOf(err) != fault.Unauthenticated {
			return Grant{}, err
		}
		return Grant{}, fault.New(fault.Invalid, fault.CodeValidation, "this is not your present password; an administrator can set a new one").
			About("currentPassword", fault.BadValue)
	}
	proven := user.PasswordHash
	hash, err := s.verifier.HashPassword(ctx, c.Tenant, in.NewPassword.Value)
	if err != nil {
		return Grant{}, err
	}
	at := registry.At{Customer: c, Need: tenancy.Need{Itself: true}}
	var grant Grant
	grant, err = registry.ChangeTo(ctx, s.registry, caller, at, "user.updated", func(d *registry.Draft) error {
		grant = Grant{}
		user, found := userWith(d.Customer, caller.Credential.Maker)
		if !found || !user.Active || !bytes.Equal(user.PasswordHash, proven) {
			return deadToken() // by a change at the same time
		}
		user.PasswordHash, user.LastUpdated, user.EndedTokens = hash, d.Now, nil
		user.TokenGeneration++
		registry.About(d, "user", changedUser{ID: user.ID, PasswordChanged: true})
		return nil
	}, func(changed *customers.Customer) (_ Grant, err error) {
		if c = changed; grant.CustomerID.IsZero() { // one token, that of the answer which the write kept
			user, _ = userWith(changed, caller.Credential.Maker)
			grant, err = s.mint(ctx, changed, claimsOf(changed, user))
		}
		return grant, err
	})
	if err != nil {
		return Grant{}, err
	}
	if err := s.auditSignIn(ctx, c, userSignedIn, user.ID.String()); err != nil {
		return Grant{}, err
	}
	return grant, nil
}

func checkOwnPassword(d *registry.Draft, in OwnPasswordInput, username string) error {
	if !in.CurrentPassword.Given() {
		d.Faults.Add("currentPassword", fault.Missing, "currentPassword is required; send the password that you have now")
	}
	checkPassword(d, "newPassword", in.NewPassword, username)
	if d.Sound() && in.NewPassword.Value.Equal(in.CurrentPassword.Value) {
		d.Faults.Add("newPassword", fault.BadValue, "this is the present password; choose another")
	}
	return d.Err()
}

// RevokeTokenInput names an access token to end (RFC 7009).
type RevokeTokenInput struct {
	Token patch.Field[secret.Text] `json:"token"`
	// TokenTypeHint is taken and not needed.
	TokenTypeHint patch.Field[string] `json:"token_type_hint"`
	// ClientID and ClientSecret are those of the client that the token was issued to;
	// without them the token proves itself.
	ClientID     patch.Field[string]      `json:"client_id"`
	ClientSecret patch.Field[secret.Text] `json:"client_secret"`
	// Address is where the request came from, for the failure limits.
	Address string `json:"-"`
}

// RevokeToken ends one access token at once, on every process. A token that is unknown or
// has ended already is no error. It returns Invalid for no token or a key in its place,
// and Unauthenticated for a client whose credentials are wrong or that the token was not
// issued to.
func (p *People) RevokeToken(ctx context.Context, in RevokeTokenInput) error {
	s := p.access
	if !in.Token.Given() {
		return fault.New(fault.Invalid, fault.CodeValidation, "token is required; send the access token to end").About("token", fault.Missing)
	}
	client, err := s.revokingClient(ctx, in)
	if err != nil {
		return err
	}
	if keys.LooksLikeKey(in.Token.Value) {
		return fault.New(fault.Invalid, fault.CodeValidation,
			"this is a key and no access token; end it with DELETE /v3/keys/current or DELETE /v3/keys/{id}").About("token", fault.BadValue)
	}
	token, err := s.tokens.Parse(in.Token.Value)
	if err != nil {
		return nil //nolint:nilerr // a token that is none has ended
	}
	c, err := s.store.Get(ctx, token.Claims.Ref)
	if errors.Is(err, rows.ErrNotFound) {
		return nil
	}
	if err != nil {
		return rows.StoreFault(err, "reading the signer of a token")
	}
	if !token.BoundTo(bindingOf(c, token.Claims)) {
		return nil
	}
	credential, live := credentialBehind(c, token, s.clock())
	if !live {
		return nil
	}
	if client != nil && client.Ref() != c.Ref() {
		return fault.New(fault.Unauthenticated, fault.CodeCredentials, "this access token was not issued to that client")
	}
	caller := tenancy.Caller{Actor: c, Subject: c, Credential: credential, Address: in.Address}
	at := registry.At{Customer: c, Need: tenancy.Need{Itself: true}}
	_, err = s.registry.Change(ctx, caller, at, "token.revoked", func(d *registry.Draft) error { return revokeToken(d, token) })
	if fault.IsNotFound(err) { // deleted meanwhile
		return nil
	}
	return err
}

// revokeToken notes beside the key or user behind a token that it has ended.
func revokeToken(d *registry.Draft, token keys.Token) error {
	if entry := token.Claims.Entry; entry > 0 {
		for i := range d.Customer.Keys {
			if of := &d.Customer.Keys[i]; of.Number == entry && !of.EndedTokens.Has(token) {
				of.EndedTokens = of.EndedTokens.With(token, d.Now)
				registry.About(d, "key", registry.KeyOf(d.Customer.ID, *of))
			}
		}
		return nil
	}
	if user, found := userWith(d.Customer, token.Claims.User); found && !user.EndedTokens.Has(token) {
		user.EndedTokens = user.EndedTokens.With(token, d.Now)
		registry.About(d, "user", aboutUser{ID: user.ID, Role: user.Role, Active: user.Active})
	}
	return nil
}

// revokingClient verifies the client's own credentials, if any were sent.
func (s *Service) revokingClient(ctx context.Context, in RevokeTokenInput) (*customers.Customer, error) {
	if !in.ClientSecret.Given() {
		return nil, nil
	}
	caller, err := s.keyCaller(ctx, Presented{Address: in.Address}, in.ClientSecret.Value, false)
	if err != nil {
		return nil, err
	}
	if client := registry.Stored(caller.Actor); in.ClientID.Value == client.ID.String() {
		return client, checkNetwork(caller)
	}
	return nil, fault.New(fault.Unauthenticated, fault.CodeCredentials, "client_id and client_secret do not match")
}

// scopedDone is the key of the reservation that marks the migration as done.
const scopedDone = "migration:usernames-by-tenant"

// ScopeUsernames makes the user names that earlier releases kept unique in the whole
// installation unique within their tenants, and returns how many customers it changed.
// progress is told how many were looked at. Done once it does nothing; interrupted, it
// looks at all customers again. On an empty store it returns NotFound.
func (p *People) ScopeUsernames(ctx context.Context, progress func(done int)) (int, error) {
	return p.access.migrate(ctx, scopedDone, progress, func(ctx context.Context, _ tenancy.Caller, c *customers.Customer) (bool, error) {
		return registry.ScopeUsernames(ctx, p.access.registry, c)
	})
}
