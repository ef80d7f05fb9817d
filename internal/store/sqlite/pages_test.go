package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// What a change of a name may cost on average: pages of the journal for the write and for
// the relay of its event, each committed alone, and bytes of the disk for a customer with
// its first event and for a change.
const (
	mostPagesOfWrite, mostPagesOfRelay = 11, 1
	mostBytesOfCustomer                = 2300
	mostBytesOfChange                  = 800
)

// shop returns a customer as most are: a name, an address, a person to ask, a key.
func shop(parent *customers.Customer, n int) *customers.Customer {
	at := opened.Add(time.Duration(n) * time.Minute)
	c := storetest.Child(parent, storetest.Bare(), storetest.Seed(uint64(n)), storetest.With(func(c *customers.Customer) {
		whole := storetest.Child(parent, storetest.Seed(uint64(n)))
		c.Name, c.Email, c.Address, c.Keys, c.KeyCount = fmt.Sprintf("Shop %d of Aldersgate Trading", n), fmt.Sprintf("shop-%d@example.com", n), whole.Address, whole.Keys[:1], 1
		c.Created, c.LastUpdated = at, at
		c.Outbox = nil
	}))
	c.ID, _ = tenancy.NewID(at, newBytes(n))
	return told(c, "customer.created", at, nil, map[string]any{"name": c.Name, "email": c.Email})
}

// told returns the customer with an event of a change.
func told(c *customers.Customer, kind string, at time.Time, previous, changes map[string]any) *customers.Customer {
	resource := map[string]any{
		"id": c.ID.String(), "object": "customer", "parentId": c.Parent.String(), "name": c.Name, "email": c.Email, "planKey": c.PlanKey, "planName": "Payer", "status": c.Status,
		"planStatus": map[string]any{"plan": "Payer", "planKey": "payer", "status": "verified", "verifications": map[string]any{}, "needed": []any{}, "features": map[string]any{"sendPayments": true}},
		"address": map[string]any{
			"id": c.Address.ID.String(), "object": "address", "street1": c.Address.Street1, "city": c.Address.City, "state": c.Address.State, "postalCode": c.Address.PostalCode, "country": "USA",
			"status": "active", "created": c.Created, "lastUpdated": c.Created,
		},
		"identity": map[string]any{"status": "none"}, "created": c.Created, "lastUpdated": at,
	}
	next := *c
	e := customers.Event{
		Type: kind, At: at, Number: next.EventCount + 1, Actor: c.Tenant, Subject: c.ID, Credential: "key_1", Address: "203.0.113.0/24", UserAgent: "curl/8.5.0", Ref: "0c5b6b4a9f",
		Resource: asJSON(resource), Changes: asJSON(changes), Previous: asJSON(previous),
	}
	e.ID, _ = tenancy.NewID(at, newBytes(int(c.Version)<<20|int(c.ID[11])))
	next.EventCount++
	next.Outbox = append(next.Outbox[:len(next.Outbox):len(next.Outbox)], e)
	return &next
}

func asJSON(value map[string]any) json.RawMessage {
	if value == nil {
		return nil
	}
	text, _ := json.Marshal(value)
	return text
}

// pages returns how many pages the journal got meanwhile.
func (e *env) pages(do func()) int {
	e.Helper()
	before := e.journalSize()
	do()
	return int((e.journalSize() - before) / (4096 + 24))
}

// fileSize returns how much of the database is in use once the journal is copied into it.
func (e *env) fileSize() int64 {
	e.must(e.Scrub(context.Background()))
	info, err := os.Stat(e.writer.path)
	e.must(err)
	var free int64
	e.must(e.read(context.Background(), "testing", func(c *conn) (err error) {
		free, _, err = c.number(context.Background(), "PRAGMA freelist_count")
		return err
	}))
	return info.Size() - free*4096
}

// A change of a name writes few pages, its relay writes no document, and a customer and a
// change take little of the disk.
func TestWhatAChangeWrites(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	ctx := context.Background()
	const many, changes, counted = 2000, 300, 20
	empty := e.fileSize()
	var all []*customers.Customer
	var list []rows.Insertion
	var batches []rows.Batch
	for n := range many {
		c := shop(e.tenant, n)
		all = append(all, c)
		list = append(list, rows.Insertion{Customer: c})
		batches = append(batches, rows.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox})
	}
	for _, err := range e.InsertAll(ctx, list, true) {
		e.must(err)
	}
	for _, batch := range batches {
		e.must(e.Relay(ctx, batch))
	}
	whole := e.fileSize()
	writes, relays := 0, 0 // of the first ones: a journal that grows long is begun anew
	for n := range changes {
		c := *all[n*many/changes]
		c.Outbox = nil
		next := changed(&c, n)
		wrote := e.pages(func() { e.must(e.Replace(ctx, next, next.Version-1)) })
		relayed := e.pages(func() { e.must(e.Relay(ctx, rows.Batch{Customer: c.Ref(), Path: c.Path, Events: next.Outbox})) })
		if n < counted {
			writes, relays = writes+wrote, relays+relayed
		}
	}
	for what, row := range map[string]struct{ is, most int64 }{
		"pages of a write":    {int64(writes / counted), mostPagesOfWrite},
		"pages of a relay":    {int64(relays / counted), mostPagesOfRelay},
		"bytes of a customer": {(whole - empty) / many, mostBytesOfCustomer},
		"bytes of a change":   {(e.fileSize() - whole) / changes, mostBytesOfChange},
	} {
		if t.Logf("%s: %d", what, row.is); row.is > row.most {
			t.Errorf("%s: %d, want at most %d", what, row.is, row.most)
		}
	}
	if t.Failed() {
		for _, line := range e.texts(t, 0, `SELECT name || ' ' || sum(pgsize) || ' ' || sum(ncell) FROM dbstat GROUP BY name ORDER BY sum(pgsize) DESC`) {
			t.Log(line)
		}
	}
}

// changed returns the successor of a shop under another name, with the event that says so.
func changed(c *customers.Customer, n int) *customers.Customer {
	next := *c
	next.Version++
	next.Name = fmt.Sprintf("Renamed %d of Cornhill Trading", n)
	next.LastUpdated = opened.Add(time.Duration(1_000_000+n) * time.Minute)
	return told(&next, customers.EventUpdated, next.LastUpdated, map[string]any{"name": c.Name, "lastUpdatedAt": c.LastUpdated}, map[string]any{"name": next.Name, "lastUpdatedAt": next.LastUpdated})
}

// newBytes returns an endless stream of bytes that follow from a number.
func newBytes(n int) *pattern { return &pattern{state: uint64(n)*0x9e3779b97f4a7c15 + 1} }

type pattern struct{ state uint64 }

// Read implements io.Reader.
func (p *pattern) Read(b []byte) (int, error) {
	for i := range b {
		p.state = p.state*6364136223846793005 + 1442695040888963407
		b[i] = byte(p.state >> 56)
	}
	return len(b), nil
}
