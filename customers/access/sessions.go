package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
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

// The life of a session: it ends when it was not used for a while, and after its longest
// life even so. When it was last used is noted no more often than noteEvery.
const (
	sessionIdle = 12 * time.Hour
	sessionLife = 14 * 24 * time.Hour
	noteEvery   = 10 * time.Minute
	maxSessions = 50
)

// sessionPrefix begins the keys of reservations of sessions: it is followed by the id of
// the user and the digest of the session's secret, so that those of a user are found
// together, and none of them can be used by who reads the store.
const sessionPrefix = "session:"

// MethodPassword is how users sign in. Another way, a second factor or a provider of
// identities, is a method of its own that ends in Sessions.begin with its name.
const MethodPassword = "password"

// Sessions are the signed-in browsers of people. A session is bound to its user: disabling
// the user, a new password and the end of the customer end it at once on every process. It
// is safe for concurrent use.
type Sessions struct{ access *Service }

// NewSessions returns the sessions of people.
func NewSessions(s *Service) *Sessions { return &Sessions{access: s} }

// SignInInput signs a person in with a password.
type SignInInput struct {
	Username string
	Password secret.Text
	// Account is needed where several accounts have a user of the name: the id of their
	// customer or of one above; empty where there is one user of the name.
	Account string
	// Address is where the request came from, for the limits of log-ins.
	Address string
}

// OpenedSession is a new session, whose secret is shown once.
type OpenedSession struct {
	Secret secret.Text
	Ends   time.Time
	// Customer is the one that the user belongs to.
	Customer *customers.Customer
}

// SessionView is a session as its user sees it.
type SessionView struct {
	// ID names it; it is no secret.
	ID              string
	Created, Seen   time.Time
	Ends            time.Time
	Network, Client string
	Method          string
	// Current reports whether it is the one that asks.
	Current bool
}

// session is what is kept of a session, beside the customer and the end.
type session struct {
	User       tenancy.ID `json:"user"`
	Generation int32      `json:"generation"`
	Created    time.Time  `json:"created"`
	Seen       time.Time  `json:"seen"`
	Network    string     `json:"network,omitempty"`
	Client     string     `json:"client,omitempty"`
	Method     string     `json:"method"`
}

// SignIn proves a user by its password and begins a session. It returns Invalid naming
// what is missing, Unauthenticated for a wrong name or password in the same words,
// Forbidden customerDisabled and the like, and RateLimited as a log-in for a token.
func (p *Sessions) SignIn(ctx context.Context, in SignInInput) (OpenedSession, error) {
	var faults fault.List
	if in.Username == "" {
		faults.Add("username", fault.Missing, "enter your user name")
	}
	if in.Password.Empty() {
		faults.Add("password", fault.Missing, "enter your password")
	}
	if err := faults.Err(); err != nil {
		return OpenedSession{}, err
	}
	c, user, err := p.access.prove(ctx, in.Username, in.Password, in.Account, "", in.Address)
	if err != nil {
		return OpenedSession{}, err
	}
	return p.begin(ctx, c, user, MethodPassword)
}

// begin begins the session of a user who was proven, after the audit trail recorded it.
func (p *Sessions) begin(ctx context.Context, c *customers.Customer, user customers.User, method string) (OpenedSession, error) {
	s := p.access
	if err := s.registry.MayAct(ctx, c); err != nil {
		return OpenedSession{}, err
	}
	if err := s.auditSignIn(ctx, c, "user.signed_in", user.ID.String()); err != nil {
		return OpenedSession{}, err
	}
	bits := append(make([]byte, 0, 44), user.ID[:]...)
	bits = append(bits, random32()...)
	text, now, origin := base64.RawURLEncoding.EncodeToString(bits), s.clock(), tenancy.OriginOf(ctx)
	held := rows.Reservation{Key: sessionKey(user.ID, text), Customer: c.Ref(), Taken: now, Ends: now.Add(sessionIdle)}
	var err error
	held.Request, err = json.Marshal(session{
		User: user.ID, Generation: user.TokenGeneration, Created: now, Seen: now, Network: origin.Address, Client: origin.UserAgent, Method: method,
	})
	if err != nil {
		return OpenedSession{}, err
	}
	if _, _, err := s.store.Reserve(ctx, held); err != nil {
		return OpenedSession{}, rows.StoreFault(err, "keeping a session")
	}
	return OpenedSession{Secret: secret.New(text), Ends: now.Add(sessionLife), Customer: c}, nil
}

func random32() []byte {
	bits := make([]byte, 32)
	_, _ = rand.Read(bits) // It never fails.
	return bits
}

func sessionKey(user tenancy.ID, text string) string {
	sum := sha256.Sum256([]byte(text))
	return sessionPrefix + user.String() + ":" + hex.EncodeToString(sum[:])
}

// userOf returns the user that the secret of a session names, and reports whether it has
// the form of one.
func userOf(text string) (user tenancy.ID, ok bool) {
	bits, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(bits) != len(user)+32 {
		return tenancy.ID{}, false
	}
	copy(user[:], bits)
	return user, true
}

// PresentedSession is what a browser shows of its session.
type PresentedSession struct {
	Secret secret.Text
	// SubjectID is the customer that the person acts for; empty for its own.
	SubjectID string
	Address   string
}

// Caller resolves the caller behind a session, as Authenticate does for other credentials.
// It returns Unauthenticated for a session that is unknown or has ended, in the same words
// for all, and the errors of Authenticate for the subject.
func (p *Sessions) Caller(ctx context.Context, in PresentedSession) (tenancy.Caller, error) {
	s, text := p.access, in.Secret.Reveal()
	userID, ok := userOf(text)
	if !ok {
		return tenancy.Caller{}, endedSession()
	}
	key := sessionKey(userID, text)
	held, kept, err := p.read(ctx, key)
	if err != nil {
		return tenancy.Caller{}, err
	}
	actor, err := s.store.Get(ctx, held.Customer)
	if errors.Is(err, rows.ErrNotFound) {
		return tenancy.Caller{}, endedSession()
	}
	if err != nil {
		return tenancy.Caller{}, rows.StoreFault(err, "reading the signer of a request")
	}
	user, found := userWith(actor, userID)
	if !found || !user.Active || user.TokenGeneration != kept.Generation {
		s.registry.Release(ctx, []rows.Reservation{held})
		return tenancy.Caller{}, endedSession()
	}
	caller := tenancy.Caller{Actor: actor, Address: in.Address, Credential: tenancy.Credential{
		Kind: tenancy.UserLogin, ID: user.ID.String(), Session: sessionID(key), Scopes: user.Scopes(), Maker: user.ID,
		Derive: func(label string) []byte { return keys.DeriveFrom(in.Secret, label) },
	}}
	if err := s.registry.MayAct(ctx, actor); err != nil {
		return signerAlone(caller), err
	}
	p.note(ctx, held, kept)
	if in.SubjectID == "" {
		caller.Subject = caller.Actor
		return caller, nil
	}
	return s.actFor(ctx, caller, in.SubjectID)
}

// read reads a session that has not ended.
func (p *Sessions) read(ctx context.Context, key string) (held rows.Reservation, kept session, err error) {
	held, err = p.access.store.ReservationHolder(ctx, key)
	if errors.Is(err, rows.ErrNotFound) {
		return held, kept, endedSession()
	}
	if err != nil {
		return held, kept, rows.StoreFault(err, "reading a session")
	}
	if json.Unmarshal(held.Request, &kept) != nil || !p.lives(held, kept) {
		return held, kept, endedSession()
	}
	return held, kept, nil
}

func (p *Sessions) lives(held rows.Reservation, kept session) bool {
	now := p.access.clock()
	return now.Before(held.Ends) && now.Before(kept.Created.Add(sessionLife))
}

// note moves the end of a session that is used. That it could not be noted does not stop
// the request: the session ends a little earlier.
func (p *Sessions) note(ctx context.Context, held rows.Reservation, kept session) {
	now := p.access.clock()
	if now.Sub(kept.Seen) < noteEvery {
		return
	}
	kept.Seen, kept.Network = now, tenancy.OriginOf(ctx).Address
	next := held
	next.Ends = now.Add(sessionIdle)
	var err error
	if next.Request, err = json.Marshal(kept); err == nil {
		_, _ = p.access.store.CompareAndSwap(ctx, held, next)
	}
}

func endedSession() error {
	return fault.New(fault.Unauthenticated, fault.CodeCredentials, "your session has ended; sign in again")
}

// Sessions lists the sessions of the signed-in user, the latest used first. current is the
// secret of the one that asks. It returns NotFound for a credential that is no user's.
func (p *Sessions) Sessions(ctx context.Context, caller tenancy.Caller, current secret.Text) ([]SessionView, error) {
	user, found := signedInAs(registry.Stored(caller.Actor), caller.Credential)
	if !found {
		return nil, fault.NotFoundError()
	}
	held, err := p.held(ctx, user.ID)
	if err != nil {
		return nil, err
	}
	own := sessionKey(user.ID, current.Reveal())
	var list []SessionView
	for _, one := range held {
		var kept session
		if json.Unmarshal(one.Request, &kept) != nil || !p.lives(one, kept) || kept.Generation != user.TokenGeneration {
			continue
		}
		list = append(list, SessionView{
			ID: sessionID(one.Key), Created: kept.Created, Seen: kept.Seen, Ends: one.Ends, Network: kept.Network, Client: kept.Client,
			Method: kept.Method, Current: one.Key == own,
		})
	}
	return list, nil
}

func (p *Sessions) held(ctx context.Context, user tenancy.ID) ([]rows.Reservation, error) {
	held, err := p.access.store.ReservationsBehind(ctx, sessionPrefix+user.String()+":", "", maxSessions)
	if err != nil {
		return nil, rows.StoreFault(err, "reading the sessions of a user")
	}
	return held, nil
}

// sessionID names a session: the beginning of its digest.
func sessionID(key string) string {
	digest := key[strings.LastIndexByte(key, ':')+1:]
	return digest[:min(24, len(digest))]
}

// EndSession ends one session of the signed-in user. It returns NotFound for one that is
// not there.
func (p *Sessions) EndSession(ctx context.Context, caller tenancy.Caller, id string) error {
	user, found := signedInAs(registry.Stored(caller.Actor), caller.Credential)
	if !found {
		return fault.NotFoundError()
	}
	held, err := p.held(ctx, user.ID)
	if err != nil {
		return err
	}
	for _, one := range held {
		if sessionID(one.Key) == id {
			return p.end(ctx, registry.Stored(caller.Actor), user.ID, one)
		}
	}
	return fault.NotFoundError()
}

// SignOut ends the session of that secret. One that has ended already is no error.
func (p *Sessions) SignOut(ctx context.Context, text secret.Text) error {
	user, ok := userOf(text.Reveal())
	if !ok {
		return nil
	}
	held, err := p.access.store.ReservationHolder(ctx, sessionKey(user, text.Reveal()))
	if errors.Is(err, rows.ErrNotFound) {
		return nil
	}
	if err != nil {
		return rows.StoreFault(err, "reading a session")
	}
	c, err := p.access.store.Get(ctx, held.Customer)
	if errors.Is(err, rows.ErrNotFound) {
		p.access.registry.Release(ctx, []rows.Reservation{held})
		return nil
	}
	if err != nil {
		return rows.StoreFault(err, "reading a user's customer")
	}
	return p.end(ctx, c, user, held)
}

func (p *Sessions) end(ctx context.Context, c *customers.Customer, user tenancy.ID, held rows.Reservation) error {
	s := p.access
	s.registry.Release(ctx, []rows.Reservation{held})
	if _, err := s.store.ReservationHolder(ctx, held.Key); !errors.Is(err, rows.ErrNotFound) {
		if err == nil {
			err = errors.New("it stands still")
		}
		return rows.StoreFault(err, "ending a session")
	}
	return s.registry.Audit(ctx, c, customers.Event{
		Type: "user.signed_out", Actor: c.ID, Subject: c.ID, Credential: user.String(), About: aboutCredential(c, user.String()),
	})
}
