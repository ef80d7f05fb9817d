package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"

	"tenantry/customers/view"
)

type createCommand struct {
	File   string `short:"f" help:"Read the customer as JSON from FILE; - is standard input." placeholder:"FILE"`
	Name   string `help:"Name of the customer."`
	Email  string `help:"E-mail of the customer."`
	Plan   string `help:"Key of its plan; 'tenantry plans list' shows them."`
	Parent string `help:"Create it below this customer instead of the operator." placeholder:"ID"`

	Bulk    string `help:"Create a customer for each line of FILE, a JSON object each; - is standard input." placeholder:"FILE"`
	Answers string `help:"With --bulk: append the answer to each line to FILE, as JSON." placeholder:"FILE"`
	Keys    bool   `help:"With --bulk: make keys for each customer, which --answers keeps."`
	DryRun  bool   `help:"With --bulk: change nothing, and say what would be created and what refused."`
}

// Help explains the two ways to describe a customer.
func (createCommand) Help() string {
	return `Takes either --name, --email and --plan, or the whole customer as JSON, in the form of
POST /v3/customers, from --file or standard input. The new keys are shown only once.

With --bulk each line is one customer in that form, or {"idempotencyKey": …, "customer": {…}}. A line
without an idempotency key gets one that follows from its text: run again within 24 hours, the same
file makes no customer twice. Lines that are refused are named by their numbers, the others are
created. It ends with 0 if no line was refused, and with 1 if one was.`
}

// Run creates a customer.
func (c *createCommand) Run(ctx context.Context, p *program) error {
	if c.Bulk != "" {
		return c.runBulk(ctx, p)
	}
	if c.Answers != "" || c.Keys || c.DryRun {
		return misused("--answers, --keys and --dry-run belong to --bulk", "leave them out, or name a file of lines with --bulk")
	}
	body, err := c.body(p)
	if err != nil {
		return err
	}
	return p.with(ctx, func(reached *client) error {
		var made view.View
		answer, err := reached.read(ctx, call{method: http.MethodPost, path: "/v3/customers", subject: c.Parent, body: body}, &made)
		if err != nil {
			return err
		}
		if p.flags.JSON {
			return p.printRaw(answer)
		}
		return p.showCreated(made)
	})
}

// body returns the request body.
func (c *createCommand) body(p *program) ([]byte, error) {
	byFlags := c.Name != "" || c.Email != "" || c.Plan != ""
	switch {
	case byFlags && c.File != "":
		return nil, misused("--file cannot be combined with --name, --email or --plan", "use one or the other")
	case byFlags:
		given := map[string]string{}
		for name, value := range map[string]string{"name": c.Name, "email": c.Email, "planKey": c.Plan} {
			if value != "" { // The service reports what is missing.
				given[name] = value
			}
		}
		return json.Marshal(given)
	case c.File == "" && p.asks:
		return nil, misused("there is no customer to create", "give --name, --email and --plan, or JSON with --file")
	}
	content, err := c.content(p)
	if err != nil {
		return nil, misused("the customer cannot be read: "+err.Error(), "check --file")
	}
	if len(bytes.TrimSpace(content)) == 0 {
		return nil, misused("the input holds no JSON", "give --name, --email and --plan, or JSON with --file")
	}
	return content, nil
}

func (c *createCommand) content(p *program) ([]byte, error) {
	if c.File == "" || c.File == "-" {
		return io.ReadAll(p.stdin)
	}
	return os.ReadFile(c.File)
}
