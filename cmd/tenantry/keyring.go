package main

import (
	"context"
	"errors"
	"io/fs"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/internal/config"
	"tenantry/internal/seal"
)

// keyring returns the key ring of the settings. A new one is made for an empty store
// only: where there are customers it would open none of their values, and would hide that
// the right ring is missing.
func (p *program) keyring(ctx context.Context, s *config.Loaded, empty, mayMake bool) (*seal.Ring, error) {
	if !s.Seal.Keyring.Empty() {
		ring, err := seal.Parse([]byte(s.Seal.Keyring.Reveal()), seal.WithClock(p.Now))
		if err != nil {
			return nil, &cli.Failure{Code: cli.ExitMisused, Text: "the key ring in the environment cannot be used", Cause: err,
				Hint: "put the whole text of a key ring file into TENANTRY_SEAL_KEYRING"}
		}
		return ring, nil
	}
	if len(s.Seal.KeyringCommand) > 0 {
		return p.printedKeyring(ctx, s.Seal.KeyringCommand)
	}
	path := s.KeyringFile()
	ring, err := seal.Open(path, seal.WithClock(p.Now))
	switch {
	case err == nil:
		return ring, nil
	case !errors.Is(err, fs.ErrNotExist):
		return nil, &cli.Failure{Code: cli.ExitMisused, Text: "the key ring cannot be used", Cause: err,
			Hint: "restore the file from your copy; only this user may read it (mode 0600)"}
	case !empty:
		return nil, cli.Misused("the key ring "+path+" is missing, and the customers of this store are sealed under it",
			"restore it from your copy; no other key ring opens what it sealed")
	case !mayMake:
		return nil, cli.Misused("there is no key ring at "+path, "run `tenantry init` once to make one")
	}
	ring, err = seal.Create(path, p.Random, seal.WithClock(p.Now))
	if err != nil {
		return nil, &cli.Failure{Code: cli.ExitMisused, Text: "the key ring cannot be created", Cause: err,
			Hint: "check that its directory exists and belongs to this user"}
	}
	return ring, nil
}
