package commands

import (
	"cmp"
	"context"
	"encoding/hex"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/customers/lifecycle"
	"tenantry/customers/view"
)

type triggerCommand struct {
	Event  string `arg:"" optional:"" help:"The type of event, such as customer.updated; without one, those that there are."`
	Parent string `help:"Make it happen to a customer below this one instead of the operator or the customer of the key." placeholder:"ID"`
	Plan   string `help:"Key of the plan of that customer; default: the first that may be handed out." placeholder:"KEY" api:"planKey"`
}

// Help explains what is left behind.
func (triggerCommand) Help() string {
	return `For work on a receiver, in a sandbox alone: makes a customer and has the event happen to it, as the
real thing does, so that more than the one event may come. The customer stays (except after
customer.deleted); its name begins with "Trigger".

Examples:

    tenantry trigger
    tenantry trigger customer.status_changed
    tenantry trigger key.rotated --profile sandbox`
}

// recipes say by which calls an event happens to a customer that was just made. What stands
// for {id} is its id, for {key} that of its key.
var recipes = map[string][]client.Request{
	"customer.created":        nil,
	"customer.updated":        {{Method: http.MethodPatch, Path: "/v3/customers/{id}", Body: []byte(`{"description":"changed by tenantry trigger"}`)}},
	"customer.status_changed": {{Method: http.MethodPatch, Path: "/v3/customers/{id}", Body: []byte(`{"status":"disabled"}`)}},
	"customer.deleted":        {{Method: http.MethodDelete, Path: "/v3/customers/{id}"}},
	"key.created":             {{Method: http.MethodPost, Path: "/v3/customers/{id}/keys", Body: []byte(`{"name":"Trigger","scopes":["read"]}`)}},
	"key.rotated":             {{Method: http.MethodPost, Path: "/v3/customers/{id}/keys/rotate", Body: []byte(`{"graceSeconds":0}`)}},
	"user.invited":            {{Method: http.MethodPost, Path: "/v3/customers/{id}/users/invitations", Body: []byte(`{"username":"{email}"}`)}},
	"bank.created":            {{Method: http.MethodPost, Path: "/v3/customers/{id}/banks", Body: []byte(`{"nameOnAccount":"Trigger","routingNumber":"121000248","accountNumber":"{digits}","accountType":"checking"}`)}},
}

// triggered is the JSON form of the outcome.
type triggered struct {
	Event    string `json:"event"`
	Customer string `json:"customer"`
}

// Run makes an event happen.
func (c *triggerCommand) Run(ctx context.Context, p *cli.Program) error {
	names := slices.Sorted(maps.Keys(recipes))
	calls, known := recipes[c.Event]
	switch {
	case c.Event == "" && p.Flags.JSON:
		return p.PrintJSON(map[string]any{"results": names})
	case c.Event == "":
		return p.Print("%s\n", strings.Join(names, "\n"))
	case !known:
		return cli.Misused("there is no trigger for "+c.Event, "those that there are: "+strings.Join(names, ", "))
	}
	return p.With(ctx, func(reached *cli.Client) error {
		var who client.WhoAmI
		if _, err := reached.Read(ctx, read("/v3/whoami"), &who); err != nil {
			return err
		}
		if who.Mode != "sandbox" {
			return cli.Refused(reached.Name+" is "+who.Mode+", and triggers are for a sandbox", "name a sandbox with --profile or --url")
		}
		made, err := c.customer(ctx, p, reached)
		if err != nil {
			return err
		}
		for _, what := range calls {
			fill := strings.NewReplacer("{id}", made.ID, "{email}", made.Email, "{digits}", digitsOf(made.ID))
			what.Path, what.Body = fill.Replace(what.Path), []byte(fill.Replace(string(what.Body)))
			if _, err := reached.Do(ctx, what); err != nil {
				return err
			}
		}
		if p.Flags.JSON {
			return p.PrintJSON(triggered{Event: c.Event, Customer: made.ID})
		}
		return p.Print("%s happened to %s (%s).\n", c.Event, made.Name, made.ID)
	})
}

// customer makes the customer that the event happens to.
func (c *triggerCommand) customer(ctx context.Context, p *cli.Program, reached *cli.Client) (made view.View, err error) {
	plan := c.Plan
	if plan == "" {
		var list resultsOf[lifecycle.PlanView]
		what := read("/v3/plans")
		what.As = c.Parent
		if _, err := reached.Read(ctx, what, &list); err != nil {
			return made, err
		}
		if len(list.Results) == 0 {
			return made, cli.Refused("there is no plan to hand out", "name a customer that has some with --parent")
		}
		plan = list.Results[0].Key
	}
	var bits [6]byte
	if _, err := io.ReadFull(p.Random, bits[:]); err != nil {
		return made, err
	}
	name := hex.EncodeToString(bits[:])
	what, err := write(http.MethodPost, "/v3/customers", map[string]any{"name": "Trigger " + name, "email": "trigger-" + name + "@example.com", "planKey": plan})
	if err != nil {
		return made, err
	}
	what.As = cmp.Or(c.Parent, what.As)
	_, err = reached.Read(ctx, what, &made)
	return made, err
}

// digitsOf returns ten digits that differ from those of other ids.
func digitsOf(id string) string {
	digits := make([]byte, 0, 10)
	for _, letter := range []byte(id[len(id)-10:]) {
		digits = append(digits, '0'+letter%10)
	}
	return string(digits)
}
