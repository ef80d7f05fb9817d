package commands

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/bulk"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/view"
	"tenantry/internal/transfer"
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
func (c *createCommand) Run(ctx context.Context, p *cli.Program) error {
	if c.Bulk != "" {
		return c.runBulk(ctx, p)
	}
	if c.Answers != "" || c.Keys || c.DryRun {
		return cli.Misused("--answers, --keys and --dry-run belong to --bulk", "leave them out, or name a file of lines with --bulk")
	}
	body, err := c.body(p)
	if err != nil {
		return err
	}
	return p.With(ctx, func(reached *cli.Client) error {
		var made view.View
		answer, err := reached.Read(ctx, client.Request{Method: http.MethodPost, Path: "/v3/customers", As: c.Parent, Body: body}, &made)
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			return p.PrintRaw(answer)
		}
		return showCreated(p, made)
	})
}

// body returns the request body.
func (c *createCommand) body(p *cli.Program) ([]byte, error) {
	byFlags := c.Name != "" || c.Email != "" || c.Plan != ""
	switch {
	case byFlags && c.File != "":
		return nil, cli.Misused("--file cannot be combined with --name, --email or --plan", "use one or the other")
	case byFlags:
		given := map[string]string{}
		for name, value := range map[string]string{"name": c.Name, "email": c.Email, "planKey": c.Plan} {
			if value != "" { // The service reports what is missing.
				given[name] = value
			}
		}
		return json.Marshal(given)
	case c.File == "" && p.Asks:
		return nil, cli.Misused("there is no customer to create", "give --name, --email and --plan, or JSON with --file")
	}
	content, err := c.content(p)
	if err != nil {
		return nil, cli.Misused("the customer cannot be read: "+err.Error(), "check --file")
	}
	if len(bytes.TrimSpace(content)) == 0 {
		return nil, cli.Misused("the input holds no JSON", "give --name, --email and --plan, or JSON with --file")
	}
	return content, nil
}

func (c *createCommand) content(p *cli.Program) ([]byte, error) {
	if c.File == "" || c.File == "-" {
		return io.ReadAll(p.Stdin)
	}
	return os.ReadFile(c.File)
}

// bulkReport is what became of the lines of a file.
type bulkReport struct {
	DryRun bool `json:"dryRun,omitempty"`
	// Complete reports that every line was tried; StoppedAt is the last that was, Reason
	// why.
	Complete  bool          `json:"complete"`
	Created   int           `json:"created"`
	There     int           `json:"alreadyThere"`
	StoppedAt int           `json:"stoppedAt,omitempty"`
	Reason    string        `json:"reason,omitempty"`
	Refused   []bulkRefusal `json:"refused"`
}

// bulkRefusal is a line of which no customer was made, with the error of the service.
type bulkRefusal struct {
	Line           int             `json:"line"`
	IdempotencyKey string          `json:"idempotencyKey"`
	Error          json.RawMessage `json:"error"`
}

// bulkLine is one line of the answer of a bulk: that to one line, or the summary.
type bulkLine struct {
	Line           int             `json:"line"`
	IdempotencyKey string          `json:"idempotencyKey"`
	Replayed       json.RawMessage `json:"replayed"` // true, or a number in the summary
	Error          json.RawMessage `json:"error"`
	Object         string          `json:"object"`
	Complete       bool            `json:"complete"`
	StoppedAt      int             `json:"stoppedAt"`
	Reason         string          `json:"reason"`
}

// creating is the stage that the bar of a bulk shows.
const creating = transfer.Stage("creating customers")

// againHint says what to do after a bulk that did not come to its end.
const againHint = "run it again within 24 hours: customers that were made are not made twice"

// runBulk creates a customer for each line of a file.
func (c *createCommand) runBulk(ctx context.Context, p *cli.Program) error {
	switch {
	case c.File != "" || c.Name != "" || c.Email != "" || c.Plan != "":
		return cli.Misused("--bulk cannot be combined with --file, --name, --email or --plan", "put each customer into a line of the file")
	case c.Keys && c.Answers == "" && !c.DryRun:
		return cli.Misused("--keys needs --answers", "keys are shown only once: name a file that keeps them")
	}
	file, total, err := c.openBulk(p)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	answers := io.Discard
	if c.Answers != "" {
		kept, err := os.OpenFile(c.Answers, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return cli.Misused("the answers cannot be written: "+err.Error(), "name a file that this user can write with --answers")
		}
		defer func() { _ = kept.Close() }()
		answers = kept
	}
	query := url.Values{"continueOnError": {"true"}}
	for name, wanted := range map[string]bool{"keys": c.Keys, "dryRun": c.DryRun} {
		if wanted {
			query.Set(name, "true")
		}
	}
	return p.With(ctx, func(reached *cli.Client) error {
		lines, sending := io.Pipe()
		defer func() { _ = lines.Close() }()
		go func() { _ = sending.CloseWithError(bulk.Send(sending, file)) }()
		what := client.Request{Method: http.MethodPost, Path: "/v3/customers/bulk", Query: query, As: c.Parent, Reader: lines, ContentType: "application/x-ndjson"}
		report, err := c.followBulk(ctx, p, reached, what, total, answers)
		if err != nil {
			return err
		}
		return tellBulk(p, report)
	})
}

// openBulk opens the file and counts its lines, 0 where that cannot be told beforehand.
func (c *createCommand) openBulk(p *cli.Program) (file io.ReadCloser, total int, err error) {
	if c.Bulk == "-" {
		return io.NopCloser(p.Stdin), 0, nil
	}
	opened, err := os.Open(c.Bulk)
	if err != nil {
		return nil, 0, cli.Misused("the customers cannot be read: "+err.Error(), "name a file that this user can read with --bulk")
	}
	if info, err := opened.Stat(); err != nil || !info.Mode().IsRegular() {
		return opened, 0, nil //nolint:nilerr // reading it tells
	}
	buffer := make([]byte, 1<<20)
	for {
		n, err := opened.Read(buffer)
		total += bytes.Count(buffer[:n], []byte("\n"))
		if err != nil {
			break
		}
	}
	_, err = opened.Seek(0, io.SeekStart)
	return opened, total + 1, err
}

// followBulk sends the lines, shows how far they are and keeps the answers.
func (c *createCommand) followBulk(ctx context.Context, p *cli.Program, reached *cli.Client, what client.Request, total int, answers io.Writer) (report bulkReport, err error) {
	report = bulkReport{DryRun: c.DryRun, Refused: []bulkRefusal{}}
	response, err := reached.Open(ctx, what)
	if err != nil {
		return report, err
	}
	defer func() { _ = response.Body.Close() }()
	bar := cli.NewStages[transfer.Stage](p)
	defer bar.End()
	for in := bufio.NewReaderSize(response.Body, 64<<10); ; {
		text, err := in.ReadBytes('\n')
		if ctx.Err() != nil {
			return report, ctx.Err()
		}
		if err != nil {
			return report, cli.Unreachable("the connection to "+reached.Name+" was lost", againHint, err)
		}
		var line bulkLine
		if err := json.Unmarshal(text, &line); err != nil {
			return report, cli.Unreachable("the answer of "+reached.Name+" cannot be read", "check --url: is it a Tenantry service of this release?", err)
		}
		if line.Object == "bulk" {
			report.Complete, report.StoppedAt, report.Reason = line.Complete, line.StoppedAt, line.Reason
			return report, nil
		}
		if _, err := answers.Write(text); err != nil {
			return report, cli.Refused("the answers cannot be written: "+err.Error(), againHint)
		}
		switch {
		case line.Error != nil:
			one := bulkRefusal{Line: line.Line, IdempotencyKey: line.IdempotencyKey, Error: line.Error}
			report.Refused = append(report.Refused, one)
			if !p.Flags.JSON {
				bar.End()
				p.Tell(term.Clean(fmt.Sprintf("line %d is refused: %s", line.Line, one.text())))
			}
		case line.Replayed != nil:
			report.There++
		default:
			report.Created++
		}
		if total > 0 {
			bar.At(creating, line.Line, total)
		}
	}
}

// text says what is wrong with a line.
func (r bulkRefusal) text() (text string) {
	var told struct {
		Details client.ErrorDetails   `json:"details"`
		Errors  []client.ErrorDetails `json:"errors"`
	}
	if err := json.Unmarshal(r.Error, &told); err != nil {
		return string(r.Error)
	}
	if len(told.Errors) == 0 {
		told.Errors = []client.ErrorDetails{told.Details}
	}
	for i, d := range told.Errors {
		if i > 0 {
			text += "; "
		}
		if d.Parameter != "" {
			text += d.Parameter + ": "
		}
		text += cmp.Or(d.Explanation, d.Description)
	}
	return text
}

// tellBulk prints what became of the lines.
func tellBulk(p *cli.Program, r bulkReport) (err error) {
	if p.Flags.JSON {
		err = p.PrintJSON(r)
	} else {
		did := "Created"
		if r.DryRun {
			did = "Would create"
		}
		err = p.Print("%s %s customers; %s were already there, %s lines were refused.\n", did, term.Count(r.Created), term.Count(r.There), term.Count(len(r.Refused)))
	}
	switch {
	case err != nil:
		return err
	case !r.Complete:
		return cli.Refused(fmt.Sprintf("the lines behind %d were not tried: %s", r.StoppedAt, r.Reason), againHint)
	case len(r.Refused) > 0:
		return cli.Refused(fmt.Sprintf("%d lines were refused", len(r.Refused)), "put them right, and run it again within 24 hours: customers that were made are not made twice")
	}
	return nil
}
