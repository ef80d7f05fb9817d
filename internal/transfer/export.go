package transfer

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/evidence"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// Stage is what a transfer is doing.
type Stage string

// The stages.
const (
	Counting   Stage = "counting"
	Exporting  Stage = "exporting"
	Verifying  Stage = "verifying"
	Importing  Stage = "importing"
	Comparing  Stage = "comparing"
	tellsEvery       = 500
)

// Progress is told how far a stage is; a total of 0 is not known.
type Progress func(stage Stage, done, total int)

// ExportOptions say what is exported; Survey, Sealer and Key are required.
type ExportOptions struct {
	// Survey is read several times; on SQLite it is one moment. On MongoDB what is written
	// meanwhile may be in the export or not, but no customer without the one above it.
	Survey store.Survey
	Sealer registry.Sealer
	// Key seals the values.
	Key Key
	// Customer is the one to export with all below it; zero for all.
	Customer tenancy.ID
	// Header has what the caller knows of the installation.
	Header   Header
	Progress Progress
}

// exporting is one run of Export.
type exporting struct {
	ExportOptions
	out    *bufio.Writer
	digest hash.Hash
	counts Counts
	lost   losses
	// chosen are the customers to export, and depths how many there are at each depth.
	chosen map[tenancy.ID]bool
	depths []int64
	// waits are the events in outboxes, which some engines have in the log too; waiting are
	// those that are exported as if they were in the log.
	waits   map[tenancy.ID]bool
	waiting map[tenancy.ID]rows.LoggedEvent
	pieces  []storedPiece
	done    int
	total   int
	line    bytes.Buffer
}

// storedPiece is a piece of a document with the label that it opens with.
type storedPiece struct {
	ref          tenancy.Ref
	document, id tenancy.ID
	label        string
}

// Export writes customers, parents first, and then what belongs to them. It returns the
// last line.
func Export(ctx context.Context, to io.Writer, o ExportOptions) (End, error) {
	e := &exporting{ExportOptions: o, out: bufio.NewWriterSize(to, 1<<16), digest: sha256.New(), chosen: map[tenancy.ID]bool{}, waits: map[tenancy.ID]bool{}, waiting: map[tenancy.ID]rows.LoggedEvent{}}
	if e.Progress == nil {
		e.Progress = func(Stage, int, int) {}
	}
	for _, step := range []func(context.Context) error{e.count, e.header, e.customers, e.files, e.activities, e.events, e.deliveries, e.reservations} {
		if err := step(ctx); err != nil {
			return End{}, err
		}
	}
	end := End{Kind: kindEnd, Counts: e.counts, Lost: e.lost.list(), Digest: hex.EncodeToString(e.digest.Sum(nil))}
	if err := e.write(end); err != nil {
		return End{}, err
	}
	if err := e.out.Flush(); err != nil {
		return End{}, fmt.Errorf("writing the export: %w", err)
	}
	return end, nil
}

// moves reports whether the export is one end of a move.
func (e *exporting) moves() bool { return e.Key.By == ByRing }

// each passes the records of one kind and fails on a damaged one, which it must not leave
// out.
func each[T any](ctx context.Context, read func(context.Context, func(T) error, func(rows.Damage)) error, do func(T) error) error {
	var damage error
	err := read(ctx, func(record T) error {
		if damage != nil {
			return damage
		}
		return do(record)
	}, func(d rows.Damage) {
		if damage == nil {
			damage = fmt.Errorf("an export would lack a record: %w", &d)
		}
	})
	if err == nil {
		err = damage
	}
	return err
}

// count finds out which customers to export, how deep they are and what belongs to them.
func (e *exporting) count(ctx context.Context) error {
	seen := 0
	err := each(ctx, e.Survey.EachCustomer, func(c *customers.Customer) error {
		if seen++; seen%tellsEvery == 0 {
			e.Progress(Counting, seen, 0)
		}
		if len(c.Path) == 0 {
			e.Header.Operator = c.ID
		}
		if !e.Customer.IsZero() && c.ID != e.Customer && !slices.Contains(c.Path, e.Customer) {
			return nil
		}
		e.chosen[c.ID] = true
		for len(e.depths) <= len(c.Path) {
			e.depths = append(e.depths, 0)
		}
		e.depths[len(c.Path)]++
		e.Header.Counts.Customers++
		for _, event := range c.Outbox {
			e.waits[event.ID] = true
			if !e.moves() {
				e.waiting[event.ID] = rows.LoggedEvent{Event: event, Customer: c.Ref()}
			}
		}
		if e.Key.By != LeftOut {
			evidence.EachPiece(c, func(document, id tenancy.ID, label string) {
				e.pieces = append(e.pieces, storedPiece{c.Ref(), document, id, label})
			})
		}
		return nil
	})
	if err == nil && len(e.chosen) == 0 {
		err = rows.ErrNotFound
	}
	if err != nil {
		return err
	}
	counts := &e.Header.Counts
	counts.Files, counts.Events = int64(len(e.pieces)), int64(len(e.waiting))
	err = each(ctx, e.Survey.EachActivity, func(a customers.Activity) error {
		if e.chosen[a.Customer.ID] {
			counts.Activities++
		}
		return nil
	})
	if err == nil {
		err = each(ctx, e.Survey.EachEvent, func(event rows.LoggedEvent) error {
			switch {
			case e.waits[event.ID]:
			case e.chosen[event.Customer.ID]:
				counts.Events++
			case e.Customer.IsZero():
				e.lost.ofErasedCustomer(event.Customer.ID)
			}
			return nil
		})
	}
	return err
}

func (e *exporting) header(context.Context) error {
	e.Header.Kind, e.Header.Format, e.Header.Sealed, e.Header.Customer = kindHeader, Format, e.Key.Sealing, e.Customer
	e.Header.Time = e.Header.Time.UTC().Truncate(time.Second)
	e.total = int(e.Header.Counts.All())
	return e.write(e.Header)
}

// write writes a line.
func (e *exporting) write(value any) error {
	e.line.Reset()
	encoder := json.NewEncoder(&e.line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("writing a line: %w", err)
	}
	_, _ = e.digest.Write(e.line.Bytes()) // a hash never fails to write
	if _, err := e.out.Write(e.line.Bytes()); err != nil {
		return fmt.Errorf("writing the export: %w", err)
	}
	return nil
}

// add writes a line that counts.
func (e *exporting) add(l line) error {
	if e.done++; e.done%tellsEvery == 0 {
		e.Progress(Exporting, e.done, e.total)
	}
	*e.counts.of(l.Kind)++
	return e.write(l)
}

// record writes the line of a stored document.
func (e *exporting) record(kind string, depth int, document []byte, err error) error {
	if err != nil {
		return err
	}
	text, err := codec.Text(document)
	if err != nil {
		return err
	}
	return e.add(line{Kind: kind, Depth: depth, Record: text})
}

// customers writes one depth after the other, so that none comes before the one above it.
func (e *exporting) customers(ctx context.Context) error {
	for depth, count := range e.depths {
		if count == 0 {
			continue
		}
		err := each(ctx, e.Survey.EachCustomer, func(c *customers.Customer) error {
			if len(c.Path) != depth || !e.chosen[c.ID] {
				return nil
			}
			next, err := e.portable(c)
			if err != nil {
				return err
			}
			document, err := codec.Encode(next)
			return e.record(kindCustomer, depth, document, err)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// portable returns a customer as its line has it: what the key ring sealed is sealed under
// the key of the file, and what it derived is left out, but for the fingerprints of what
// is not kept.
func (e *exporting) portable(c *customers.Customer) (*customers.Customer, error) {
	if e.moves() {
		return c, nil
	}
	var failure error
	next := c
	if e.Key.By == LeftOut {
		next = e.lost.withoutSealed(c)
	} else {
		next = c.EachSealed(func(part tenancy.ID, kind string, value *customers.Sealed) *customers.Sealed {
			moved := *value
			moved.Fingerprint = ""
			plain, err := e.Sealer.Unseal(c.Ref(), part, kind, value.Box)
			if err == nil {
				moved.Box, err = e.Sealer.SealBox(e.Key.Plain, fieldLabel(c.ID, part, kind), []byte(plain.Reveal()))
			}
			if err != nil && failure == nil {
				failure = fmt.Errorf("sealing %s of customer %s for the export: %w", kind, c.ID, err)
			}
			return &moved
		})
	}
	next.Outbox = nil
	next.Keys = slices.Clone(next.Keys)
	for i := range next.Keys {
		next.Keys[i].SecretTag, next.Keys[i].PublishableTag = nil, nil
	}
	return next, failure
}

func (e *exporting) files(ctx context.Context) error {
	for _, piece := range e.pieces {
		box, err := e.Survey.Document(ctx, piece.ref, piece.id)
		if errors.Is(err, rows.ErrNotFound) {
			e.lost.add("missing bytes of documents", 1)
			continue
		}
		if err != nil {
			return err
		}
		plain, err := e.Sealer.OpenBox(nil, piece.label, box)
		if err != nil {
			return fmt.Errorf("opening document %s of customer %s: %w", piece.document, piece.ref.ID, err)
		}
		if !e.moves() {
			if box, err = e.Sealer.SealBox(e.Key.Plain, fileLabel(piece.ref.ID, piece.id), plain); err != nil {
				return fmt.Errorf("sealing document %s of customer %s for the export: %w", piece.document, piece.ref.ID, err)
			}
		}
		sum := sha256.Sum256(plain)
		err = e.add(line{
			Kind: kindFile, Customer: piece.ref.ID, Document: piece.document, ID: piece.id, Digest: hex.EncodeToString(sum[:]), Box: box,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *exporting) activities(ctx context.Context) error {
	return each(ctx, e.Survey.EachActivity, func(a customers.Activity) error {
		if !e.chosen[a.Customer.ID] {
			return nil
		}
		document, err := codec.EncodeActivity(&a)
		return e.record(kindActivity, 0, document, err)
	})
}

// events writes the log in its order. What waits in an outbox is written where the log has
// it, and behind the log if it is not there yet.
func (e *exporting) events(ctx context.Context) error {
	event := func(logged rows.LoggedEvent) error {
		document, err := codec.EncodeEvent(&logged)
		return e.record(kindEvent, 0, document, err)
	}
	err := each(ctx, e.Survey.EachEvent, func(logged rows.LoggedEvent) error {
		if waits, ok := e.waiting[logged.ID]; ok {
			delete(e.waiting, logged.ID)
			return event(waits)
		}
		if e.waits[logged.ID] || !e.chosen[logged.Customer.ID] {
			return nil
		}
		return event(logged)
	})
	rest := slices.SortedFunc(maps.Keys(e.waiting), func(a, b tenancy.ID) int { return bytes.Compare(a[:], b[:]) })
	for _, id := range rest {
		if err == nil {
			err = event(e.waiting[id])
		}
	}
	return err
}

// deliveries writes what webhooks were sent, and are to be sent: it moves, and is not made
// twice.
func (e *exporting) deliveries(ctx context.Context) error {
	if !e.moves() {
		return nil
	}
	return each(ctx, e.Survey.EachDelivery, func(d rows.Delivery) error {
		document, err := codec.EncodeDelivery(&d)
		return e.record(kindDelivery, 0, document, err)
	})
}

// leasePrefix begins the reservations by which processes share work.
const leasePrefix = "lease:"

// reservations writes what is reserved beside the values that customers hold: answers to
// repeated requests, and instruments that wait for a customer.
func (e *exporting) reservations(ctx context.Context) error {
	if !e.moves() {
		return nil
	}
	return each(ctx, e.Survey.EachReservation, func(r rows.Reservation) error {
		if registry.ReservesUnique(r.Key) || strings.HasPrefix(r.Key, leasePrefix) {
			return nil
		}
		document, err := codec.EncodeClaim(&r)
		return e.record(kindReservation, 0, document, err)
	})
}
