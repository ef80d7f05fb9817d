package mongo_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/event"

	"tenantry/internal/secret"
	"tenantry/internal/store/mongo"
	"tenantry/internal/testkit"
)

// commands are what the driver sent to the database of a test.
type commands struct {
	mu   sync.Mutex
	sent []command
}

// command is one of them: its name, its collection, its read concern, the read preference
// that goes with it, as JSON, and the members that its filter fixes.
type command struct {
	name, collection, concern, preference string
	fixes                                 []string
}

// of returns what is sent while act runs.
func (c *commands) of(act func()) []command {
	c.mu.Lock()
	c.sent = nil
	c.mu.Unlock()
	act()
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.sent)
}

// watched opens a store whose commands are noted.
func watched(t *testing.T) (*mongo.Store, *commands) {
	t.Helper()
	uri, database := freshDatabase(t)
	return watchedAt(t, mongo.Options{URI: secret.New(uri), Database: database, Timeout: time.Minute})
}

// watchedAt opens the store of the options so.
func watchedAt(t *testing.T, o mongo.Options) (*mongo.Store, *commands) {
	t.Helper()
	noted := &commands{}
	monitor := &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		if e.DatabaseName != o.Database {
			return
		}
		made := command{name: e.CommandName, concern: concern(e)}
		made.collection, _ = e.Command.Lookup(e.CommandName).StringValueOK() // a command of no collection has a number there
		if preference, ok := e.Command.Lookup("$readPreference").DocumentOK(); ok {
			made.preference = preference.String()
		}
		if filter, ok := e.Command.Lookup("filter").DocumentOK(); ok {
			elements, _ := filter.Elements()
			for _, element := range elements {
				made.fixes = append(made.fixes, element.Key())
			}
		}
		noted.mu.Lock()
		defer noted.mu.Unlock()
		noted.sent = append(noted.sent, made)
	}}
	o.Monitor = monitor
	s, err := mongo.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	return s, noted
}

// concern returns the read concern that a command asks for by itself.
func concern(e *event.CommandStartedEvent) string {
	level, _ := e.Command.Lookup("readConcern", "level").StringValueOK()
	return level
}

// isTargeted reports whether a command is a read that a sharded cluster sends to one shard:
// by tenant and ids.
func (c command) isTargeted() bool {
	return c.name == "find" && c.collection == "customers" && slices.Contains(c.fixes, "tenant") && slices.Contains(c.fixes, "_id")
}

// To authenticate costs one targeted read. That those above are active costs one more at
// most, however deep the customer is, and none for the operator and the tenants.
func TestAuthenticationCostsOneRead(t *testing.T) {
	t.Parallel()
	store, noted := watched(t)
	h := testkit.Install(t, store)
	h.Cove = h.Create(h.Operator, `{"name":"Cove","email":"ops@cove.example","planKey":"platform"}`)
	branch := h.Create(h.Cove, `{"name":"Branch","email":"b@example.com","planKey":"platform"}`)
	shop := h.Create(branch, testkit.One(``))
	for _, row := range []struct {
		who   string
		party testkit.Party
		reads int
	}{{"the operator", h.Operator, 1}, {"a tenant", h.Cove, 1}, {"a customer of a tenant", branch, 2}, {"a customer three levels down", shop, 2}} {
		t.Run(row.who, func(t *testing.T) {
			h := h.In(t)
			for _, again := range []string{"for the first time", "again"} { // a remembered key costs no fewer reads, and no more
				sent := noted.of(func() { h.As(row.party) })
				if len(sent) != row.reads || slices.ContainsFunc(sent, func(c command) bool { return !c.isTargeted() }) {
					t.Errorf("%s, authentication of %s sends %+v, want %d targeted reads", again, row.who, sent, row.reads)
				}
				if len(sent) == 2 && !slices.Contains(sent[1].fixes, "status") {
					t.Errorf("the second read is about %s and not about who is inactive", strings.Join(sent[1].fixes, ", "))
				}
			}
			caller := h.As(row.party)
			sent := noted.of(func() { testkit.Must(t, testkit.ErrorOf(h.Svc.Lifecycle.Get(t.Context(), caller, ""))) })
			if len(sent) != 0 {
				t.Errorf("a read of itself sends %+v more", sent)
			}
		})
	}
	caller := h.As(h.Cove)
	sent := noted.of(func() { testkit.Must(t, testkit.ErrorOf(h.Svc.Lifecycle.Get(t.Context(), caller, shop.ID))) })
	if len(sent) != 1 || !sent[0].isTargeted() {
		t.Errorf("a read of a customer below sends %+v", sent)
	}
}
