package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/events"
	"tenantry/internal/config"
	"tenantry/internal/secret"
	"tenantry/internal/transfer"
	"tenantry/tenancy"
)

type importCommand struct {
	File           string     `arg:"" help:"The file that \"tenantry export\" made, compressed or not." placeholder:"FILE"`
	DryRun         bool       `help:"Change nothing: say what would be imported and what refused."`
	Under          tenancy.ID `help:"Put the topmost customers of the file below the customer ID of this installation." placeholder:"ID"`
	Map            []string   `help:"Give customers of one plan another one here; may be repeated." placeholder:"plan=OLD:NEW" sep:"none"`
	PassphraseFile string     `help:"Open sealed values with the passphrase that FILE holds." placeholder:"FILE"`
	IdentityFile   string     `help:"Open them with the age identity that FILE holds." placeholder:"FILE"`
}

// Help explains what an import keeps and what it refuses.
func (importCommand) Help() string {
	return `Makes the customers of a file here, beside a running service or without one, with the ids that
they had: keys and passwords go on to work, and events go on to count. An empty installation takes
the operator too. What stands already with the same content is left as it is, so an import that was
interrupted is run again. A line that cannot be imported is refused with its reason, and nothing of
it; the rest goes on. The file is read wholly before anything is written, and one that was cut off or
changed is refused. It ends with 0 if no line was refused, and with 1 if one was.`
}

// Run imports customers.
func (c *importCommand) Run(ctx context.Context, p *program) error {
	if err := p.Here(); err != nil {
		return err
	}
	plans, err := c.plans()
	if err != nil {
		return err
	}
	path, err := filepath.Abs(c.File)
	if err != nil {
		return fmt.Errorf("finding %s: %w", c.File, err)
	}
	bar := cli.NewStages[transfer.Stage](p.Program)
	h, _, err := verified(path, bar.At)
	bar.End()
	if err != nil {
		return err
	}
	key, err := c.key(h)
	if err != nil {
		return err
	}
	settings, err := p.Settings(true)
	if err != nil {
		return err
	}
	p.TellConfig(settings)
	wanted := importRequest{Path: path, Under: c.Under, Plans: plans, DryRun: c.DryRun, Sealed: key.Sealing, Key: key.Plain}
	return p.receiving(ctx, settings, func(reached *cli.Client) error {
		report, err := c.follow(ctx, p, reached, wanted)
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			err = p.PrintJSON(report)
		} else {
			err = p.Print("%s", importedText(report))
		}
		if err == nil && !report.Whole() {
			err = cli.Refused(fmt.Sprintf("%d lines were refused", len(report.Refused)), "put right what they say, and run it again: what stands is left as it is")
		}
		return err
	})
}

// verified reads an export wholly.
func verified(path string, progress transfer.Progress) (h transfer.Header, end transfer.End, err error) {
	file, err := transfer.Open(path)
	if err != nil {
		return h, end, cli.Misused("the file cannot be read: "+err.Error(), "name a file that this user can read")
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	h, end, err = transfer.Verify(file, progress)
	if bad, ok := errors.AsType[*transfer.BadFileError](err); ok {
		err = cli.Refused(path+" is no whole export: "+bad.Text, "nothing was imported; take the export again, or another copy of it")
	}
	return h, end, err
}

// plans returns the plans of --map.
func (c *importCommand) plans() (map[string]string, error) {
	plans := map[string]string{}
	for _, one := range c.Map {
		pair, ok := strings.CutPrefix(one, "plan=")
		from, to, both := strings.Cut(pair, ":")
		if !ok || !both || from == "" || to == "" {
			return nil, cli.Misused("--map must be plan=OLD:NEW", "repeat it for several plans")
		}
		plans[from] = to
	}
	return plans, nil
}

// key opens the key of the file.
func (c *importCommand) key(h transfer.Header) (key transfer.Key, err error) {
	switch {
	case h.Sealed.By == transfer.LeftOut:
		return transfer.Key{Sealing: h.Sealed}, nil
	case h.Sealed.By == transfer.ByPassphrase && c.PassphraseFile != "":
		var passphrase secret.Text
		if passphrase, err = passphraseIn(c.PassphraseFile); err != nil {
			return key, err
		}
		key, err = transfer.OpenWithPassphrase(h.Sealed, passphrase)
	case h.Sealed.By == transfer.ByRecipient && c.IdentityFile != "":
		content, failed := os.ReadFile(c.IdentityFile)
		if failed != nil {
			return key, cli.Misused("the identity cannot be read: "+failed.Error(), "name a file that this user can read with --identity-file")
		}
		key, err = transfer.OpenWithIdentity(h.Sealed, secret.New(string(content)))
	case h.Sealed.By == transfer.ByPassphrase:
		return key, cli.Misused("its sealed values are under a passphrase", "name the file that holds it with --passphrase-file")
	case h.Sealed.By == transfer.ByRecipient:
		return key, cli.Misused("its sealed values are for an age recipient", "name the file of its identity with --identity-file")
	default:
		return key, cli.Misused(fmt.Sprintf("its sealed values stand in a way that this program does not know: %q", h.Sealed.By), "import it with the release that wrote it: "+h.Program)
	}
	if err != nil {
		err = cli.Misused(err.Error(), "name the passphrase or identity that this export was made for")
	}
	return key, err
}

func importedText(r transfer.Report) string {
	did := "Imported"
	if r.DryRun {
		did = "Would import"
	}
	text := did
	for i, one := range []struct {
		what  string
		tally transfer.Tally
	}{{"customers", r.Customers}, {"pieces of documents", r.Files}, {"activities", r.Activities}, {"events", r.Events}} {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %s %s", term.Count(int(one.tally.Made)), one.what)
	}
	text += fmt.Sprintf("; %s lines were already there.\n", term.Count(int(r.Customers.There+r.Files.There+r.Activities.There+r.Events.There)))
	if gone := r.Customers.Left + r.Files.Left + r.Activities.Left + r.Events.Left; gone > 0 {
		text += fmt.Sprintf("%s lines were left out: those of the other operator, and of customers that were refused.\n", term.Count(int(gone)))
	}
	if r.Keyless > 0 {
		text += fmt.Sprintf("%s customers came without their keys, which name another platform: make new ones with `tenantry keys rotate`.\n", term.Count(int(r.Keyless)))
	}
	return text
}

// receiving runs f with a client of the running service or, without one, of an
// installation that this process opens, or begins.
func (p *program) receiving(ctx context.Context, s *config.Loaded, f func(*cli.Client) error) (err error) {
	owned, err := p.take(ctx, s, opening{mayBeEmpty: true})
	if taken, ok := errors.AsType[*datadir.TakenError](err); ok && isServed(ctx, s.Data) {
		transport := socketTransport(s.Data)
		defer transport.CloseIdleConnections()
		return f(cli.LocalClient(transport, "the service in "+taken.Path))
	}
	if err != nil {
		return err
	}
	i, err := p.open(ctx, s, owned, opening{damaged: p.tellDamage, mayBeEmpty: true, makeKeyring: true, adopts: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, i.close(context.WithoutCancel(ctx))) }()
	err = f(cli.LocalClient(cli.HandlerTransport{Handler: i.admin()}, "the store of "+owned.Path())) //nolint:contextcheck // a handler has the context of its request
	if i.empty {
		if _, there := i.store.Root(context.WithoutCancel(ctx)); there == nil {
			// From now on an empty store in its place is refused.
			_, failed := i.facts.keepCopy()
			err = errors.Join(err, failed)
		}
	}
	return err
}

// importPath is the route that imports customers.
const importPath = "/local/import"

// importRequest is the body of a request for an import.
type importRequest struct {
	// Path is absolute: who keeps the store reads the file.
	Path   string            `json:"path"`
	Under  tenancy.ID        `json:"under,omitzero"`
	Plans  map[string]string `json:"plans,omitempty"`
	DryRun bool              `json:"dryRun,omitempty"`
	Sealed transfer.Sealing  `json:"sealed"`
	Key    []byte            `json:"key,omitempty"`
}

// importStep is one line of the answer of an import: how far it is, a line that was
// refused, or how it ended.
type importStep struct {
	Stage   transfer.Stage    `json:"stage,omitempty"`
	Done    int               `json:"done,omitempty"`
	Total   int               `json:"total,omitempty"`
	Refused *transfer.Refusal `json:"refused,omitempty"`
	Report  *transfer.Report  `json:"report,omitempty"`
	Error   string            `json:"error,omitempty"`
	Remedy  string            `json:"remedy,omitempty"`
}

// follow has the installation import a file, and shows its progress.
func (c *importCommand) follow(ctx context.Context, p *program, reached *cli.Client, wanted importRequest) (report transfer.Report, err error) {
	body, err := json.Marshal(wanted)
	if err != nil {
		return report, err
	}
	bar := cli.NewStages[transfer.Stage](p.Program)
	defer bar.End()
	err = cli.Follow(ctx, reached, client.Request{Method: http.MethodPost, Path: importPath, Body: body}, "the import", "run it again to go on: what stands is left as it is",
		func(step importStep) (ended bool, err error) {
			switch {
			case step.Error != "":
				return false, cli.Refused(step.Error, step.Remedy)
			case step.Report != nil:
				report = *step.Report
				return true, nil
			case step.Refused != nil:
				if !p.Flags.JSON {
					bar.End()
					r := step.Refused
					p.Tell(term.Clean(fmt.Sprintf("line %d: %s %s is refused: %s", r.Line, r.Kind, nameOf(r.ID), r.Why)))
				}
				return false, nil
			}
			bar.At(step.Stage, step.Done, step.Total)
			return false, nil
		})
	return report, err
}

func nameOf(id tenancy.ID) string {
	if id.IsZero() {
		return "(unread)"
	}
	return id.String()
}

// receive imports a file and writes a line for each step. If the caller goes away it
// stops, and the next call goes on from there.
func (l *localRoutes) receive(w http.ResponseWriter, r *http.Request) {
	var wanted importRequest
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil || !filepath.IsAbs(wanted.Path) {
		w.WriteHeader(http.StatusBadRequest)
		l.answer(w, importStep{Error: "the request cannot be read"})
		return
	}
	if !l.receiving.TryLock() {
		w.WriteHeader(http.StatusConflict)
		l.answer(w, importStep{Error: "an import is under way already", Remedy: "try again when it has ended"})
		return
	}
	report, err := l.receiveAlone(r.Context(), wanted, func(step importStep) { l.answer(w, step) })
	if err != nil {
		last := importStep{Error: cli.TextOf(err), Remedy: "run it again to go on: what stands is left as it is"}
		if errors.Is(err, fs.ErrPermission) {
			last.Remedy = "the running service reads the file: put it where its user may read it"
		} else if _, bad := errors.AsType[*transfer.BadFileError](err); bad {
			last.Remedy = ""
		}
		l.answer(w, last)
		return
	}
	l.answer(w, importStep{Report: &report})
}

// receiveAlone imports and frees the lock before the last line is written.
func (l *localRoutes) receiveAlone(ctx context.Context, wanted importRequest, tell func(importStep)) (report transfer.Report, err error) {
	defer l.receiving.Unlock()
	engine, ok := l.store.(transfer.Store)
	if !ok {
		return report, cli.Refused("this engine cannot be imported into", "")
	}
	file, err := transfer.Open(wanted.Path)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if !wanted.DryRun {
		if err := l.recordImport(ctx, wanted); err != nil {
			return report, err
		}
	}
	told := make(chan importStep)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for step := range told {
			tell(step)
		}
	}()
	report, err = transfer.Import(ctx, file, transfer.ImportOptions{
		Store: engine, Registry: l.service.Registry, Sealer: l.keyring, Ring: l.keyring.Ring().Name(), Mode: string(l.settings.Mode),
		Key: transfer.Key{Sealing: wanted.Sealed, Plain: wanted.Key}, Under: wanted.Under, Plans: wanted.Plans, DryRun: wanted.DryRun,
		Refused: func(r transfer.Refusal) { told <- importStep{Refused: &r} },
		Progress: func(stage transfer.Stage, done, total int) {
			told <- importStep{Stage: stage, Done: done, Total: total}
		},
	})
	close(told)
	<-done
	return report, err
}

// recordImport writes into the trail that customers come from another installation. One
// that comes as a whole brings its own trail.
func (l *localRoutes) recordImport(ctx context.Context, wanted importRequest) (err error) {
	file, err := transfer.Open(wanted.Path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	h, err := transfer.ReadHeader(file)
	if err != nil {
		return err
	}
	if l.empty || h.Customer.IsZero() && wanted.Under.IsZero() && h.Operator == l.rootID(ctx) {
		return nil
	}
	subject := ""
	if !wanted.Under.IsZero() {
		subject = wanted.Under.String()
	}
	caller, err := l.service.Access.Local(ctx, subject)
	if err != nil {
		return err
	}
	return l.service.Events.RecordImport(ctx, caller, events.Import{Installation: h.Installation, Customers: h.Counts.Customers})
}

// rootID returns the id of the operator, zero where there is none.
func (l *localRoutes) rootID(ctx context.Context) tenancy.ID {
	root, err := l.store.Root(ctx)
	if err != nil {
		return tenancy.ID{}
	}
	return root.ID
}

// exportHeader returns what the header of an export says of its installation.
func exportHeader(i *installation, now func() time.Time) transfer.Header {
	document := i.facts.current()
	return transfer.Header{
		Schema: document.Schema, Program: cli.Version(), Installation: document.ID, Ring: i.keyring.Ring().Name(),
		Mode: string(i.settings.Mode), Time: now(),
	}
}
