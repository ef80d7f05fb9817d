package commands

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers/view"
)

type keysRotateCommand struct {
	Customer string        `help:"The customer whose keys to rotate; default: the operator, or the customer of the key." placeholder:"ID"`
	Grace    time.Duration `help:"How long the old pair keeps working: 0s to 168h." default:"24h"`
	Expires  time.Duration `help:"When the new pair ends by itself, such as 2160h; default: never, or as late as the policy of the account allows."`
	Allow    []string      `help:"Addresses and networks that the new pair may be used from; default: those of the old pair." placeholder:"CIDR"`
}

// Help explains the JSON form.
func (keysRotateCommand) Help() string {
	return `Rotation never lengthens the life of an old pair. With --json it prints
{"keys": {"publishable", "secret"}, "previous": {"id", "expires"}}; previous is null if
there was no pair.`
}

// rotatedKeys is the JSON form of the outcome.
type rotatedKeys struct {
	Keys     view.KeysView `json:"keys"`
	Previous *previousPair `json:"previous"`
}

type previousPair struct {
	ID      string      `json:"id"`
	Expires *view.Stamp `json:"expires"`
}

// Run rotates the keys of a customer.
func (c *keysRotateCommand) Run(ctx context.Context, p *cli.Program) error {
	if c.Grace < 0 || c.Grace%time.Second != 0 {
		return cli.Misused("--grace must be a whole number of seconds, 0 or more", "write it like 0s, 90m or 24h")
	}
	if c.Expires < 0 || c.Expires%time.Second != 0 {
		return cli.Misused("--expires must be a whole number of seconds", "write it like 24h or 2160h")
	}
	wanted := map[string]any{"graceSeconds": int64(c.Grace / time.Second)}
	if c.Expires > 0 {
		wanted["expiresInSeconds"] = int64(c.Expires / time.Second)
	}
	if len(c.Allow) > 0 {
		wanted["allowedAddresses"] = c.Allow
	}
	body, err := json.Marshal(wanted)
	if err != nil {
		return err
	}
	return p.With(ctx, func(reached *cli.Client) error {
		id, err := idOr(ctx, reached, c.Customer)
		if err != nil {
			return err
		}
		var rotated struct {
			Keys     view.KeysView  `json:"keys"`
			Previous []view.KeyView `json:"previous"`
		}
		if _, err := reached.Read(ctx, client.Request{Method: http.MethodPost, Path: cli.CustomerPath(id, "keys", "rotate"), Body: body}, &rotated); err != nil {
			return err
		}
		shown := rotatedKeys{Keys: rotated.Keys}
		if len(rotated.Previous) > 0 {
			shown.Previous = &previousPair{ID: rotated.Previous[0].ID, Expires: rotated.Previous[0].Expires}
		}
		if p.Flags.JSON {
			return p.PrintJSON(shown)
		}
		return showRotated(p, shown)
	})
}

func showRotated(p *cli.Program, r rotatedKeys) error {
	if err := p.Print("The new keys, shown only once:\n"); err != nil {
		return err
	}
	if err := showPair(p, r.Keys); err != nil || r.Previous == nil {
		return err
	}
	return p.Print("The previous pair (%s) works until %s.\n", r.Previous.ID, moment(r.Previous.Expires))
}
