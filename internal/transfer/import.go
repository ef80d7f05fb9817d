package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// Store is what an import needs of an engine.
type Store interface {
	store.Store
	store.Examined
}

// ImportOptions say how an export is imported; Store, Registry, Sealer, Ring and Mode are
// required.
type ImportOptions struct {
	Store    Store
	Registry *registry.Registry
	Sealer   registry.Sealer
	// Ring is the name of the key ring, Mode that of the installation.
	Ring, Mode string
	// Key opens the values of the export.
	Key Key
	// Under is the customer that the topmost ones come below; zero for where they were.
	Under tenancy.ID
	// Plans are the keys of plans by those of the other installation.
	Plans map[string]string
	// DryRun changes nothing.
	DryRun bool
	// Refused is told of every refusal at once; nil for nobody.
	Refused  func(Refusal)
	Progress Progress
}

// atOnce is how many lines are worked on at once: on SQLite that many writes may share a
// commit.
const atOnce = 128

// batchOf is how many events go into the log at once.
const batchOf = 256

// importing is one run of Import.
type importing struct {
	ImportOptions
	header Header
	report Report
	caller tenancy.Caller
	// root is the operator here, nil in an empty store; under is the customer of Under.
	root, under *customers.Customer
	done, total int

	// order is that of the lines of customers; tried is what a dry run would have made.
	order *order
	tried *registry.Tried

	mutex sync.Mutex
	// placed are the customers of the export that stand here, by their ids.
	placed map[tenancy.ID]*place
	// parents are customers that were read as parents.
	parents map[tenancy.ID]*customers.Customer
}

// place is where a customer of the export stands.
type place struct {
	ref  tenancy.Ref
	path []tenancy.ID
	// foreign is true if it stands with other content than the export has.
	foreign bool
	// virtual is what a dry run would have made, as far as what comes below it asks, content
	// stands for all of it, and labels are those of the pieces of its documents.
	virtual *customers.Customer
	content [sha256.Size]byte
	labels  map[piece]string
}

// piece names a piece of a document.
type piece struct{ document, id tenancy.ID }

// Import makes the customers of an export and what belongs to them. Lines that stand
// already are left as they are, so that it is run again after an interruption. It returns
// a *BadFileError for a file that is no whole export; use Verify first, so that nothing of
// one is imported.
func Import(ctx context.Context, from io.Reader, o ImportOptions) (Report, error) {
	if o.Progress == nil {
		o.Progress = func(Stage, int, int) {}
	}
	m := &importing{ImportOptions: o, placed: map[tenancy.ID]*place{}, parents: map[tenancy.ID]*customers.Customer{}}
	m.report.DryRun, m.report.Refused = o.DryRun, []Refusal{}
	m.order = newOrder(func(ctx context.Context, of tenancy.ID) (int64, error) {
		p, _ := m.placeOf(of)
		if p == nil {
			found, err := m.Store.GetAnywhere(ctx, of)
			if err != nil {
				return 0, err
			}
			p = &place{ref: found.Ref()}
		}
		return m.countBelow(ctx, p.ref)
	})
	if o.DryRun {
		m.tried = &registry.Tried{Made: m.madeVirtually, Count: m.countBelow}
	}
	lines, err := read(from)
	if err != nil {
		return m.report, err
	}
	m.header, m.total = lines.header, int(lines.header.Counts.All())
	if err := m.begin(ctx); err != nil {
		return m.report, err
	}
	err = m.all(ctx, lines)
	slices.SortStableFunc(m.report.Refused, func(a, b Refusal) int { return a.Line - b.Line })
	return m.report, err
}

// begin reads where the export goes.
func (m *importing) begin(ctx context.Context) error {
	if m.header.Mode != m.Mode {
		return badFile("it is of a %s installation, and this one is %s", m.header.Mode, m.Mode)
	}
	if m.Key.By != m.header.Sealed.By {
		return badFile("its sealed values are sealed by %s, and no key for them was given", m.header.Sealed.By)
	}
	root, err := m.Store.Root(ctx)
	switch {
	case err == nil:
		m.root = root
		if m.caller, err = m.Registry.System(ctx, "import"); err != nil {
			return err
		}
	case !errors.Is(err, rows.ErrNotFound):
		return err
	case !m.header.Customer.IsZero() || !m.Under.IsZero():
		return badFile("it has no operator, and this installation has none yet: run `tenantry init` first")
	}
	if m.Under.IsZero() {
		return nil
	}
	m.under, err = m.Store.GetAnywhere(ctx, m.Under)
	if errors.Is(err, rows.ErrNotFound) {
		err = badFile("there is no customer %s to import below", m.Under)
	}
	return err
}

// all imports every line: those of one kind and depth side by side, one kind after the
// other.
func (m *importing) all(ctx context.Context, lines *reading) error {
	atOnce := atOnce
	if m.DryRun {
		atOnce = 1 // what a line would do goes by the lines before it
	}
	group, inGroup := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	settle := func() error {
		err := group.Wait()
		group, inGroup = errgroup.WithContext(ctx)
		group.SetLimit(atOnce)
		return err
	}
	var last line
	var log, sent batch
	_, err := lines.each(func(number int, text []byte) error {
		var l line
		if err := json.Unmarshal(text, &l); err != nil {
			return badFile("line %d is no JSON object of an export", number)
		}
		if m.report.of(l.Kind) == nil {
			return badFile("line %d is of a kind that this program does not know: %q", number, l.Kind)
		}
		if (l.Kind == kindDelivery || l.Kind == kindReservation) && m.header.Sealed.By != ByRing {
			return badFile("line %d belongs to a move, and this is an export", number)
		}
		if m.done++; m.done%tellsEvery == 0 {
			m.Progress(Importing, m.done, m.total)
		}
		if l.Kind != last.Kind || l.Depth != last.Depth {
			if err := settle(); err != nil {
				return err
			}
		}
		last = line{Kind: l.Kind, Depth: l.Depth}
		switch l.Kind {
		case kindEvent:
			return log.add(ctx, number, l, m.events)
		case kindDelivery:
			return sent.add(ctx, number, l, m.deliveries)
		}
		if l.Kind == kindCustomer {
			l.turn = m.order.next()
		}
		group.Go(func() error { return m.one(inGroup, number, l) })
		if err := inGroup.Err(); err != nil && ctx.Err() == nil {
			return group.Wait()
		}
		return ctx.Err()
	})
	err = errors.Join(group.Wait(), err)
	if err == nil {
		err = log.flush(ctx, m.events)
	}
	if err == nil {
		err = sent.flush(ctx, m.deliveries)
	}
	return err
}

// one imports one line.
func (m *importing) one(ctx context.Context, number int, l line) error {
	work := map[string]func(context.Context, line) (outcome, tenancy.ID, error){
		kindCustomer: m.customer, kindFile: m.file, kindActivity: m.activity, kindReservation: m.reservation,
	}[l.Kind]
	if l.turn != nil {
		defer l.turn.end()
	}
	became, id, err := work(ctx, l)
	return m.note(number, l.Kind, id, became, err)
}

// outcome is what became of a line.
type outcome int

// The outcomes.
const (
	made outcome = iota
	there
	left
)

// note counts what became of a line. An error that is no refusal ends the import.
func (m *importing) note(number int, kind string, id tenancy.ID, became outcome, err error) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	tally := m.report.of(kind)
	if err == nil {
		switch became {
		case made:
			tally.Made++
		case there:
			tally.There++
		case left:
			tally.Left++
		}
		return nil
	}
	refusal, ok := refusalOf(err)
	if !ok {
		return fmt.Errorf("line %d: %w", number, err)
	}
	told := Refusal{Line: number, Kind: kind, ID: id, Why: refusal.Why}
	tally.Refused++
	m.report.Refused = append(m.report.Refused, told)
	if m.Refused != nil {
		m.Refused(told)
	}
	return nil
}

// placeOf returns where a customer of the export stands; false if it was not imported.
func (m *importing) placeOf(id tenancy.ID) (*place, bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	p, ok := m.placed[id]
	return p, ok && !p.foreign
}

// madeVirtually returns a customer that a dry run would have made, nil for any other.
func (m *importing) madeVirtually(id tenancy.ID) *customers.Customer {
	if p, ok := m.placeOf(id); ok {
		return p.virtual
	}
	return nil
}

// countBelow returns how many customers there are below one.
func (m *importing) countBelow(ctx context.Context, of tenancy.Ref) (int64, error) {
	counts, err := m.Store.CountTraits(ctx, rows.CountQuery{Tenant: of.Tenant, Under: of.ID, Deep: true, Traits: []rows.Trait{{}}})
	if err != nil {
		return 0, err
	}
	return counts[0].N, nil
}

func (m *importing) put(id tenancy.ID, p *place) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.placed[id] = p
}

// batch is lines that are imported together, in their order.
type batch struct {
	numbers []int
	lines   []line
}

func (b *batch) add(ctx context.Context, number int, l line, work func(context.Context, *batch) error) error {
	b.numbers, b.lines = append(b.numbers, number), append(b.lines, l)
	if len(b.lines) < batchOf {
		return ctx.Err()
	}
	return b.flush(ctx, work)
}

func (b *batch) flush(ctx context.Context, work func(context.Context, *batch) error) error {
	if len(b.lines) == 0 {
		return nil
	}
	err := work(ctx, b)
	b.numbers, b.lines = b.numbers[:0], b.lines[:0]
	return err
}
