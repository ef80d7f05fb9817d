package access

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
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
// themselves; the last dead ones are kept for the record. Clerks see none, and a
// credential with keys:revoke alone sees the restricted ones. It returns NotFound and
// Forbidden insufficientScope.
func (s *Service) Keys(ctx context.Context, caller tenancy.Caller, id string) ([]view.KeyView, error) {
	need, all := tenancy.Read|tenancy.KeysWrite, true
	if scopes := caller.Credential.Scopes; !scopes.Has(need) && scopes.Has(tenancy.KeysRevoke) {
		need, all = tenancy.KeysRevoke, scopes.Has(tenancy.Read)
	}
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: need})
	if err != nil {
		return nil, err
	}
	list := make([]view.KeyView, 0, len(c.Keys))
	for _, entry := range c.Keys {
		if entry.Restricted || all {
			list = append(list, s.keyView(caller, c, entry))
		}
	}
	return list, nil
}

// MintKey mints a restricted key, shown once. A key of the caller's own customer may be
// used from nowhere that the minting key may not, and ends no later than a restricted key
// that mints it. It returns NotFound, Forbidden (also for scopes that the minting
// credential lacks, and while the customer or one above it is switched off) and Invalid. A
// key that an earlier try of the same attempt minted was never shown and is revoked.
func (s *Service) MintKey(ctx context.Context, caller tenancy.Caller, id string, in RestrictedKeyInput) (MintedKey, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.KeysWrite})
	if err != nil {
		return MintedKey{}, err
	}
	scopes, terms, err := in.parse()
	if err != nil {
		return MintedKey{}, err
	}
	if err := tenancy.AuthorizeScope(caller, scopes); err != nil {
		return MintedKey{}, err
	}
	var minted MintedKey
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.KeysWrite}, Replays: true}
	return registry.ChangeTo(ctx, s.registry, caller, at, "key.created", func(d *registry.Draft) error {
		if err := d.Active(); err != nil {
			return err
		}
		d.Customer.Keys, _ = keys.RevokeAttempt(d.Customer.Keys, in.Attempt, d.Now)
		if err := roomForKey(d); err != nil {
			return err
		}
		ends, networks := terms.under(d, true)
		if err := d.Err(); err != nil {
			return err
		}
		d.Customer.KeyCount++
		entry, text, err := s.minter.Restricted(ctx, d.Customer.Ref(), d.Customer.KeyCount, in.Name.Value, scopes, ends, d.Now)
		if err != nil {
			return fmt.Errorf("minting a restricted key: %w", err)
		}
		entry.Attempt, entry.Networks = in.Attempt, networks
		entry.CreatedBy, entry.CreatedByUser = d.Caller.Credential.Maker, d.Caller.Credential.IsUser()
		setKeys(d, append(d.Customer.Keys, entry))
		registry.About(d, "key", registry.KeyOf(d.Customer.ID, entry))
		minted = MintedKey{Key: s.keyView(d.Caller, d.Customer, entry), Secret: text}
		return nil
	}, func(c *customers.Customer) (MintedKey, error) {
		minted.Customer = c
		return minted, nil
	})
}

func (in RestrictedKeyInput) parse() (scopes tenancy.Scope, terms keyTerms, err error) {
	var faults fault.List
	if !in.Name.Given() || in.Name.Value == "" {
		faults.Add("name", fault.Missing, "give the key a name by which you recognize it in the list")
	} else {
		check.Text(&faults, in.Name.Value, "name", maxKeyName)
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
	terms = in.KeyTermsInput.parse(&faults)
	return scopes, terms, faults.Err()
}

// keyTerms are how long a key lives, 0 for no end, and from where it may be used.
type keyTerms struct {
	life     time.Duration
	networks []string
}

func (in KeyTermsInput) parse(faults *fault.List) (terms keyTerms) {
	if in.ExpiresInSeconds.Given() {
		// Compared as a count of seconds: a Duration would overflow.
		seconds := in.ExpiresInSeconds.Value
		if seconds < int(minKeyLife/time.Second) || seconds > maxKeyLifeCount {
			faults.AddValue("expiresInSeconds", fault.BadValue, strconv.Itoa(seconds), fmt.Sprintf("must be 60 to %d (a year)", maxKeyLifeCount))
		}
		terms.life = time.Duration(min(seconds, maxKeyLifeCount)) * time.Second
	}
	terms.networks = keys.ParseNetworks(in.AllowedAddresses.Value, "allowedAddresses", faults)
	return terms
}

// under returns the end and the networks of a new key: what was asked for, within what
// the account's policy and the minting credential allow. What was not asked for is as
// wide as they allow.
func (terms keyTerms) under(d *registry.Draft, restricted bool) (ends *time.Time, networks []string) {
	if longest := d.Customer.Settings.MaximumKeyLifetime(); longest > 0 {
		if terms.life > longest {
			d.Faults.AddValue("expiresInSeconds", fault.BadValue, strconv.Itoa(int(terms.life/time.Second)),
				fmt.Sprintf("the account's policy allows keys to last at most %d seconds; send no more", int(longest/time.Second)))
		} else if terms.life == 0 {
			ends = new(d.Now.Add(longest))
		}
	}
	if terms.life > 0 {
		ends = new(d.Now.Add(terms.life))
	}
	networks = terms.networks
	if by := d.Caller.Credential; d.Caller.Actor.Ref() == d.Customer.Ref() {
		if len(networks) == 0 {
			networks = by.Networks
		}
		if restricted && terms.life == 0 && by.Ends != nil && (ends == nil || ends.After(*by.Ends)) {
			ends = by.Ends
		}
	}
	return ends, networks
}

// roomForKey refuses to go past the bound of live keys.
func roomForKey(d *registry.Draft) error {
	if keys.CountLive(d.Customer.Keys, d.Now) >= keys.MaxLive {
		return fault.New(fault.Invalid, fault.CodeValidation,
			fmt.Sprintf("at most %d live keys; revoke one first", keys.MaxLive)).About("keys", fault.TooMany)
	}
	return nil
}

// setKeys puts a list of entries in place without the old dead ones, and drops
// the notes of use of entries that are gone, so that the record stays small.
func setKeys(d *registry.Draft, list []keys.Entry) {
	d.Customer.Keys = keys.Prune(list, d.Now)
	gone := func(number string) bool {
		return !slices.ContainsFunc(d.Customer.Keys, func(e keys.Entry) bool { return strconv.Itoa(int(e.Number)) == number })
	}
	maps.DeleteFunc(d.Customer.KeyUse, func(number string, _ time.Time) bool { return gone(number) })
	maps.DeleteFunc(d.Customer.KeyUseFrom, func(number string, _ *customers.Sealed) bool { return gone(number) })
}

// RotateKeys mints a new pair, shown once, and ends every older pair after the
// grace period, or at its own end if that is sooner. The pair may do everything,
// so only a credential that may do everything mints it. It returns NotFound,
// Forbidden (also while the customer or one above it is switched off) and Invalid.
func (s *Service) RotateKeys(ctx context.Context, caller tenancy.Caller, id string, in RotateInput) (RotatedKeys, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Full})
	if err != nil {
		return RotatedKeys{}, err
	}
	var faults fault.List
	seconds := in.GraceSeconds.Or(int(keys.DefaultGrace / time.Second))
	if seconds < 0 || seconds > int(keys.MaxGrace/time.Second) {
		faults.AddValue("graceSeconds", fault.BadValue, strconv.Itoa(seconds), fmt.Sprintf("must be 0 to %d (7 days)", int(keys.MaxGrace/time.Second)))
	}
	if after := in.GraceUntilUsed.Or(0); after < 0 || after > int(keys.MaxGrace/time.Second) {
		faults.AddValue("graceUntilUsed", fault.BadValue, strconv.Itoa(after), fmt.Sprintf("must be 0 to %d seconds (7 days)", int(keys.MaxGrace/time.Second)))
	}
	terms := in.parse(&faults)
	if err := faults.Err(); err != nil {
		return RotatedKeys{}, err
	}
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.Full}}
	return s.rotate(ctx, caller, at, graces{time.Duration(seconds) * time.Second, in.GraceUntilUsed}, terms, in.Attempt)
}

// graces are how long the pairs before a rotation last: in all, and after the first use of
// their successor, in seconds.
type graces struct {
	longest  time.Duration
	afterUse patch.Field[int]
}

// rotate mints a pair in the place of the live ones. Another try of an attempt puts
// it in the place of the pair of the one before, and leaves the rest as that left it.
func (s *Service) rotate(ctx context.Context, caller tenancy.Caller, at registry.At, grace graces, terms keyTerms, attempt tenancy.ID) (RotatedKeys, error) {
	var rotated RotatedKeys
	at.Replays = true
	return registry.ChangeTo(ctx, s.registry, caller, at, "key.rotated", func(d *registry.Draft) error {
		if err := d.Active(); err != nil {
			return err
		}
		previous := keys.RotatedBy(d.Customer.Keys, attempt)
		kept, again := keys.RevokeAttempt(d.Customer.Keys, attempt, d.Now)
		d.Customer.Keys = kept
		if err := roomForKey(d); err != nil {
			return err
		}
		ends, networks := terms.under(d, false)
		if len(networks) == 0 {
			networks = pairNetworks(d.Before.Keys, d.Now)
		}
		if err := d.Err(); err != nil {
			return err
		}
		d.Customer.KeyCount++
		entry, pair, err := s.minter.Pair(ctx, d.Customer.Ref(), d.Customer.KeyCount, d.Now)
		if err != nil {
			return fmt.Errorf("minting a pair of keys: %w", err)
		}
		entry.Attempt, entry.Expires, entry.Networks = attempt, ends, networks
		entry.CreatedBy, entry.CreatedByUser = d.Caller.Credential.Maker, d.Caller.Credential.IsUser()
		if again {
			setKeys(d, append(keys.SucceedAgain(d.Customer.Keys, entry), entry))
		} else {
			kept, previous = keys.Rotate(d.Customer.Keys, entry, d.Now, grace.longest)
			if grace.afterUse.Given() {
				kept = keys.EndAfterUse(kept, entry.Number, int32(grace.afterUse.Value), d.Now) //nolint:gosec // at most MaxGrace
			}
			setKeys(d, kept)
		}
		registry.About(d, "key", registry.KeyOf(d.Customer.ID, entry))
		registry.About(d, "graceSeconds", int(grace.longest/time.Second))
		if grace.afterUse.Given() {
			registry.About(d, "graceUntilUsed", grace.afterUse.Value)
		}
		replaced := make([]registry.AboutKey, 0, len(previous))
		for _, old := range previous {
			replaced = append(replaced, registry.KeyOf(d.Customer.ID, old))
		}
		registry.About(d, "replaced", replaced)
		rotated = RotatedKeys{Pair: pair, Key: s.keyView(d.Caller, d.Customer, entry)}
		for i := len(previous) - 1; i >= 0; i-- {
			rotated.Previous = append(rotated.Previous, s.keyView(d.Caller, d.Customer, previous[i]))
		}
		return nil
	}, func(c *customers.Customer) (RotatedKeys, error) {
		rotated.Customer = c
		return rotated, nil
	})
}

// pairNetworks returns from where the newest live pair may be used: one that takes its
// place may be used from there too, unless it is told otherwise.
func pairNetworks(entries []keys.Entry, now time.Time) (networks []string) {
	for _, entry := range entries {
		if !entry.Restricted && entry.Live(now) {
			networks = entry.Networks
		}
	}
	return networks
}

// ReplaceKeys puts a new pair of keys in the place of those that a creation wrote and
// never answered. It needs what a pair needs.
func (s *Service) ReplaceKeys(ctx context.Context, caller tenancy.Caller, c *customers.Customer) (*customers.Customer, keys.Pair, error) {
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.Full}}
	rotated, err := s.rotate(ctx, caller, at, graces{}, keyTerms{}, tenancy.ID{})
	return rotated.Customer, rotated.Pair, err
}

func (s *Service) keyView(caller tenancy.Caller, c *customers.Customer, entry keys.Entry) view.KeyView {
	shown := view.KeyView{
		ID: entry.ID(c.ID), Object: "key", Type: "pair", Name: entry.Name, Mode: string(entry.Mode),
		Scopes: entry.ScopesFor(keys.Secret).Names(), Hint: entry.Hint, Status: view.Active,
		AllowedAddresses: entry.Networks, CreatedBy: makerFor(caller, c, entry),
		Created: view.Stamp(entry.Created), Expires: view.StampOf(entry.Expires), Revoked: view.StampOf(entry.Revoked),
	}
	if entry.Restricted {
		shown.Type, shown.Scopes = "restricted", entry.Scopes.Names()
	}
	switch {
	case entry.Revoked != nil:
		shown.Status = "revoked"
	case !entry.Live(s.registry.Now()):
		shown.Status = "expired"
	}
	if entry.Successor > 0 && entry.Live(s.registry.Now()) {
		shown.GraceUntilUsed = new(int(entry.SecondsAfterUse))
	}
	if used, ok := c.KeyUse[strconv.Itoa(int(entry.Number))]; ok {
		shown.LastUsed = view.StampOf(&used)
	}
	if from, ok := c.KeyUseFrom[strconv.Itoa(int(entry.Number))]; ok {
		// A note that does not open belongs to a key ring that is gone: it is approximate.
		if text, err := s.sealer.Unseal(c.Ref(), tenancy.ID{}, customers.FieldKeyAddress, from.Box); err == nil {
			shown.LastUsedAddress = text.Reveal()
		}
	}
	return shown
}
