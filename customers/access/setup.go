package access

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"time"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// setupLife is how long a set-up link opens something.
const setupLife = 24 * time.Hour

const setupPrefix = "setup:"

// SetupLink is a one-time way to make an administrator of the operator.
type SetupLink struct {
	Token secret.Text
	Ends  time.Time
}

// SetupState is what anybody may know of the operator before signing in: not its name.
type SetupState struct {
	// HasUsers reports whether somebody can sign in for the operator already.
	HasUsers bool
	// Alone reports whether there is no customer beside the operator, so that nobody can
	// sign in at all while it has no users.
	Alone bool
}

// SetupInput names the operator and makes an administrator of it.
type SetupInput struct {
	Token secret.Text
	// Name and Email are taken while the operator has no user.
	Name, Email        string
	Username           string
	Password, Repeated secret.Text
	Address            string
}

// NewSetupLink makes a link that makes an administrator of the operator, once and within a
// day. It returns Forbidden to all but the operator itself with the scope users:write.
func (p *Sessions) NewSetupLink(ctx context.Context, caller tenancy.Caller) (SetupLink, error) {
	if err := tenancy.AuthorizeScope(caller, tenancy.UsersWrite); err != nil {
		return SetupLink{}, err
	}
	if !tenancy.IsOperator(caller.Actor) || caller.ActsForAnother() {
		return SetupLink{}, fault.New(fault.Forbidden, fault.CodeAccess, "only the operator makes set-up links")
	}
	s, operator := p.access, registry.Stored(caller.Actor)
	text, now := base64.RawURLEncoding.EncodeToString(random32()), s.clock()
	held := rows.Reservation{Key: setupKey(text), Customer: operator.Ref(), Taken: now, Ends: now.Add(setupLife)}
	if _, _, err := s.store.Reserve(ctx, held); err != nil {
		return SetupLink{}, rows.StoreFault(err, "keeping a set-up link")
	}
	err := s.registry.Audit(ctx, operator, customers.Event{
		Type: "setup.link_created", Actor: operator.ID, Subject: operator.ID, Credential: caller.Credential.ID,
	})
	return SetupLink{Token: secret.New(text), Ends: held.Ends}, err
}

func setupKey(text string) string {
	sum := sha256.Sum256([]byte(text))
	return setupPrefix + hex.EncodeToString(sum[:])
}

// Setup says how far the operator is set up. On an empty store it returns NotFound.
func (p *Sessions) Setup(ctx context.Context) (SetupState, error) {
	system, err := p.access.registry.System(ctx, "setup")
	if err != nil {
		return SetupState{}, err
	}
	state := SetupState{HasUsers: len(registry.Stored(system.Actor).Users) > 0}
	if !state.HasUsers {
		first, err := p.access.store.Scan(ctx, tenancy.ID{}, 2)
		if err != nil {
			return SetupState{}, rows.StoreFault(err, "looking for customers")
		}
		state.Alone = len(first) < 2
	}
	return state, nil
}

// SetUp uses a set-up link: it names the operator, if that has no user yet, makes the user
// an administrator of it and signs the user in. It returns Invalid with every failing
// field, among them the token of a link that is unknown, was used, or has ended; a refusal
// leaves the link good.
func (p *Sessions) SetUp(ctx context.Context, in SetupInput) (OpenedSession, error) {
	s := p.access
	held, err := s.store.ReservationHolder(ctx, setupKey(in.Token.Reveal()))
	if errors.Is(err, rows.ErrNotFound) || err == nil && !s.clock().Before(held.Ends) {
		return OpenedSession{}, fault.New(fault.Invalid, fault.CodeValidation,
			"this link was used or has ended; the program prints a new one when it starts, or run `tenantry setup-link`").About("token", fault.BadValue)
	}
	if err != nil {
		return OpenedSession{}, rows.StoreFault(err, "reading a set-up link")
	}
	if !in.Repeated.Equal(in.Password) {
		return OpenedSession{}, fault.New(fault.Invalid, fault.CodeValidation, "the two passwords differ; type the same one twice").About("repeated", fault.BadValue)
	}
	system, err := s.registry.System(ctx, "setup")
	if err != nil {
		return OpenedSession{}, err
	}
	used := held
	used.Ends, used.Taken, used.Fence = s.clock(), held.Taken.Add(time.Millisecond), held.Fence+1
	if ok, err := s.store.CompareAndSwap(ctx, held, used); err != nil || !ok {
		if err == nil {
			err = errors.New("another request used it at the same time")
		}
		return OpenedSession{}, rows.StoreFault(err, "using a set-up link")
	}
	var hash []byte
	var added tenancy.ID
	changed, err := s.registry.Change(ctx, system, registry.At{Need: tenancy.Need{Scope: tenancy.UsersWrite}}, "user.created", func(d *registry.Draft) error {
		if len(d.Customer.Users) == 0 {
			fields.Required(d, patch.Of(in.Name), &d.Customer.Name, "name", fields.MaxName)
			fields.RequiredEmail(d, patch.Of(in.Email))
		}
		addUser(d, UserInput{Username: patch.Of(in.Username), Password: patch.Of(in.Password), Role: patch.Of(string(customers.RoleAdmin))})
		if d.Err() != nil {
			return d.Err()
		}
		user := &d.Customer.Users[len(d.Customer.Users)-1]
		added = user.ID
		d.Prepare(func(ctx context.Context) (err error) {
			if hash == nil { // once: after a lost race it is still good
				hash, err = s.verifier.HashPassword(ctx, d.Customer.Tenant, in.Password)
			}
			user.PasswordHash = hash
			return err
		})
		return nil
	})
	if err != nil {
		back := used
		back.Ends = held.Ends
		_, _ = s.store.CompareAndSwap(context.WithoutCancel(ctx), used, back) // else a new link is made
		return OpenedSession{}, err
	}
	s.registry.Release(ctx, []rows.Reservation{used})
	user, _ := userWith(changed, added)
	return p.begin(ctx, changed, *user, MethodPassword)
}
