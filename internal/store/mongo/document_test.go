package mongo_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

const broken = "a\xffb"

// Text that is not UTF-8 and records too large for MongoDB are refused before they reach
// the server, wherever they stand, and leave nothing; the error does not ask for another
// try.
func TestUnfitRecordsAreRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for name, change := range map[string]func(*customers.Customer){
		"a name":         func(c *customers.Customer) { c.Name = broken },
		"deep inside":    func(c *customers.Customer) { c.Banks = []customers.Bank{{BankName: broken}} },
		"raw JSON":       func(c *customers.Customer) { c.Meta = []byte(`{"a":"` + broken + `"}`) },
		"a map's key":    func(c *customers.Customer) { c.Identity.Messages = map[string]string{broken: "x"} },
		"a zero in it":   func(c *customers.Customer) { c.Identity.Messages = map[string]string{"a\x00b": "x"} },
		"17 MB":          func(c *customers.Customer) { c.Description = strings.Repeat("x", 17<<20) },
		"a tombstone":    func(c *customers.Customer) { c.Deleted = &c.Created },
		"an event of it": func(c *customers.Customer) { c.Outbox = []customers.Event{{Type: broken}} },
	} {
		t.Run(name, func(t *testing.T) {
			c := e.build(e.tenant, storetest.With(change))
			if err := e.store.Insert(t.Context(), c); err == nil || errors.Is(err, rows.ErrUnavailable) {
				t.Errorf("%s: inserting gives %v", name, err)
			}
			second := *e.tenant
			change(&second)
			second.Version = 2
			if err := e.store.Replace(t.Context(), &second, 1); err == nil || errors.Is(err, rows.ErrUnavailable) {
				t.Errorf("%s: replacing gives %v", name, err)
			}
		})
	}
	if living, traces := e.found(); len(living) != 2 || traces > 0 || living[e.tenant.ID] != e.tenant.Name {
		t.Errorf("%v live, %d traces are left", living, traces)
	}
}

// Text of every length and script is accepted.
func TestFitTextIsAccepted(t *testing.T) {
	t.Parallel()
	c := storetest.Child(storetest.Operator(opened))
	for _, text := range []string{"x", "é", "\ufffd", "😀", "\x00", "\u202e"} {
		t.Run(text, func(t *testing.T) {
			for length := range 400 {
				c.Name, c.Banks[0].BankName = strings.Repeat(text, length), strings.Repeat(text, 100*length)
				if err := mongo.Fit(c); err != nil {
					t.Fatalf("%d times %q: %v", length, text, err)
				}
			}
		})
	}
}

// Claims and filters with text that is not UTF-8 match nothing that is stored, though
// servers may take it for other text.
func TestTextThatIsNotUTF8NamesNothing(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	claim := rows.Reservation{Key: broken, Customer: e.tenant.Ref(), Taken: opened}
	if _, taken, err := e.store.Reserve(t.Context(), claim); err == nil || taken || errors.Is(err, rows.ErrUnavailable) {
		t.Errorf("reserving gives %t, %v", taken, err)
	}
	if _, err := e.store.ReservationHolder(t.Context(), broken); !errors.Is(err, rows.ErrNotFound) {
		t.Errorf("the holder is %v", err)
	}
	if ok, err := e.store.CompareAndSwap(t.Context(), claim, claim); ok || err == nil {
		t.Errorf("swapping gives %t, %v", ok, err)
	}
	e.must(e.store.Release(t.Context(), claim), "releasing")
	e.child(e.tenant, storetest.With(func(c *customers.Customer) { c.Name, c.Email, c.ExternalID = "a\ufffdb", "a\ufffdb", "a\ufffdb" }))
	for _, filter := range []rows.Filter{{Name: broken}, {Email: broken}, {ExternalID: broken}} {
		page, err := e.store.List(t.Context(), rows.Query{Tenant: e.tenant.ID, Under: e.tenant.ID, Filter: filter, Limit: 1, Count: true})
		if err != nil || len(page.Customers) > 0 || page.Total != 0 {
			t.Errorf("%+q lists %d (%v)", filter, page.Total, err)
		}
	}
}

// The number of a key cannot name another member of the document.
func TestKeyNumbersAreNumbers(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for _, number := range []string{"", "1.x", "$set", "a", "-1", "1e3", "../name", "1\x00"} {
		t.Run(number, func(t *testing.T) {
			if err := e.store.NoteKeyUse(t.Context(), customers.KeyUse{Customer: e.tenant.Ref(), At: map[string]time.Time{number: opened}}); err == nil {
				t.Errorf("%q is taken for a number", number)
			}
		})
	}
}

// The members that the engine adds never appear in a customer.
func TestAddedMembersAreFree(t *testing.T) {
	t.Parallel()
	c := storetest.Child(storetest.Operator(opened))
	c.Deleted = &c.Created
	document, err := codec.Encode(c)
	if err != nil {
		t.Fatal(err)
	}
	elements, err := bson.Raw(document).Elements()
	if err != nil {
		t.Fatal(err)
	}
	for _, element := range elements {
		if slices.Contains([]string{"living", "attempt", "erasing", "pending", "emailFolded", "nameFolded"}, element.Key()) {
			t.Errorf("%s is a member of customers already", element.Key())
		}
	}
}

// The pattern of a name filter is the text and nothing else, zero bytes included.
func TestLiteralPatterns(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text") + rapid.SampledFrom([]string{"", "\x00", `\`, "$", "(?i)"}).Draw(t, "tail")
		pattern := mongo.Literal(text)
		if strings.Contains(pattern, "\x00") || !regexp.MustCompile(`\A(?:`+pattern+`)\z`).MatchString(text) {
			t.Fatalf("%q becomes %q", text, pattern)
		}
	})
}

// A document that cannot be decoded stops no other: lists show the others and
// name it, cursors go on behind it, and scans and outboxes skip it.
func TestADamagedDocumentStopsNobodyElse(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	var all []*customers.Customer
	for range 3 {
		all = append(all, e.child(e.tenant))
	}
	broken := bson.D{{Key: "$set", Value: bson.D{{Key: "banks", Value: "no list"}}}}
	_, err := e.raw.Collection("customers").UpdateOne(t.Context(), bson.D{{Key: "_id", Value: bson.ObjectID(all[1].ID)}}, broken)
	e.must(err, "damaging a document")
	seen, damaged := 0, 0
	q := rows.Query{Tenant: e.tenant.ID, Under: e.tenant.ID, Order: rows.Order{By: rows.ByCreated}, Limit: 1, Count: true}
	for more := true; more; {
		page, err := e.store.List(t.Context(), q)
		e.must(err, "listing")
		seen, damaged, more, q.After = seen+len(page.Customers), damaged+len(page.Damaged), page.More, page.End
		if seen+damaged > len(all) {
			t.Fatal("the cursor does not go on")
		}
	}
	if seen != 2 || damaged != 1 {
		t.Errorf("listed %d customers and %d damaged ones", seen, damaged)
	}
	if _, err := e.store.Get(t.Context(), all[1].Ref()); !errors.Is(err, rows.ErrDamaged) || errors.Is(err, rows.ErrUnavailable) {
		t.Errorf("getting the damaged one: %v", err)
	}
	if _, err := e.store.GetAll(t.Context(), []tenancy.Ref{all[0].Ref(), all[1].Ref()}); !errors.Is(err, rows.ErrDamaged) {
		t.Errorf("getting it among others: %v", err)
	}
	living, err := e.store.Scan(t.Context(), tenancy.ID{}, 4)
	if err != nil || len(living) != 4 {
		t.Errorf("a scan shows %d customers (%v)", len(living), err)
	}
	if list := e.store.Damaged(); len(list) != 1 || list[0].ID != all[1].ID {
		t.Errorf("reported as damaged: %v", list)
	}
}
