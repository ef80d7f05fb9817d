package commands

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
)

type banksListCommand struct{ customerFlag }

// Help shows an example.
func (banksListCommand) Help() string {
	return `Examples:
  tenantry banks list --customer 65be9a3f1c2d4e5f60718293

With --json it prints the answer of GET /v3/customers/{id}/banks.`
}

// Run lists banks.
func (c *banksListCommand) Run(ctx context.Context, p *cli.Program) error {
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		return told(ctx, p, reached, read(cli.CustomerPath(id, "banks")), func(list resultsOf[client.Bank]) error {
			if len(list.Results) == 0 {
				return p.Print("No banks.\n")
			}
			table := term.Table{Heading: []string{"ID", "NAME ON ACCOUNT", "ROUTING", "ACCOUNT", "STATUS", "VERIFIED", "DEFAULT"}}
			for _, b := range list.Results {
				table.Add(term.Cell{Text: b.ID}, term.Cell{Text: term.Shorten(b.NameOnAccount, 24)}, term.Cell{Text: b.RoutingNumber}, term.Cell{Text: "…" + b.Last4},
					term.Cell{Text: b.Status, Color: colorOf(b.Status)}, term.Cell{Text: yesOr(b.Verified)}, term.Cell{Text: yesOr(b.IsDefault)})
			}
			return table.Write(p.Stdout, p.Printer)
		})
	})
}

func yesOr(on bool) string {
	if on {
		return "yes"
	}
	return ""
}

type banksDropsCommand struct {
	CSV    string `help:"Write the payments, with whole account numbers, as CSV to FILE, which only you can read; needs --reason." name:"csv" placeholder:"FILE"`
	Reason string `help:"With --csv: why account numbers are read; it stands in the audit trail." placeholder:"TEXT"`
	Limit  int    `help:"List at most this many; 0 lists all." default:"0"`
}

// Help shows examples and says who may.
func (banksDropsCommand) Help() string {
	return `Lists the micro-deposits that wait to be sent, those that wait longest first, in the whole
installation; for the operator alone. After sending them, ` + "`tenantry banks sent`" + ` says so, and the
customer is asked to confirm the amounts. In a sandbox nobody sends money, so the list is empty.

Examples:
  tenantry banks drops
  tenantry banks drops --csv payments.csv --reason "payout of 4 March"

With --json each page of the API (at most 100 customers) is printed as received, one object per
line; account numbers are in the CSV alone.`
}

// Run lists micro-deposits that wait to be sent.
func (c *banksDropsCommand) Run(ctx context.Context, p *cli.Program) error {
	if (c.CSV == "") != (c.Reason == "") {
		return cli.Misused("--csv and --reason go together", "name a file with --csv, and say with --reason why account numbers are read")
	}
	return p.With(ctx, func(reached *cli.Client) error {
		if c.CSV != "" {
			return c.write(ctx, p, reached)
		}
		table := term.Table{Heading: []string{"CUSTOMER", "BANK", "ROUTING", "ACCOUNT", "CENTS", "CONFIRM BY"}}
		err := eachPage(ctx, p, reached, read("/v3/drops"), c.Limit, func(d client.DueDrops) {
			table.Add(term.Cell{Text: d.CustomerID}, term.Cell{Text: d.Bank.ID}, term.Cell{Text: d.Bank.RoutingNumber}, term.Cell{Text: "…" + d.Bank.Last4},
				term.Cell{Text: strings.Join(d.Amounts, " ")}, term.Cell{Text: d.ConfirmBy.UTC().Format("2006-01-02")})
		})
		if err != nil || p.Flags.JSON {
			return err
		}
		if len(table.Rows) == 0 {
			return p.Print("No micro-deposits wait to be sent.\n")
		}
		return table.Write(p.Stdout, p.Printer)
	})
}

// write writes all pages as CSV, under one heading, into a new file.
func (c *banksDropsCommand) write(ctx context.Context, p *cli.Program, reached *cli.Client) error {
	var whole strings.Builder
	rows := 0
	what := read("/v3/drops")
	what.Query = url.Values{"format": {"csv"}, "limit": {strconv.Itoa(pageSize)}, "reason": {c.Reason}}
	for {
		page, next, err := csvPage(ctx, reached, what)
		if err != nil {
			return err
		}
		heading, lines, _ := strings.Cut(page, "\n")
		if whole.Len() == 0 {
			whole.WriteString(heading + "\n")
		}
		whole.WriteString(lines)
		rows += strings.Count(lines, "\n")
		if next == "" {
			break
		}
		what.Query.Set("cursor", next)
	}
	if err := newFile(c.CSV, "--csv", whole.String()); err != nil {
		return err
	}
	if p.Flags.JSON {
		return p.PrintJSON(struct {
			File  string `json:"file"`
			Drops int    `json:"drops"`
		}{c.CSV, rows})
	}
	return p.Print("%s of payments written to %s.\n", plural(rows, "line"), c.CSV)
}

type banksSentCommand struct {
	customerFlag
	Bank string `arg:"" help:"Id of the bank; 'tenantry banks drops' shows those that wait."`
}

// Help shows an example.
func (banksSentCommand) Help() string {
	return `Notes that the two micro-deposits were sent; for the operator alone. Doing it again changes nothing.

Examples:
  tenantry banks sent 65be9a3f1c2d4e5f60718294 --customer 65be9a3f1c2d4e5f60718293

With --json it prints the answer of PUT /v3/customers/{id}/banks/{bid}/drops/sent.`
}

// Run notes that micro-deposits were sent.
func (c *banksSentCommand) Run(ctx context.Context, p *cli.Program) error {
	return c.with(ctx, p, func(reached *cli.Client, id string) error {
		what := client.Request{Method: http.MethodPut, Path: cli.CustomerPath(id, "banks", c.Bank, "drops", "sent")}
		return told(ctx, p, reached, what, func(b client.Bank) error {
			return p.Print("The micro-deposits to bank %s (…%s) are noted as sent.\n", term.Clean(b.ID), term.Clean(b.Last4))
		})
	})
}

// csvPage reads one page of CSV and returns where the list continues.
func csvPage(ctx context.Context, reached *cli.Client, what client.Request) (page, next string, err error) {
	answer, err := reached.Open(ctx, what)
	if err != nil {
		return "", "", err
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	var text strings.Builder
	for line, err := range answer.Lines() {
		if err != nil {
			return "", "", err
		}
		text.Write(line)
		text.WriteByte('\n')
	}
	return text.String(), answer.Header.Get("X-Next-Cursor"), nil
}
