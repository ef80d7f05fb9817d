package onboarding

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"

	"tenantry/customers"
	"tenantry/customers/links"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
	"tenantry/tenancy"
)

// Visit is what anybody who has a link learns by it: whose pages it leads to and whether
// it opens, and nothing of the customer.
type Visit struct {
	// LinkID is the id of the link.
	LinkID string
	// State is that of the link; links.StateExpired also after a rotation of the key
	// ring, links.StateEnded also when its credential ended or an account is off.
	State string
	// Locale is the language that the platform asked for; empty for none.
	Locale string
	// ReturnURL and RefreshURL are where pages lead; empty for nowhere.
	ReturnURL, RefreshURL string
	// Expires is when the link and its session end at the latest.
	Expires time.Time
	Look    settings.Look

	customer *customers.Customer
	link     *links.Link
}

// Session is the browser that opened a link, while the link stands.
type Session struct {
	Visit

	// Caller acts for the customer, within what links may do.
	Caller tenancy.Caller
	// Customer is the record as it is; it is shared and must not be changed.
	Customer *customers.Customer
	// Steps are all steps of the link in their order, those that are done among them.
	Steps []Step
	// Waiting are the requirements that wait for somebody else than the customer.
	Waiting []plans.Requirement
}

// over returns the refusal of a link that is completed, ended or expired.
func over() error {
	return fault.New(fault.Forbidden, fault.CodeAccess, "this link was completed, was ended or has expired; ask whoever sent it for a new one")
}

// elsewhere returns the refusal of a browser that is not the one that opened the link.
func elsewhere() error {
	return fault.New(fault.Conflict, fault.CodeConflict, "this link was opened already, in another browser")
}

// Look returns what a link is, for whoever has it. It returns NotFound for a text that is
// no link of this installation, or one whose record is gone.
func (s *Service) Look(ctx context.Context, token secret.Text) (Visit, error) {
	named, current, err := s.signer.ParseLink(token)
	if err != nil {
		return Visit{}, err
	}
	c, err := s.store.Get(ctx, named.Customer)
	if err != nil {
		if errors.Is(err, rows.ErrNotFound) {
			return Visit{}, fault.NotFoundError()
		}
		return Visit{}, rows.StoreFault(err, "reading the customer of an onboarding link")
	}
	link := linkOf(c, named.ID)
	if link == nil || subtle.ConstantTimeCompare(link.Digest, keys.LinkDigest(token)) != 1 {
		return Visit{}, fault.NotFoundError()
	}
	visit := Visit{
		LinkID: link.ID.String(), State: link.State(s.registry.Now()), Locale: link.Locale,
		ReturnURL: link.ReturnURL, RefreshURL: link.RefreshURL, Expires: link.Expires, customer: c, link: link,
	}
	if visit.Look, err = s.look(ctx, c); err != nil {
		return Visit{}, err
	}
	if visit.State != links.StateOpen && visit.State != links.StateOpened {
		return visit, nil
	}
	if !current {
		visit.State = links.StateExpired
		return visit, nil
	}
	if err := s.stands(ctx, c, link); err != nil {
		if kind := fault.KindOf(err); kind != fault.Forbidden && kind != fault.NotFound {
			return Visit{}, err
		}
		visit.State = links.StateEnded
	}
	return visit, nil
}

// stands returns nil while the credential that minted the link could mint it again, and
// all accounts are on. It returns Forbidden or NotFound when not, and errors of the store.
func (s *Service) stands(ctx context.Context, c *customers.Customer, l *links.Link) error {
	minter, err := s.store.Get(ctx, l.Minter)
	if err != nil {
		return rows.StoreFault(err, "reading who minted an onboarding link")
	}
	credential := tenancy.Credential{Kind: tenancy.LocalSocket, Scopes: tenancy.Full}
	switch {
	case l.CreatedBy.IsZero():
	case l.CreatedByUser:
		credential = tenancy.Credential{Kind: tenancy.UserLogin}
		for _, user := range minter.Users {
			if user.ID == l.CreatedBy && user.Active {
				credential.Scopes = user.Scopes()
			}
		}
	default:
		credential = tenancy.Credential{Kind: tenancy.SecretKey}
		for _, entry := range minter.Keys {
			if entry.Maker(minter.ID) == l.CreatedBy && entry.Live(s.registry.Now()) {
				credential.Scopes = entry.Might()
			}
		}
	}
	caller := tenancy.Caller{Credential: credential, Actor: minter, Subject: minter}
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: Scopes}, c); err != nil {
		return err
	}
	if err := s.registry.MayAct(ctx, minter); err != nil {
		return err
	}
	return s.registry.MayAct(ctx, c)
}

// above reads a customer above c.
func (s *Service) above(ctx context.Context, c *customers.Customer, id tenancy.ID, root bool) (found *customers.Customer, err error) {
	if root {
		found, err = s.store.Root(ctx)
	} else {
		found, err = s.store.Get(ctx, tenancy.Ref{Tenant: c.Tenant, ID: id})
	}
	return found, rows.StoreFault(err, "reading who is above a customer")
}

// caller returns who acts with a link: the customer itself, within what links may do, so
// that the link reaches nothing above it. Events name the link as the credential.
func (v Visit) caller(address string) tenancy.Caller {
	return tenancy.Caller{
		Actor: v.customer, Subject: v.customer, Address: address,
		Credential: tenancy.Credential{Kind: tenancy.OnboardingLink, ID: linkCredential(v.link), Scopes: Scopes, Ends: &v.link.Expires},
	}
}

// linkCredential returns the id of a link as events show it.
func linkCredential(l *links.Link) string { return "link_" + l.ID.String() }

// Open opens a link in the browser that asks, for once, and returns the secret of its
// session, which the browser keeps. It returns NotFound, Forbidden for a link that is over,
// and Conflict for one that was opened.
func (s *Service) Open(ctx context.Context, token secret.Text, address string) (session secret.Text, err error) {
	visit, err := s.Look(ctx, token)
	if err != nil {
		return secret.Text{}, err
	}
	if err := opens(visit.State); err != nil {
		return secret.Text{}, err
	}
	random := make([]byte, 32)
	if _, err := io.ReadFull(s.random, random); err != nil {
		return secret.Text{}, fmt.Errorf("making the secret of a session: %w", err)
	}
	session = secret.New(base64.RawURLEncoding.EncodeToString(random))
	_, err = s.change(ctx, visit, address, EventOpened, func(d *registry.Draft, link *links.Link) error {
		if err := opens(link.State(d.Now)); err != nil {
			return err
		}
		link.Opened, link.Session = new(d.Now), keys.LinkDigest(session)
		link.Steps = s.seen(d.Customer, link)
		about(d, link, "")
		return nil
	})
	if err != nil {
		return secret.Text{}, err
	}
	return session, nil
}

func opens(state string) error {
	switch state {
	case links.StateOpen:
		return nil
	case links.StateOpened:
		return elsewhere()
	default:
		return over()
	}
}

// change changes the link of a visit in a draft of its customer.
func (s *Service) change(ctx context.Context, v Visit, address, event string, act func(*registry.Draft, *links.Link) error) (*customers.Customer, error) {
	at := registry.At{Customer: v.customer, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	return s.registry.Change(ctx, v.caller(address), at, event, func(d *registry.Draft) error {
		link := linkOf(d.Customer, v.link.ID)
		if link == nil {
			return fault.NotFoundError()
		}
		return act(d, link)
	})
}

// Enter returns the session of a browser that opened the link before. It returns NotFound,
// Forbidden for a link that is over, and Conflict for a browser that is another one or
// that has not opened it.
func (s *Service) Enter(ctx context.Context, token, session secret.Text, address string) (Session, error) {
	visit, err := s.Look(ctx, token)
	if err != nil {
		return Session{}, err
	}
	switch {
	case visit.State == links.StateOpen:
		return Session{Visit: visit}, elsewhere()
	case visit.State != links.StateOpened:
		return Session{Visit: visit}, over()
	case subtle.ConstantTimeCompare(visit.link.Session, keys.LinkDigest(session)) != 1:
		return Session{Visit: visit}, elsewhere()
	}
	return s.session(visit, address), nil
}

func (s *Service) session(v Visit, address string) Session {
	session := Session{Visit: v, Caller: v.caller(address), Customer: v.customer}
	session.Steps, session.Waiting = s.plan(v.customer, v.link)
	return session
}

// NewID returns a fresh id, by which the use case of a form knows it again when it is sent
// twice.
func (s *Service) NewID() (tenancy.ID, error) { return tenancy.NewID(s.registry.Now(), s.random) }
