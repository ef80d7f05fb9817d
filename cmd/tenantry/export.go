package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/zstd"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/term"
	"tenantry/customers/events"
	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/internal/transfer"
	"tenantry/tenancy"
)

type exportCommand struct {
	File           string     `arg:"" help:"The file to make, compressed if its name ends in .zst; - is standard output." placeholder:"FILE"`
	Customer       tenancy.ID `help:"Export the customer ID with all below it, instead of all customers." placeholder:"ID"`
	PassphraseFile string     `help:"Seal sensitive values under the passphrase that FILE holds." placeholder:"FILE"`
	Recipient      string     `help:"Seal them for an age recipient (age1…)." placeholder:"RECIPIENT"`
	WithoutSealed  bool       `help:"Leave them out, and say what was left out."`
}

// Help explains what an export is.
func (exportCommand) Help() string {
	return `Writes customers with all that belongs to them as lines of JSON, beside a running service or
without one: docs/moving.md has the format. Keys and passwords are in it as hashes. Tax numbers,
account numbers, dates of birth, secrets of webhooks and the bytes of documents are sealed under a
passphrase or for a recipient, or left out. On SQLite it is the store as of one moment; on MongoDB
what is written meanwhile may be missing. Nothing is overwritten. It ends with 0 once the file is
whole; one that was cut off is never left under its name.`
}

// leastPassphrase is the fewest characters of a passphrase: whoever has the file can try them
// at leisure.
const leastPassphrase = 12

// Run exports customers.
func (c *exportCommand) Run(ctx context.Context, p *program) error {
	if err := p.Here(); err != nil {
		return err
	}
	key, err := c.key(p)
	if err != nil {
		return err
	}
	if c.File == "-" {
		return p.examined(ctx, func(reached *cli.Client) error {
			h, end, err := c.follow(ctx, p, reached, key, p.Stdout)
			if err != nil {
				return err
			}
			p.Tell("tenantry: " + strings.TrimSpace(exportedText(h, end, "standard output")))
			return nil
		})
	}
	dest, err := filepath.Abs(c.File)
	if err != nil {
		return fmt.Errorf("finding %s: %w", c.File, err)
	}
	if _, err := os.Lstat(dest); err == nil {
		return cli.Refused(dest+" exists already", "name another file: an export overwrites nothing")
	}
	return p.examined(ctx, func(reached *cli.Client) error {
		var h transfer.Header
		var end transfer.End
		err := writeWhole(dest, func(to io.Writer) (err error) {
			h, end, err = c.follow(ctx, p, reached, key, to)
			return err
		})
		if err != nil {
			return err
		}
		if p.Flags.JSON {
			return p.PrintJSON(exported{Path: dest, Header: h, Counts: end.Counts, Lost: end.Lost})
		}
		return p.Print("%s", exportedText(h, end, dest))
	})
}

// exported is the JSON form of an export.
type exported struct {
	Path string `json:"path"`
	transfer.Header
	// Counts are those of the last line.
	Counts transfer.Counts `json:"counts"`
	Lost   []transfer.Loss `json:"lost,omitempty"`
}

func exportedText(h transfer.Header, end transfer.End, to string) string {
	n := end.Counts
	text := fmt.Sprintf("Exported %s customers, %s pieces of documents, %s activities and %s events of installation %s to %s.\n",
		term.Count(int(n.Customers)), term.Count(int(n.Files)), term.Count(int(n.Activities)), term.Count(int(n.Events)), h.Installation, to)
	for _, loss := range end.Lost {
		text += fmt.Sprintf("Left out: %s %s of %s customers.\n", term.Count(int(loss.Values)), loss.What, term.Count(int(loss.Customers)))
		if loss.Why != "" {
			text += "  " + loss.Why + ".\n"
		}
	}
	return text
}

// key returns what seals the values.
func (c *exportCommand) key(p *program) (transfer.Key, error) {
	given := 0
	for _, one := range []bool{c.PassphraseFile != "", c.Recipient != "", c.WithoutSealed} {
		if one {
			given++
		}
	}
	if given != 1 {
		return transfer.Key{}, cli.Misused("say what becomes of sensitive values", "pass one of --passphrase-file FILE, --recipient age1… and --without-sealed")
	}
	switch {
	case c.WithoutSealed:
		return transfer.Key{Sealing: transfer.Sealing{By: transfer.LeftOut}}, nil
	case c.Recipient != "":
		key, err := transfer.KeyForRecipient(p.Random, c.Recipient)
		if err != nil {
			return key, cli.Misused(err.Error(), "make an identity with age-keygen; its public key begins with age1")
		}
		return key, nil
	}
	passphrase, err := passphraseIn(c.PassphraseFile)
	if err != nil {
		return transfer.Key{}, err
	}
	if utf8.RuneCountInString(passphrase.Reveal()) < leastPassphrase {
		return transfer.Key{}, cli.Misused(fmt.Sprintf("the passphrase is too short: it has fewer than %d characters", leastPassphrase), "whoever has the file can try passphrases at leisure: choose a long one")
	}
	return transfer.KeyForPassphrase(p.Random, passphrase)
}

// passphraseIn reads the first line of a file.
func passphraseIn(path string) (secret.Text, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return secret.Text{}, cli.Misused("the passphrase cannot be read: "+err.Error(), "name a file that this user can read with --passphrase-file")
	}
	first, _, _ := strings.Cut(string(content), "\n")
	return secret.New(strings.TrimSuffix(first, "\r")), nil
}

// writeWhole writes a file for its owner alone, under its name only once it is whole and
// on the disk.
func writeWhole(path string, write func(io.Writer) error) (err error) {
	partial := path + ".partial"
	file, err := os.OpenFile(partial, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return cli.Misused("the file cannot be made: "+err.Error(), "name a directory that exists and that this user may write to")
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(file.Close()), os.Remove(partial))
		}
	}()
	if err := file.Chmod(0o600); err != nil {
		return fmt.Errorf("making %s private: %w", partial, err)
	}
	var to io.Writer = file
	finish := func() error { return nil }
	if strings.HasSuffix(path, ".zst") {
		packed, err := zstd.NewWriter(file)
		if err != nil {
			return fmt.Errorf("compressing the export: %w", err)
		}
		to, finish = packed, packed.Close
	}
	if err := write(to); err != nil {
		return err
	}
	if err := errors.Join(finish(), file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("writing %s: %w", partial, err)
	}
	if err := os.Rename(partial, path); err != nil {
		return fmt.Errorf("naming the export: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// ignoreMissing returns nil for what was closed before.
func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrClosed) {
		return nil
	}
	return err
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	// Some file systems cannot sync a directory, and then need not.
	_ = dir.Sync()
	return dir.Close()
}

// exportRequest is the body of a request for an export.
type exportRequest struct {
	Customer tenancy.ID       `json:"customer,omitzero"`
	Sealed   transfer.Sealing `json:"sealed"`
	// Key seals the values; it leaves this machine in encrypted form alone.
	Key []byte `json:"key,omitempty"`
}

// exportFault is the last line of an export that failed.
type exportFault struct {
	Kind   string `json:"kind"`
	Error  string `json:"error"`
	Remedy string `json:"remedy,omitempty"`
}

const exportFailed = "error"

// follow has the installation export, and passes its lines on.
func (c *exportCommand) follow(ctx context.Context, p *program, reached *cli.Client, key transfer.Key, to io.Writer) (h transfer.Header, end transfer.End, err error) {
	body, err := json.Marshal(exportRequest{Customer: c.Customer, Sealed: key.Sealing, Key: key.Plain})
	if err != nil {
		return h, end, err
	}
	response, err := reached.Open(ctx, client.Request{Method: http.MethodPost, Path: exportPath, Body: body})
	if refusal, ok := errors.AsType[*client.Error](err); ok && refusal.Status == http.StatusNotFound {
		return h, end, cli.Older(reached)
	}
	if err != nil {
		return h, end, err
	}
	defer func() { _ = response.Body.Close() }()
	const again = "run it again; nothing is left of this one"
	var bar *term.Progress
	defer func() { bar.End() }()
	lines := bufio.NewReaderSize(response.Body, 1<<16)
	for number := 0; ; number++ {
		text, err := lines.ReadBytes('\n')
		switch {
		case ctx.Err() != nil:
			return h, end, ctx.Err()
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return h, end, cli.Refused("the export was interrupted", again)
		case err != nil:
			return h, end, cli.Unreachable("the connection to "+reached.Name+" was lost", again, err)
		}
		if bytes.HasPrefix(text, []byte(`{"kind":"`+exportFailed+`"`)) {
			var fault exportFault
			_ = json.Unmarshal(text, &fault)
			return h, end, cli.Refused(fault.Error, fault.Remedy)
		}
		if _, err := to.Write(text); err != nil {
			return h, end, fmt.Errorf("writing the export: %w", err)
		}
		if number == 0 {
			if h, err = transfer.ReadHeader(bytes.NewReader(text)); err != nil {
				return h, end, err
			}
			if p.Tells && !p.Flags.JSON {
				bar = term.NewProgress(p.Stderr, p.Now, string(transfer.Exporting), int(h.Counts.All()))
			}
			continue
		}
		if last, ok := transfer.ReadEnd(text); ok {
			return h, last, nil
		}
		bar.Done(number)
	}
}

// exportPath is the route that exports customers.
const exportPath = "/local/export"

// export writes the lines of an export. If the caller goes away it stops.
func (l *localRoutes) export(w http.ResponseWriter, r *http.Request) {
	var wanted exportRequest
	if err := json.NewDecoder(r.Body).Decode(&wanted); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		l.answer(w, exportFault{Kind: exportFailed, Error: "the request cannot be read"})
		return
	}
	if err := l.exportTo(r.Context(), w, wanted); err != nil {
		fault := exportFault{Kind: exportFailed, Error: cli.TextOf(err)}
		if wanted.Customer.IsZero() {
			fault.Remedy = "run `tenantry doctor`, which finds what cannot be read"
		}
		l.answer(w, fault)
	}
}

func (l *localRoutes) exportTo(ctx context.Context, w io.Writer, wanted exportRequest) (err error) {
	engine, ok := l.store.(store.Examined)
	if !ok {
		return cli.Refused("this engine cannot be exported", "")
	}
	subject := ""
	if !wanted.Customer.IsZero() {
		subject = wanted.Customer.String()
	}
	caller, err := l.service.Access.Local(ctx, subject)
	if err != nil {
		return err
	}
	err = l.service.Events.RecordExport(ctx, caller, events.Export{Of: "customers", Format: "ndjson", Unmasked: wanted.Sealed.By != transfer.LeftOut})
	if err != nil {
		return err
	}
	survey, err := engine.Survey(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, survey.Close()) }()
	_, err = transfer.Export(ctx, w, transfer.ExportOptions{
		Survey: survey, Sealer: l.keyring, Customer: wanted.Customer,
		Key:    transfer.Key{Sealing: wanted.Sealed, Plain: wanted.Key},
		Header: exportHeader(l.installation, l.now),
	})
	return err
}
