package access

import (
	"context"
	"errors"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/keys"
)

// The grants of the token endpoint and its only scope (PayStand API reference,
// access token).
const (
	grantCredentials = "client_credentials"
	grantPassword    = "password"
	grantScope       = "auth"
)

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
	missing("scope", in.Scope.Given())
	if in.Scope.Given() && in.Scope.Value != grantScope {
		faults.AddValue("scope", fault.BadValue, in.Scope.Value, "must be auth")
	}
	return faults.Err()
}

// passwordGrant signs a dashboard user in. An unknown username costs as much time as a
// wrong password.
func (s *Service) passwordGrant(ctx context.Context, in GrantInput) (Grant, error) {
	name := customers.Fold(in.Username.Value)
	c, user, err := s.findUser(ctx, name)
	if err != nil {
		return Grant{}, err
	}
	if err := s.verifier.VerifyPassword(ctx, name, user.PasswordHash, in.Password.Value, in.Address); err != nil {
		s.noteFailure(ctx, userTarget(c, user.ID), err)
		return Grant{}, err
	}
	return s.issue(ctx, c, "user.signed_in", user.ID.String(), keys.TokenClaims{
		Ref: c.Ref(), User: user.ID, Generation: user.TokenGeneration, Scope: grantScope,
	})
}

// findUser finds a user through the reservation of its name; it returns an empty user
// for an unknown one.
func (s *Service) findUser(ctx context.Context, name string) (*customers.Customer, customers.User, error) {
	if !isStorable(name) || len(name) > 4*maxUsername {
		return nil, customers.User{}, nil
	}
	holder, err := s.store.ReservationHolder(ctx, "username:"+name)
	if errors.Is(err, rows.ErrNotFound) {
		return nil, customers.User{}, nil
	}
	if err != nil {
		return nil, customers.User{}, rows.StoreFault(err, "looking a user up")
	}
	c, err := s.store.Get(ctx, holder.Customer)
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

// isStorable reports whether a text can be part of a reservation.
func isStorable(text string) bool { return text != "" && strings.ToValidUTF8(text, "") == text }

// issue makes an access token, after the audit trail recorded for whom.
func (s *Service) issue(ctx context.Context, c *customers.Customer, kind, credential string, claims keys.TokenClaims) (Grant, error) {
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
	if err := s.auditSignIn(ctx, c, kind, credential); err != nil {
		return Grant{}, err
	}
	return Grant{
		AccessToken: text, ExpiresInSeconds: int(claims.Expires.Sub(claims.Issued).Round(time.Second) / time.Second), Scope: grantScope, CustomerID: c.ID,
	}, nil
}
