package commands

import (
	"context"
	"net/http"
	"net/url"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type documentsListCommand struct {
	customerFlag
	Deep   bool   `help:"List the documents of all customers below that wait for a decision."`
	Status string `help:"Only with this status: pending or reviewed." placeholder:"STATUS"`
	Limit  int    `help:"With --deep: list at most this many; 0 lists all." default:"50"`
}

// Help shows examples and explains the JSON form.
func (documentsListCommand) Help() string {
	return `Examples:
  tenantry documents list --deep
  tenantry documents list --customer 65be9a3f1c2d4e5f60718293

With --json each page of the API is printed as received, one object per line.`
}

// Run lists documents.
func (c *documentsListCommand) Run(ctx context.Context, p *cli.Program) error {
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		table := term.Table{Heading: []string{"ID", "CUSTOMER", "TYPE", "DECISION", "UPLOADED"}}
		row := func(d client.Document) {
			table.Add(term.Cell{Text: d.ID}, term.Cell{Text: d.CustomerID}, term.Cell{Text: string(d.DocumentType)},
				term.Cell{Text: d.VerificationStatus, Color: decisionColor(d.VerificationStatus)}, term.Cell{Text: when(d.Created)})
		}
		what := client.Request{Method: http.MethodGet, Path: cli.CustomerPath(id, "documents"), Query: url.Values{}}
		if c.Status != "" {
			what.Query.Set("status", c.Status)
		}
		var err error
		if c.Deep {
			what.Query.Set("deep", "true")
			err = eachPage(ctx, p, reached, what, c.Limit, row)
		} else {
			err = told(ctx, p, reached, what, func(list resultsOf[client.Document]) error {
				for _, d := range list.Results {
					row(d)
				}
				return nil
			})
		}
		if err != nil || p.Flags.JSON {
			return err
		}
		if len(table.Rows) == 0 {
			return p.Print("No documents.\n")
		}
		return table.Write(p.Stdout, p.Printer)
	})
}

func decisionColor(decision string) term.Color {
	if decision == "accepted" {
		return term.Good
	}
	return colorOf(decision)
}

type documentsDecideCommand struct {
	customerFlag
	Document string   `arg:"" help:"Id of the document; 'tenantry documents list' shows them."`
	Decision string   `arg:"" enum:"accepted,rejected" help:"accepted or rejected."`
	Reason   []string `help:"With rejected: what is wrong with it, for the customer; may be repeated." placeholder:"REASON"`
	Yes      bool     `short:"y" help:"Do not ask."`
}

// Help shows examples.
func (documentsDecideCommand) Help() string {
	return `An accepted document ends the review that asked for it; after a rejected one, another can be sent.
A decision cannot be taken back.

Examples:
  tenantry documents decide 65be9a3f1c2d4e5f60718294 accepted --customer 65be9a3f1c2d4e5f60718293
  tenantry documents decide 65be9a3f1c2d4e5f60718294 rejected --customer 65be9a3f1c2d4e5f60718293 --reason blurry --yes

With --json it prints the answer of PATCH /v3/customers/{id}/documents/{did}.`
}

// Run decides on a document after asking for confirmation.
func (c *documentsDecideCommand) Run(ctx context.Context, p *cli.Program) error {
	if c.Customer == "" {
		return cli.Misused("there is no customer", "name the customer that the document is about with --customer; `tenantry documents list --deep` shows it")
	}
	question := "Note the document " + term.Clean(c.Document) + " of customer " + term.Clean(c.Customer) + " as " + c.Decision + "? This cannot be taken back."
	if err := confirmed(p, c.Yes, "deciding on "+c.Document, question); err != nil {
		return err
	}
	members := map[string]any{"decision": c.Decision}
	if len(c.Reason) > 0 {
		members["reasons"] = c.Reason
	}
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		what, err := write(http.MethodPatch, cli.CustomerPath(id, "documents", c.Document), members)
		if err != nil {
			return err
		}
		return told(ctx, p, reached, what, func(d client.Document) error {
			return p.Print("The document %s is %s.\n", term.Clean(d.ID), p.Printer.Sprint(decisionColor(d.VerificationStatus), term.Clean(d.VerificationStatus)))
		})
	})
}
