package main

import (
	"context"
	"errors"
	"io/fs"

	"tenantry/internal/config"
	"tenantry/internal/seal"
)

// keyring returns the key ring of the settings. A new one is made for an empty store
// only: where there are customers it would open none of their values, and would hide that
// the right ring is missing.
func (p *program) keyring(ctx context.Context, s *config.Loaded, empty, mayMake bool) (*seal.Ring, error) {
	if !s.Seal.Keyring.Empty() {
		ring, err := seal.Parse([]byte(s.Seal.Keyring.Reveal()), seal.WithClock(p.now))
		if err != nil {
			return nil, &failure{code: exitMisused, text: "the key ring in the environment cannot be used", cause: err,
				hint: "put the whole text of a key ring file into TENANTRY_SEAL_KEYRING"}
		}
		return ring, nil
	}
	if len(s.Seal.KeyringCommand) > 0 {
		return p.printedKeyring(ctx, s.Seal.KeyringCommand)
	}
	path := s.KeyringFile()
	ring, err := seal.Open(path, seal.WithClock(p.now))
	switch {
	case err == nil:
		return ring, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, &failure{code: exitMisused, text: "the key ring cannot be used", cause: err,
			hint: "restore the file from your copy; only this user may read it (mode 0600)"}
	case !empty:
		return nil, misused("the key ring "+path+" is missing, and the customers of this store are sealed under it",
			"restore it from your copy; no other key ring opens what it sealed")
	case !mayMake:
		return nil, misused("there is no key ring at "+path, "run `tenantry init` once to make one")
	}
	ring, err = seal.Create(path, p.random, seal.WithClock(p.now))
	if err != nil {
		return nil, &failure{code: exitMisused, text: "the key ring cannot be created", cause: err,
			hint: "check that its directory exists and belongs to this user"}
	}
	return ring, nil
}
