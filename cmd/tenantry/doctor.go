package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/internal/config"
	"tenantry/internal/doctor"
	"tenantry/internal/store/sqlite"
)

type doctorCommand struct {
	Fix    bool `help:"Mend what can be mended without guessing."`
	Digest bool `help:"Show a digest of all customers too, equal on two stores that hold the same."`
}

// Help explains how it ends.
func (doctorCommand) Help() string {
	return `Examines the installation, beside a running service or without one, and changes nothing unless
--fix says so: a line for each check, ok, warning or fault, with what to do. It ends with 0 if no
check found a fault, and with 1 if one did; warnings do not count. With --fix, what was mended counts
as ok; run it again to see that it is.

The digest covers every customer with all that is nested in it, sealed values opened. It does not
depend on the order, the engine or the key ring.`
}

// Run examines the installation.
func (c *doctorCommand) Run(ctx context.Context, p *program) error {
	if err := p.Here(); err != nil {
		return err
	}
	if err := c.upToDate(ctx, p); err != nil {
		return err
	}
	return p.examined(ctx, func(reached *cli.Client) error {
		report, err := c.examine(ctx, p, reached)
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			err = p.PrintJSON(examined{Worst: report.Worst(), Report: report})
		} else if c.Digest {
			err = p.Print("digest   %s\n", report.Digest)
		}
		if err == nil && report.Worst() == doctor.Fault {
			err = cli.Refused("there are faults", "")
		}
		return err
	})
}

// examined is the JSON form of an examination.
type examined struct {
	Worst doctor.Level `json:"worst"`
	doctor.Report
}

// upToDate refuses a store of an earlier schema, which opening it would migrate.
func (c *doctorCommand) upToDate(ctx context.Context, p *program) error {
	s, err := p.Settings(false)
	if err != nil || s.UsesMongo() || isServed(ctx, s.Data) {
		return err
	}
	schema, err := schemaIn(ctx, s)
	if err != nil {
		return err
	}
	if schema > 0 && schema < sqlite.Schema {
		return cli.Refused(fmt.Sprintf("the store has schema %d, and this program writes schema %d: it examines what it would have to migrate first", schema, sqlite.Schema),
			"run `tenantry migrate`, which makes a backup first, or the doctor of the release that wrote the store")
	}
	return nil
}

func (c *doctorCommand) examine(ctx context.Context, p *program, reached *cli.Client) (report doctor.Report, err error) {
	var bar *term.Progress
	defer func() { bar.End() }()
	query := url.Values{"fix": {strconv.FormatBool(c.Fix)}, "digest": {strconv.FormatBool(c.Digest)}}
	work := ""
	err = cli.Follow(ctx, reached, client.Request{Method: http.MethodPost, Path: doctorPath, Query: query}, "the examination", "run it again",
		func(step doctorStep) (ended bool, err error) {
			switch {
			case step.Error != "":
				return false, cli.Refused(step.Error, "")
			case step.Report != nil:
				report = *step.Report
				return true, nil
			case step.Finding != nil:
				bar.End()
				bar = nil
				return false, c.show(p, *step.Finding)
			case p.Tells && !p.Flags.JSON && step.Work != work:
				bar.End()
				work, bar = step.Work, term.NewProgress(p.Stderr, p.Now, "reading "+step.Work, 0)
			}
			bar.Done(step.Done)
			return false, nil
		})
	return report, err
}

// show prints a finding on one line.
func (c *doctorCommand) show(p *program, f doctor.Finding) error {
	if p.Flags.JSON {
		return nil
	}
	color := map[doctor.Level]term.Color{doctor.OK: term.Good, doctor.Warning: term.Fair, doctor.Fault: term.Bad}[f.Level]
	text := f.Text
	if f.Mended != "" {
		text += " (" + f.Mended + ")"
	}
	if f.Remedy != "" {
		text += " → " + f.Remedy
	}
	return p.Print("%s  %s  %s\n", p.Printer.Sprint(color, fmt.Sprintf("%-7s", f.Level)), fmt.Sprintf("%-12s", f.Check), term.Clean(text))
}

// examined runs f with a client of the running service or, without one, of an installation
// that this process opens as it lies: nothing is relayed before it is looked at.
func (p *program) examined(ctx context.Context, f func(*cli.Client) error) error {
	settings, err := p.Settings(false)
	if err != nil {
		return err
	}
	p.TellConfig(settings)
	owned, err := p.take(ctx, settings, opening{})
	if taken, ok := errors.AsType[*datadir.TakenError](err); ok && isServed(ctx, settings.Data) {
		transport := socketTransport(settings.Data)
		defer transport.CloseIdleConnections()
		return f(cli.LocalClient(transport, "the service in "+taken.Path))
	}
	if err != nil {
		return err
	}
	return p.opened(ctx, settings, owned, f)
}

func (p *program) opened(ctx context.Context, s *config.Loaded, owned *datadir.Owned, f func(*cli.Client) error) (err error) {
	i, err := p.open(ctx, s, owned, opening{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.close(context.WithoutCancel(ctx))) }()
	return f(cli.LocalClient(cli.HandlerTransport{Handler: i.admin()}, "the store of "+owned.Path())) //nolint:contextcheck // a handler has the context of its request
}
