package sqlite

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// spoil changes one letter of the only occurrence of a text in a stored document.
func (e *env) spoil(table string, id tenancy.ID, text string) {
	e.Helper()
	e.must(e.writer.do(context.Background(), "spoiling", func(t *transaction) error {
		var document []byte
		err := t.c.query(context.Background(), `SELECT document FROM `+table+` WHERE id = ?`, func(values []driver.Value) error {
			document, _ = values[0].([]byte)
			return nil
		}, id)
		at := bytes.Index(document, []byte(text))
		if isPacked(document) {
			at = len(document) / 2
		}
		if err != nil || at < 0 {
			return errors.Join(err, errors.New("there is nothing to spoil"))
		}
		document[at] ^= 1
		_, err = t.exec(`UPDATE `+table+` SET document = ? WHERE id = ?`, document, id)
		return err
	}))
	e.cache.records.InvalidateAll()
}

// One flipped letter in a stored document is found by its checksum: the record is
// reported as damaged, never shown with a wrong name.
func TestAFlippedLetterIsDamage(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.spoil("customers", e.tenant.ID, e.tenant.Name)
	if c, err := e.Get(context.Background(), e.tenant.Ref()); !errors.Is(err, rows.ErrDamaged) {
		t.Fatalf("the damaged record is shown: %+v (%v)", c, err)
	}
	if got := e.Damaged(); len(got) != 1 || got[0].ID != e.tenant.ID || got[0].Kind != "customer" {
		t.Errorf("reported as damaged: %v", got)
	}
	if err := e.Replace(context.Background(), renamed(e.tenant, "Over it"), e.tenant.Version); !errors.Is(err, rows.ErrDamaged) {
		t.Errorf("it is written over: %v", err)
	}
}

// A document of an earlier build, which is not compressed and has no checksum, is read, and
// gets its checksum when it is written.
func TestDocumentsWithoutAChecksum(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.must(e.writer.do(context.Background(), "aging", func(t *transaction) error {
		document, err := codec.Encode(e.tenant)
		if err == nil {
			_, err = t.exec(`UPDATE customers SET document = ? WHERE id = ?`, document, e.tenant.ID)
		}
		return err
	}))
	e.cache.records.InvalidateAll()
	found, err := e.Get(context.Background(), e.tenant.Ref())
	if err != nil || found.Name != e.tenant.Name {
		t.Fatalf("the document of an earlier build: %+v, %v", found, err)
	}
	e.must(e.Replace(context.Background(), renamed(found, "Sealed now"), found.Version))
	e.spoil("customers", e.tenant.ID, "Sealed now")
	if _, err := e.Get(context.Background(), e.tenant.Ref()); !errors.Is(err, rows.ErrDamaged) {
		t.Errorf("written anew it has no checksum: %v", err)
	}
}

// A damaged record stops no other: lists show the others and name it, cursors go
// on behind it, and scans, outboxes and due reviews skip it however few rows they ask for.
func TestADamagedRecordStopsNobodyElse(t *testing.T) {
	t.Parallel()
	var told []string
	e := newEnv(t)
	e.damage.Report = func(d rows.Damage) { told = append(told, d.ID.String()) }
	var all []*customers.Customer
	for seed := range uint64(5) {
		c := child(e.tenant, 100+seed)
		c.Outbox = []customers.Event{{ID: tenancy.ID{9, byte(seed)}, Type: "customer.created", At: c.Created}}
		e.insert(c)
		all = append(all, c)
	}
	slices.SortFunc(all, func(x, y *customers.Customer) int { return slices.Compare(x.ID[:], y.ID[:]) })
	e.must(e.writer.do(context.Background(), "relaying", func(t *transaction) error {
		_, err := t.exec(`UPDATE relayed SET through = (SELECT max(number) FROM events WHERE customer IN (?, ?))`, e.operator.ID, e.tenant.ID)
		return err
	}))
	for _, c := range all[:2] {
		e.spoil("customers", c.ID, c.Name)
	}
	for _, by := range []rows.OrderBy{rows.ByCreated, rows.ByName, rows.ByLastUpdated} {
		seen, damaged := map[tenancy.ID]bool{}, map[tenancy.ID]bool{}
		q := rows.Query{Tenant: e.tenant.ID, Under: e.tenant.ID, Order: rows.Order{By: by}, Limit: 1, Count: true}
		for pages := 0; ; pages++ {
			page, err := e.List(context.Background(), q)
			if err != nil {
				t.Fatalf("by %s: %v", by, err)
			}
			for _, c := range page.Customers {
				seen[c.ID] = true
			}
			for _, d := range page.Damaged {
				damaged[d.ID] = true
			}
			if !page.More {
				break
			}
			if pages > len(all) {
				t.Fatalf("by %s: the cursor does not go on", by)
			}
			q.After = page.End
		}
		if len(seen) != 3 || len(damaged) != 2 || !damaged[all[0].ID] || !damaged[all[1].ID] {
			t.Errorf("by %s: %d customers and %d damaged ones", by, len(seen), len(damaged))
		}
	}
	batches, err := e.Outboxes(context.Background(), tenancy.AllSlots, 1)
	if err != nil || len(batches) != 1 || !slices.ContainsFunc(all[2:], func(c *customers.Customer) bool { return c.Ref() == batches[0].Customer }) {
		t.Errorf("outboxes: %v, %v", batches, err)
	}
	living, err := e.Scan(context.Background(), tenancy.ID{}, 4)
	if err != nil || len(living) != 4 {
		t.Errorf("a scan shows %d customers (%v)", len(living), err)
	}
	slices.Sort(told)
	if want := []string{all[0].ID.String(), all[1].ID.String()}; !slices.Equal(told, want) {
		t.Errorf("told of %v, want each once: %v", told, want)
	}
}

// Damaged events are left out of the log without ending a page early, thinning goes past
// them, and erasing a person's events removes what it cannot read.
func TestDamagedEvents(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	ctx := context.Background()
	batch := rows.Batch{Customer: e.tenant.Ref(), Path: e.tenant.Path}
	for n := range 4 {
		batch.Events = append(batch.Events, customers.Event{
			ID: tenancy.ID{8, byte(n)}, Type: fmt.Sprintf("customer.tried_%d", n), At: opened, Resource: []byte(`{"name":"A person"}`),
		})
	}
	e.must(e.Relay(ctx, batch))
	e.spoil("events", batch.Events[2].ID, "A person")
	page, err := e.Events(ctx, rows.EventQuery{Customer: e.tenant.Ref(), Limit: 3})
	if err != nil || len(page) != 3 {
		t.Errorf("the page has %d events, want the three that can be read (%v)", len(page), err)
	}
	if n, err := e.ThinEvents(ctx, opened.AddDate(1, 0, 0), 10); err != nil || n != 4 {
		t.Errorf("thinned %d events (%v)", n, err)
	}
	if n, err := e.ThinEvents(ctx, opened.AddDate(1, 0, 0), 10); err != nil || n != 0 {
		t.Errorf("thinned %d events again (%v)", n, err)
	}
	e.must(e.Redact(ctx, e.tenant.Ref()))
	if left := e.texts(t, 0, `SELECT type FROM events WHERE id = ?`, batch.Events[2].ID); len(left) != 0 {
		t.Error("an event that cannot be read outlived the erasure of its customer")
	}
}

// Check finds damage to the file that no record shows.
func TestCheckFindsADamagedFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := openAt(t, dir, 0)
	e := &env{T: t, Store: s}
	e.operator = storetest.Operator(opened)
	e.insert(e.operator)
	for seed := range uint64(200) {
		e.insert(child(e.operator, seed))
	}
	e.must(e.Check(context.Background()))
	if damaged := e.Damaged(); len(damaged) != 0 {
		t.Fatalf("a sound file: %v", damaged)
	}
	e.shut()

	file, err := os.OpenFile(dir+"/"+fileName, os.O_RDWR, 0)
	e.must(err)
	info, err := file.Stat()
	e.must(err)
	// The header of a page in the middle.
	_, err = file.WriteAt([]byte("damage"), info.Size()/2/4096*4096)
	e.must(errors.Join(err, file.Close()))

	s = openAt(t, dir, 0)
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	if err := s.Check(context.Background()); !errors.Is(err, rows.ErrDamaged) {
		t.Errorf("the check of a damaged file returns %v", err)
	}
	if damaged := s.Damaged(); len(damaged) != 1 || damaged[0].Kind != kindFile {
		t.Errorf("reported as damaged: %v", damaged)
	}
}

// Check reads every table, those of the index of searches too, but not what the index holds; and
// ends with its context, also between two.
func TestCheckReadsEveryTable(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	tables := e.texts(t, 0, selectTables)
	if all := e.texts(t, 0, "SELECT name FROM sqlite_master WHERE type = 'table'"); len(tables) != len(all)-1 || slices.Contains(tables, "search") || !slices.Contains(tables, "search_data") {
		t.Errorf("it reads %v of %v", tables, all)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := e.Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after its context: %v", err)
	}
	if err := pause(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("a pause after its context: %v", err)
	}
}
