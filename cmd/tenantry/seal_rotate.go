package main

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type sealRotateCommand struct {
	KeepOld     bool `help:"Keep the old keys in the ring, so that backups and kept answers can still be opened."`
	EndTokens   bool `help:"End all access tokens too, for a ring that leaked: users sign in again. Not with --keep-old."`
	OnlyProcess bool `help:"With MongoDB: assert that no other process serves this database now."`
}

// Help explains what to know before a rotation.
func (sealRotateCommand) Help() string {
	return `Works beside a running service and may be interrupted at any point: run it again to go on.
Fingerprints of accounts, cards and documents change; the old ones open and guess nothing
any more. Single-use tokens and cursors of pages that clients hold end; access tokens go on
unless you say --end-tokens. Copy the new key ring to where you keep its copies.`
}

// Run rotates the key ring.
func (c *sealRotateCommand) Run(ctx context.Context, p *program) error {
	if err := p.Here(); err != nil {
		return err
	}
	settings, err := p.Settings(false)
	switch {
	case err != nil:
		return err
	case !settings.HasKeyringFile():
		return cli.Misused("the key ring comes from the environment or a program, where this command cannot change it",
			"rotate it as a file (seal.keyring_file), and put the new text where the old one came from")
	case c.KeepOld && c.EndTokens:
		return cli.Misused("--keep-old keeps what --end-tokens ends", "leave one of them out")
	case settings.UsesMongo() && !c.OnlyProcess:
		return cli.Misused("other processes may serve the same MongoDB database, and could not read what the new key seals",
			"stop them, run this with --only-process, give each the new key ring, and start them again")
	}
	return p.With(ctx, func(reached *cli.Client) error {
		var counted struct {
			Count int `json:"count"`
		}
		if _, err := reached.Read(ctx, client.Request{
			Method: http.MethodGet, Path: "/v3/customers", Query: url.Values{"deep": {"true"}, "limit": {"1"}},
		}, &counted); err != nil {
			return err
		}
		version, err := c.follow(ctx, p, reached, counted.Count+1) // The operator is not its own child.
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			return p.PrintJSON(rotatedRing{Version: version, Keyring: settings.KeyringFile()})
		}
		return p.Print("Key %d now seals everything. Keep a copy of %s in a safe place.\n", version, settings.KeyringFile())
	})
}

// rotatedRing is the JSON form of the outcome.
type rotatedRing struct {
	Version uint32 `json:"version"`
	Keyring string `json:"keyring"`
}

// follow starts the rotation and shows its progress.
func (c *sealRotateCommand) follow(ctx context.Context, p *program, reached *cli.Client, total int) (version uint32, err error) {
	var bar *term.Progress
	if p.Tells && !p.Flags.JSON {
		bar = term.NewProgress(p.Stderr, p.Now, "re-encrypting", total)
	}
	defer bar.End()
	const again = "run it again to go on; nothing is lost"
	what := client.Request{
		Method: http.MethodPost, Path: rotatePath, Query: url.Values{"keepOld": {strconv.FormatBool(c.KeepOld)}, "endTokens": {strconv.FormatBool(c.EndTokens)}},
	}
	err = cli.Follow(ctx, reached, what, "the rotation", again, func(step rotateStep) (ended bool, err error) {
		switch {
		case step.Error != "":
			return false, cli.Refused(step.Error, again)
		case step.Version > 0:
			version = step.Version
			return true, nil
		}
		bar.Done(step.Done)
		return false, nil
	})
	return version, err
}
