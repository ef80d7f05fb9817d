package access

import (
	"context"
	"errors"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// Authenticate resolves the caller: the actor behind the presented credential, by
// one targeted read, and the subject it acts for, itself or a descendant, by one
// more when it is another. It returns
//
//   - Unauthenticated invalidCredentials for an absent, malformed, unknown, dead
//     or wrong credential, in the same words for all;
//   - Unauthenticated insufficientResourceAccess when X-CUSTOMER-ID is absent;
//   - Forbidden customerDisabled or customerLocked for the credential of such a customer
//     and of every customer below one;
//   - Forbidden addressNotAllowed for a key that may not be used from there;
//   - Forbidden insufficientResourceAccess when the subject is not the actor or
//     below it, in the same words as when it does not exist;
//   - RateLimited after too many failures.
//
// Beside an error that came after the credential was found good, every Forbidden
// among them, it returns the signer: a Caller without Subject and scopes, which may
// do nothing. It is there to count the request against that credential and to name
// it in the log.
func (s *Service) Authenticate(ctx context.Context, p Presented) (tenancy.Caller, error) {
	caller, err := s.signer(ctx, p)
	if err != nil {
		return tenancy.Caller{}, err
	}
	caller.Address = p.Address
	if err := checkNetwork(caller); err != nil {
		return signerAlone(caller), err
	}
	if err := s.registry.MayAct(ctx, registry.Stored(caller.Actor)); err != nil {
		return signerAlone(caller), err
	}
	if p.SubjectID == "" && (p.Itself || caller.Credential.Kind == tenancy.PublishableKey) {
		caller.Subject = caller.Actor
		return caller, nil
	}
	return s.actFor(ctx, caller, p.SubjectID)
}

// checkNetwork refuses a credential that may not be used from where the request came.
// It follows the verification: only a holder of the key learns that.
func checkNetwork(caller tenancy.Caller) error {
	if keys.FromAllowed(caller.Credential.Networks, caller.Address) {
		return nil
	}
	return fault.New(fault.Forbidden, fault.CodeAddress,
		"this key may not be used from this address; use it from one of its allowedAddresses, or mint another")
}

// signerAlone takes from a caller all that it could act with.
func signerAlone(caller tenancy.Caller) tenancy.Caller {
	caller.Subject, caller.Ahead, caller.Credential.Scopes, caller.Credential.Derive = nil, nil, 0, nil
	return caller
}

// signer verifies the credential and returns a caller without subject.
func (s *Service) signer(ctx context.Context, p Presented) (tenancy.Caller, error) {
	switch {
	case !p.Bearer.Empty():
		if p.SubjectID == "" && !p.Itself {
			return tenancy.Caller{}, fault.New(fault.Unauthenticated, fault.CodeAccess,
				"the header X-CUSTOMER-ID is missing: send the id of the customer that you act for beside your credential")
		}
		if keys.LooksLikeKey(p.Bearer) {
			return s.keyCaller(ctx, p, p.Bearer, false)
		}
		return s.tokenCaller(ctx, p)
	case !p.Publishable.Empty():
		return s.keyCaller(ctx, p, p.Publishable, true)
	default:
		return tenancy.Caller{}, fault.New(fault.Unauthenticated, fault.CodeCredentials,
			"send `Authorization: Bearer <secret key or access token>` and `X-CUSTOMER-ID: <customer id>`")
	}
}

// readSigner reads the customer that signs a request and, where that takes no further
// request to the store, those that the request names. Nothing follows from these before
// the caller was authorized for them.
func (s *Service) readSigner(ctx context.Context, ref tenancy.Ref, p Presented) (*customers.Customer, *tenancy.ReadAhead, error) {
	var others []tenancy.ID
	for _, text := range []string{p.SubjectID, p.TargetID} {
		if id, err := tenancy.ParseID(text); err == nil && id != ref.ID && !slices.Contains(others, id) {
			others = append(others, id)
		}
	}
	if others == nil {
		actor, err := s.store.Get(ctx, ref)
		return actor, nil, err
	}
	actor, along, err := s.store.GetTogether(ctx, ref, others)
	return actor, tenancy.NewReadAhead(along), err
}

func (s *Service) keyCaller(ctx context.Context, p Presented, text secret.Text, publishable bool) (tenancy.Caller, error) {
	presented, err := keys.Parse(text)
	if err != nil {
		return tenancy.Caller{}, err
	}
	if presented.Mode != s.mode {
		return tenancy.Caller{}, fault.New(fault.Unauthenticated, fault.CodeCredentials,
			"this is a "+string(presented.Mode)+" key and the installation is in "+string(s.mode)+" mode; use a key that was made here")
	}
	if (presented.Kind == keys.Publishable) != publishable {
		return tenancy.Caller{}, fault.New(fault.Unauthenticated, fault.CodeCredentials,
			"a secret key goes into Authorization: Bearer, a publishable key into X-PUBLISHABLE-KEY")
	}
	actor, ahead, err := s.readSigner(ctx, presented.Ref, p)
	if errors.Is(err, rows.ErrNotFound) {
		// In the words for a wrong key: made-up keys must not reveal
		// which customers exist.
		err = s.verifier.Refuse(presented, p.Address)
		s.noteFailure(ctx, target{}, err)
	}
	if err != nil {
		return tenancy.Caller{}, rows.StoreFault(err, "reading the signer of a request")
	}
	entry, proof, err := keys.Admit(actor.Keys, presented, s.clock())
	if err != nil {
		err = s.verifier.Refuse(presented, p.Address)
		s.noteFailure(ctx, keyTarget(actor, presented.Entry), err)
		return tenancy.Caller{}, err
	}
	if err := s.verifier.Verify(ctx, presented, proof, p.Address); err != nil {
		s.noteFailure(ctx, keyTarget(actor, presented.Entry), err)
		return tenancy.Caller{}, err
	}
	if tag := s.verifier.NewTag(presented, proof.Tag); tag != nil {
		s.uses.tag(actor.Ref(), keys.Tagged{Number: entry.Number, Kind: presented.Kind, Tag: tag})
	}
	caller := tenancy.Caller{Actor: actor, Address: p.Address, Ahead: ahead, Credential: credentialOf(actor, entry, presented.Kind)}
	caller.Credential.Derive = presented.Derive
	s.note(caller, entry)
	if !publishable { // pages of browsers may be deployed long before the servers are
		s.noteFirst(caller, entry)
	}
	return caller, nil
}

// credentialOf returns a key as the credential of a request.
func credentialOf(actor *customers.Customer, entry keys.Entry, kind keys.Kind) tenancy.Credential {
	credential := tenancy.Credential{
		Kind: keys.CredentialKindOf(kind), ID: entry.ID(actor.ID), Scopes: entry.ScopesFor(kind), Maker: entry.Maker(actor.ID),
	}
	if kind != keys.Publishable { // that one is used from everywhere, by browsers
		credential.Networks = entry.Networks
	}
	if entry.Restricted {
		credential.Ends = entry.Expires
	}
	return credential
}

// note notes the use of a key, from where it may be used.
func (s *Service) note(caller tenancy.Caller, entry keys.Entry) {
	if checkNetwork(caller) == nil {
		s.uses.note(caller.Actor.Ref(), entry.Number, s.clock(), caller.Address)
	}
}

// tokenCaller checks that what stands behind an access token still stands: the
// key that issued it, or the user that signed in.
func (s *Service) tokenCaller(ctx context.Context, p Presented) (tenancy.Caller, error) {
	token, err := s.tokens.Parse(p.Bearer)
	if err != nil {
		return tenancy.Caller{}, err
	}
	actor, ahead, err := s.readSigner(ctx, token.Claims.Ref, p)
	if errors.Is(err, rows.ErrNotFound) {
		err = deadToken()
	}
	if err != nil {
		return tenancy.Caller{}, rows.StoreFault(err, "reading the signer of a request")
	}
	if !token.BoundTo(bindingOf(actor, token.Claims)) {
		return tenancy.Caller{}, deadToken()
	}
	credential, live := credentialBehind(actor, token, s.clock())
	if !live {
		s.noteFailure(ctx, behind(actor, token.Claims), deadToken())
		return tenancy.Caller{}, deadToken()
	}
	credential.Derive = func(label string) []byte { return keys.DeriveFrom(p.Bearer, label) }
	caller := tenancy.Caller{Actor: actor, Address: p.Address, Ahead: ahead, Credential: credential}
	if entry, found := keys.Find(actor.Keys, token.Claims.Entry); found {
		s.note(caller, entry)
		s.noteFirst(caller, entry)
	}
	return caller, nil
}

// credentialBehind returns the key or the user behind an access token that is bound to it,
// as a credential; live is false when it has ended, or the token was revoked.
func credentialBehind(actor *customers.Customer, token keys.Token, now time.Time) (credential tenancy.Credential, live bool) {
	claims := token.Claims
	if claims.Entry > 0 {
		entry, found := keys.Find(actor.Keys, claims.Entry)
		if !found || !entry.Live(now) || entry.EndedTokens.Has(token) {
			return tenancy.Credential{}, false
		}
		return credentialOf(actor, entry, claims.Kind), true
	}
	user, found := userWith(actor, claims.User)
	if !found || !user.Active || user.TokenGeneration != claims.Generation || user.EndedTokens.Has(token) {
		return tenancy.Credential{}, false
	}
	return tenancy.Credential{Kind: tenancy.UserLogin, ID: user.ID.String(), Scopes: user.Scopes(), Maker: user.ID}, true
}

// behind returns the target that attempts with a token are counted at.
func behind(actor *customers.Customer, claims keys.TokenClaims) target {
	if claims.Entry > 0 {
		return keyTarget(actor, claims.Entry)
	}
	return userTarget(actor, claims.User)
}

func deadToken() error {
	return fault.New(fault.Unauthenticated, fault.CodeCredentials,
		"this access token was revoked, or the key or user behind it is no longer valid; get a new token from POST /v3/oauth/token")
}

// actFor sets the subject that the caller names. Beside an error it returns the signer
// alone.
func (s *Service) actFor(ctx context.Context, caller tenancy.Caller, subjectID string) (tenancy.Caller, error) {
	refuse := func() (tenancy.Caller, error) {
		if err := s.auditRefusal(ctx, caller, subjectID); err != nil {
			return signerAlone(caller), err
		}
		return signerAlone(caller), fault.New(fault.Forbidden, fault.CodeAccess,
			"you may act for yourself and for customers below you; X-CUSTOMER-ID names neither")
	}
	id, err := tenancy.ParseID(subjectID)
	if err != nil {
		return refuse()
	}
	if id == caller.Actor.Ref().ID {
		caller.Subject = caller.Actor
		return caller, nil
	}
	subject, err := s.lookup(ctx, caller, id)
	if errors.Is(err, rows.ErrNotFound) {
		return refuse()
	}
	if err != nil {
		return signerAlone(caller), rows.StoreFault(err, "reading the subject of a request")
	}
	if !tenancy.IsAbove(caller.Actor, subject) {
		return refuse()
	}
	caller.Subject = subject
	return caller, nil
}

func (s *Service) lookup(ctx context.Context, caller tenancy.Caller, id tenancy.ID) (*customers.Customer, error) {
	actor := registry.Stored(caller.Actor)
	if ahead := caller.Ahead.Take(actor, id); ahead != nil {
		return registry.Stored(ahead), nil
	}
	return s.registry.Lookup(ctx, actor, id)
}

// Local resolves a caller at the machine itself: the operator, with everything
// allowed, acting for the given customer or, when that is empty, for itself. It
// returns NotFound on an empty store and as Authenticate for the subject.
func (s *Service) Local(ctx context.Context, subjectID string) (tenancy.Caller, error) {
	caller, err := s.registry.System(ctx, "local")
	if err != nil || subjectID == "" {
		return caller, err
	}
	return s.actFor(ctx, caller, subjectID)
}
