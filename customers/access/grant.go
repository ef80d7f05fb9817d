package access

import (
	"context"
	"errors"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// The grants of the token endpoint and its only scope (PayStand API reference,
// access token).
const (
	grantCredentials = "client_credentials"
	grantPassword    = "password"
	grantScope       = "auth"
)

// maxNamesakes is how many users of one name are looked at in one read.
const maxNamesakes = 8

// GrantToken exchanges a customer id or publishable key with its secret key, or a username
// with its password, for an access token of 14 days. It returns Invalid naming the faulty
// field, Unauthenticated for wrong credentials, Forbidden customerDisabled and
// the like, and RateLimited.
func (s *Service) GrantToken(ctx context.Context, in GrantInput) (Grant, error) {
	if err := in.check(); err != nil {
		return Grant{}, err
	}
	if in.GrantType.Value == grantPassword {
		return s.passwordGrant(ctx, in)
	}
	grant, err := s.grantClient(ctx, ClientGrantInput{ClientID: in.ClientID.Value, ClientSecret: in.ClientSecret.Value, Address: in.Address}, time.Time{})
	return grant.Grant, err
}

func (in GrantInput) check() error {
	var faults fault.List
	missing := func(field string, given bool) {
		if !given {
			faults.Add(field, fault.Missing, field+" is required; send it")
		}
	}
	missing("grant_type", in.GrantType.Given())
	switch in.GrantType.Value {
	case grantCredentials:
		missing("client_id", in.ClientID.Given())
		missing("client_secret", in.ClientSecret.Given())
	case grantPassword:
		missing("username", in.Username.Given())
		missing("password", in.Password.Given())
	default:
		if in.GrantType.Given() {
			faults.AddValue("grant_type", fault.BadValue, in.GrantType.Value, "must be client_credentials or password")
		}
	}
	if in.Scope.Given() && in.Scope.Value != grantScope {
		faults.AddValue("scope", fault.BadValue, in.Scope.Value, "must be auth")
	}
	return faults.Err()
}

// passwordGrant signs a dashboard user in.
func (s *Service) passwordGrant(ctx context.Context, in GrantInput) (Grant, error) {
	c, user, err := s.prove(ctx, in.Username.Value, in.Password.Value, in.Account.Value, in.ClientID.Value, in.Address)
	if err != nil {
		return Grant{}, err
	}
	return s.issueToUser(ctx, c, &user)
}

// prove finds the user of a name and verifies its password. An unknown username costs as
// much time as a wrong password, and so does one that several tenants have, unless the
// account, or a client of it, is named.
func (s *Service) prove(ctx context.Context, username string, password secret.Text, account, client, address string) (*customers.Customer, customers.User, error) {
	name := customers.Fold(username)
	c, user, err := s.findUser(ctx, name, account, client)
	if err != nil {
		return nil, customers.User{}, err
	}
	if err := s.verifier.VerifyPassword(ctx, accountOf(name, account), user.PasswordHash, password, address); err != nil {
		s.noteFailure(ctx, userTarget(c, user.ID), err)
		return nil, customers.User{}, err
	}
	return c, user, nil
}

// accountOf names what log-ins are counted at: the folded user name and the account, as
// they were sent. What exists of them must not show.
func accountOf(name, account string) string {
	if id, err := tenancy.ParseID(account); err == nil {
		account = id.String()
	}
	return name + "\x1f" + account
}

func (s *Service) issueToUser(ctx context.Context, c *customers.Customer, user *customers.User) (Grant, error) {
	return s.issue(ctx, c, userSignedIn, user.ID.String(), claimsOf(c, user))
}

// userSignedIn is the event of a user that got an access token.
const userSignedIn = "user.signed_in"

// claimsOf returns what an access token of a user says.
func claimsOf(c *customers.Customer, user *customers.User) keys.TokenClaims {
	return keys.TokenClaims{Ref: c.Ref(), User: user.ID, Generation: user.TokenGeneration, Scope: grantScope}
}

// findUser finds an active user through the reservation of its name: in the account that
// is named or below it, else in the one tenant that has such a user. Where several have
// one, the client that the log-in names may tell which; clients always sent one, and it
// was never looked at. It returns an empty user for none, and for several.
func (s *Service) findUser(ctx context.Context, name, account, client string) (*customers.Customer, customers.User, error) {
	if !isStorable(name) || len(name) > 4*maxUsername {
		return nil, customers.User{}, nil
	}
	if account != "" {
		id, _ := tenancy.ParseID(account) // what is no id names nobody
		return s.findUserBelow(ctx, name, id)
	}
	var found *customers.Customer
	var user customers.User
	for after := ""; ; {
		list, err := s.store.ReservationsBehind(ctx, registry.UsernamePrefix(name), after, maxNamesakes)
		if err != nil {
			return nil, customers.User{}, rows.StoreFault(err, "looking a user up")
		}
		for _, reservation := range list {
			after = reservation.Key
			c, namesake, err := s.userBehind(ctx, reservation, name)
			if err != nil {
				return nil, customers.User{}, err
			}
			if c != nil && found != nil {
				return s.findUserBelow(ctx, name, clientOf(client))
			}
			if c != nil {
				found, user = c, namesake
			}
		}
		if len(list) < maxNamesakes {
			return found, user, nil
		}
	}
}

// clientOf returns the customer that a client id names, by its id or a publishable key;
// zero for none.
func clientOf(clientID string) tenancy.ID {
	if id, err := tenancy.ParseID(clientID); err == nil {
		return id
	}
	if key, err := keys.Parse(secret.New(clientID)); err == nil && key.Kind == keys.Publishable {
		return key.Ref.ID
	}
	return tenancy.ID{}
}

// findUserBelow finds the user of a customer or of one below it.
func (s *Service) findUserBelow(ctx context.Context, name string, account tenancy.ID) (*customers.Customer, customers.User, error) {
	system, err := s.registry.System(ctx, "access")
	if err != nil {
		return nil, customers.User{}, err
	}
	named, err := s.registry.Lookup(ctx, registry.Stored(system.Actor), account)
	var holder rows.Reservation
	if err == nil {
		holder, err = s.store.ReservationHolder(ctx, registry.UsernameKey(name, named.Tenant))
	}
	if errors.Is(err, rows.ErrNotFound) {
		return nil, customers.User{}, nil
	}
	if err != nil {
		return nil, customers.User{}, rows.StoreFault(err, "looking a user up")
	}
	c, user, err := s.userBehind(ctx, holder, name)
	if err != nil || c == nil || !tenancy.Reaches(named, c) {
		return nil, customers.User{}, err
	}
	return c, user, nil
}

// userBehind returns the active user that a reservation of a name stands for, and its
// customer; nil when there is none.
func (s *Service) userBehind(ctx context.Context, reservation rows.Reservation, name string) (*customers.Customer, customers.User, error) {
	c, err := s.store.Get(ctx, reservation.Customer)
	if errors.Is(err, rows.ErrNotFound) {
		return nil, customers.User{}, nil
	}
	if err != nil {
		return nil, customers.User{}, rows.StoreFault(err, "reading a user's customer")
	}
	for _, user := range c.Users {
		if customers.Fold(user.Username) == name && user.Active {
			return c, user, nil
		}
	}
	return nil, customers.User{}, nil
}

// isStorable reports whether a text can be a user name in a reservation.
func isStorable(text string) bool {
	return text != "" && strings.ToValidUTF8(text, "") == text && !strings.Contains(text, "\x1f")
}

// issue makes an access token, after the audit trail recorded for whom.
func (s *Service) issue(ctx context.Context, c *customers.Customer, kind, credential string, claims keys.TokenClaims) (Grant, error) {
	grant, err := s.mint(ctx, c, claims)
	if err == nil {
		err = s.auditSignIn(ctx, c, kind, credential)
	}
	if err != nil {
		return Grant{}, err
	}
	return grant, nil
}

// mint makes an access token, which is shown once it is in the trail.
func (s *Service) mint(ctx context.Context, c *customers.Customer, claims keys.TokenClaims) (Grant, error) {
	if err := s.registry.MayAct(ctx, c); err != nil {
		return Grant{}, err
	}
	claims.Issued = s.clock()
	if claims.Expires.IsZero() {
		claims.Expires = claims.Issued.Add(keys.TokenLife)
	}
	text, err := s.tokens.Issue(claims, bindingOf(c, claims))
	if err != nil {
		return Grant{}, err
	}
	return Grant{
		AccessToken: text, ExpiresInSeconds: int(claims.Expires.Sub(claims.Issued).Round(time.Second) / time.Second), Scope: grantScope, CustomerID: c.ID,
	}, nil
}
