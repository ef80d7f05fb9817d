package customers

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"tenantry/internal/fault"
	"tenantry/keys"
	"tenantry/tenancy"
)

// Limits of a restricted key.
const (
	maxKeyName      = 64
	minKeyLife      = time.Minute
	maxKeyLife      = 365 * 24 * time.Hour
	maxKeyLifeCount = int(maxKeyLife / time.Second)
)

// Keys lists the credentials of a customer, newest last, without the keys
// themselves; the last dead ones are kept for the record. Clerks see none. It
// returns NotFound and Forbidden insufficientScope.
func (s *Service) Keys(ctx context.Context, caller tenancy.Caller, id string) ([]KeyView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.Read | tenancy.KeysWrite})
	if err != nil {
		return nil, err
	}
	list := make([]KeyView, 0, len(c.Keys))
	for _, entry := range c.Keys {
		list = append(list, s.keyView(c, entry))
	}
	return list, nil
}

// MintKey mints a restricted key, shown once. It returns NotFound, Forbidden
// (also for scopes that the minting credential lacks) and Invalid. What an earlier
// try of the same attempt minted was seen by nobody and is revoked.
func (s *Service) MintKey(ctx context.Context, caller tenancy.Caller, id string, in RestrictedKeyInput) (MintedKey, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.KeysWrite})
	if err != nil {
		return MintedKey{}, err
	}
	scopes, life, err := in.parse()
	if err != nil {
		return MintedKey{}, err
	}
	if err := tenancy.AuthorizeScope(caller, scopes); err != nil {
		return MintedKey{}, err
	}
	var minted MintedKey
	changed, err := s.change(ctx, caller, c, 0, "key.created", func(d *draft) error {
		d.c.Keys, _ = keys.RevokeAttempt(d.c.Keys, in.Attempt, d.now)
		if err := d.roomForKey(); err != nil {
			return err
		}
		var ends *time.Time
		if life > 0 {
			ends = new(d.now.Add(life))
		}
		d.c.KeyCount++
		entry, text, err := s.minter.Restricted(d.c.Ref(), d.c.KeyCount, in.Name.Value, scopes, ends, d.now)
		if err != nil {
			return fmt.Errorf("minting a restricted key: %w", err)
		}
		entry.Attempt = in.Attempt
		d.setKeys(append(d.c.Keys, entry))
		minted = MintedKey{Key: s.keyView(d.c, entry), Secret: text}
		return nil
	})
	minted.Customer = changed
	return minted, err
}

func (in RestrictedKeyInput) parse() (scopes tenancy.Scope, life time.Duration, err error) {
	var faults fault.List
	if !in.Name.Given() || in.Name.Value == "" {
		faults.Add("name", fault.Missing, "give the key a name, to know it again in the list")
	} else {
		checkText(&faults, in.Name.Value, "name", maxKeyName)
	}
	if len(in.Scopes.Value) == 0 {
		faults.Add("scopes", fault.Missing, "name one or more of "+tenancy.Full.String())
	}
	for i, name := range in.Scopes.Value {
		scope, ok := tenancy.ParseScope(name)
		if !ok {
			faults.AddValue(fault.Index("scopes", i), fault.BadValue, name, "must be one of "+tenancy.Full.String())
		}
		scopes |= scope
	}
	if in.ExpiresInSeconds.Given() {
		// Compared as a count of seconds: a Duration would overflow.
		seconds := in.ExpiresInSeconds.Value
		if seconds < int(minKeyLife/time.Second) || seconds > maxKeyLifeCount {
			faults.AddValue("expiresInSeconds", fault.BadValue, strconv.Itoa(seconds), fmt.Sprintf("must be 60 to %d (a year)", maxKeyLifeCount))
		}
		life = time.Duration(min(seconds, maxKeyLifeCount)) * time.Second
	}
	return scopes, life, faults.Err()
}

// roomForKey refuses to go past the bound of live keys.
func (d *draft) roomForKey() error {
	if keys.CountLive(d.c.Keys, d.now) >= keys.MaxLive {
		return fault.New(fault.Invalid, fault.CodeValidation,
			fmt.Sprintf("at most %d live keys; revoke one first", keys.MaxLive)).About("keys", fault.TooMany)
	}
	return nil
}

// setKeys puts a list of entries in place without the old dead ones, and drops
// the notes of use of entries that are gone, so that the record stays small.
func (d *draft) setKeys(list []keys.Entry) {
	d.c.Keys = keys.Prune(list, d.now)
	maps.DeleteFunc(d.c.KeyUse, func(number string, _ time.Time) bool {
		return !slices.ContainsFunc(d.c.Keys, func(e keys.Entry) bool { return strconv.Itoa(int(e.Number)) == number })
	})
}

// RotateKeys mints a new pair, shown once, and ends every older pair after the
// grace period, or at its own end if that is sooner. The pair may do everything,
// so only a credential that may do everything mints it. It returns NotFound,
// Forbidden and Invalid.
func (s *Service) RotateKeys(ctx context.Context, caller tenancy.Caller, id string, in RotateInput) (RotatedKeys, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.Full})
	if err != nil {
		return RotatedKeys{}, err
	}
	seconds := in.GraceSeconds.Or(int(keys.DefaultGrace / time.Second))
	if seconds < 0 || seconds > int(keys.MaxGrace/time.Second) {
		var faults fault.List
		faults.AddValue("graceSeconds", fault.BadValue, strconv.Itoa(seconds), fmt.Sprintf("must be 0 to %d (7 days)", int(keys.MaxGrace/time.Second)))
		return RotatedKeys{}, faults.Err()
	}
	return s.rotate(ctx, caller, c, time.Duration(seconds)*time.Second, in.Attempt)
}

// rotate mints a pair in the place of the live ones. Another try of an attempt puts
// it in the place of the pair of the one before, and leaves the rest as that left it.
func (s *Service) rotate(ctx context.Context, caller tenancy.Caller, c *Customer, grace time.Duration, attempt tenancy.ID) (RotatedKeys, error) {
	var rotated RotatedKeys
	changed, err := s.change(ctx, caller, c, 0, "key.rotated", func(d *draft) error {
		previous := keys.RotatedBy(d.c.Keys, attempt)
		standing, again := keys.RevokeAttempt(d.c.Keys, attempt, d.now)
		d.c.Keys = standing
		if err := d.roomForKey(); err != nil {
			return err
		}
		d.c.KeyCount++
		entry, pair, err := s.minter.Pair(d.c.Ref(), d.c.KeyCount, d.now)
		if err != nil {
			return fmt.Errorf("minting a pair of keys: %w", err)
		}
		entry.Attempt = attempt
		if again {
			d.setKeys(append(d.c.Keys, entry))
		} else {
			standing, previous = keys.Rotate(d.c.Keys, entry, d.now, grace)
			d.setKeys(standing)
		}
		rotated = RotatedKeys{Pair: pair, Key: s.keyView(d.c, entry)}
		for i := len(previous) - 1; i >= 0; i-- {
			rotated.Previous = append(rotated.Previous, s.keyView(d.c, previous[i]))
		}
		return nil
	})
	rotated.Customer = changed
	return rotated, err
}

// RevokeKey ends a credential at once, and with it every access token that it
// issued. Nobody ends what may do more than itself: a pair may do everything, a
// restricted key what its scopes say. It returns NotFound, also for a key that is
// not there, and Forbidden.
func (s *Service) RevokeKey(ctx context.Context, caller tenancy.Caller, id, keyID string) (KeyView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.KeysWrite})
	if err != nil {
		return KeyView{}, err
	}
	number, ok := keys.ParseEntryID(keyID)
	if !ok {
		return KeyView{}, fault.NotFoundError()
	}
	changed, err := s.change(ctx, caller, c, 0, "key.revoked", func(d *draft) error {
		entry, found := keys.Find(d.c.Keys, number)
		if !found {
			return fault.NotFoundError()
		}
		if err := tenancy.AuthorizeScope(caller, mightOf(entry)); err != nil {
			return err
		}
		list, _ := keys.Revoke(d.c.Keys, number, d.now)
		d.c.Keys = list
		return nil
	})
	if err != nil {
		return KeyView{}, err
	}
	entry, _ := keys.Find(changed.Keys, number)
	return s.keyView(changed, entry), nil
}

// mightOf gives all that the keys of an entry may do.
func mightOf(entry keys.Entry) tenancy.Scope {
	return entry.ScopesFor(keys.Secret) | entry.ScopesFor(keys.Restricted)
}

func (s *Service) keyView(c *Customer, entry keys.Entry) KeyView {
	view := KeyView{
		ID: entry.ID(), Object: "key", Type: "pair", Name: entry.Name, Mode: string(entry.Mode),
		Scopes: entry.ScopesFor(keys.Secret).Names(), Hint: entry.Hint, Status: statusActive,
		Created: Stamp(entry.Created), Expires: stampOf(entry.Expires), Revoked: stampOf(entry.Revoked),
	}
	if entry.Restricted {
		view.Type, view.Scopes = "restricted", entry.Scopes.Names()
	}
	switch {
	case entry.Revoked != nil:
		view.Status = "revoked"
	case !entry.Live(s.clock()):
		view.Status = "expired"
	}
	if used, ok := c.KeyUse[strconv.Itoa(int(entry.Number))]; ok {
		view.LastUsed = stampOf(&used)
	}
	return view
}
