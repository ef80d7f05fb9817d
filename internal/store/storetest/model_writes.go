package storetest

import (
	"strconv"
	"time"

	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// some draws one of a few values, so that they meet again.
func some[T any](t *rapid.T, label string, values ...T) T {
	return rapid.SampledFrom(values).Draw(t, label)
}

// ref draws a customer that was made, rarely under the other tenant or a missing one.
func (m *model) ref(t *rapid.T) tenancy.Ref {
	ref := rapid.SampledFrom(m.refs).Draw(t, "customer")
	if rapid.IntRange(0, 9).Draw(t, "astray") == 9 {
		ref.Tenant = some(t, "tenant", m.refs[0].ID, m.refs[1].ID, tenancy.ID{}, m.dummy.ID)
	}
	return ref
}

// record returns what the oracle knows of ref: the living record, or the dummy in its
// place.
func (m *model) record(ref tenancy.Ref) *customers.Customer {
	c, err := m.oracle.GetAnywhere(m.context, ref.ID)
	if err != nil {
		c = &m.dummy
	}
	return under(ref, c)
}

// moment draws one of few times.
func (m *model) moment(t *rapid.T) time.Time {
	return opened.Add(time.Duration(rapid.IntRange(0, 4).Draw(t, "moment")) * time.Millisecond)
}

// fields draws everything that lists filter and order by.
func (m *model) fields(t *rapid.T, c *customers.Customer) {
	c.Name = some(t, "name", "", "a", "A", "ab", "É", "é", "e\u0301", "%", "a_c", "𝒜", "\uffee")
	c.Email = some(t, "email", "", "a@x.example", "A@X.example", "a@x.example ")
	c.Status = some(t, "status", customers.StatusActive, customers.StatusLocked)
	c.PlanKey = some(t, "plan", "payer", "Payer")
	c.MerchantKey = some(t, "merchantKey", "", "k", "K", "k ")
	c.ExternalID = some(t, "externalId", "", "x", "X")
	c.Identity.Status = some(t, "identityStatus", reviews.IdentityNone, reviews.IdentityReview, reviews.IdentityVerified)
	c.PlanStatus = some(t, "planStatus", "", "verified", "unverified")
	c.PlanNeeded = some(t, "needed", nil, []string{"a"}, []string{"b", "a"})
	c.LastUpdated = m.moment(t)
}

func (m *model) insert(t *rapid.T) {
	parent := m.record(m.ref(t))
	seed := *m.made
	*m.made++
	c := Child(parent, Seed(seed), Bare(), With(func(c *customers.Customer) {
		m.fields(t, c)
		c.Created = m.moment(t)
		c.Outbox = events(1, rapid.IntRange(0, 2).Draw(t, "events"))
		for i := range c.Outbox {
			c.Outbox[i].ID[11] ^= byte(seed)
			c.Outbox[i].ID[10] ^= byte(seed >> 8)
		}
		if m.living(parent) && rapid.IntRange(0, 9).Draw(t, "again") == 9 {
			c.ID = rapid.SampledFrom(m.refs).Draw(t, "id").ID
		}
	}))
	m.last = c.Ref()
	_, err := m.both("inserting", func(s store.Store) (any, error) { return nil, s.Insert(m.context, c) })
	if err == nil {
		m.refs = append(m.refs, c.Ref())
	}
}

func (m *model) living(c *customers.Customer) bool {
	_, err := m.oracle.Get(m.context, c.Ref())
	return err == nil
}

// version draws the current version, rarely another.
func (m *model) version(t *rapid.T, c *customers.Customer) int64 {
	return c.Version + some[int64](t, "lateness", 0, 0, 0, 0, 0, -1, 1)
}

func (m *model) replace(t *rapid.T) {
	c := m.record(m.ref(t))
	version := m.version(t, c)
	after := next(c, func(n *customers.Customer) {
		n.Version = version + 1
		m.fields(t, n)
		if rapid.Bool().Draw(t, "event") {
			e := event(int(min(n.Version, 1000)) + 100)
			copy(e.ID[4:], n.ID[4:])
			e.ID[11] ^= byte(len(m.old))
			n.Outbox = append(append([]customers.Event{}, n.Outbox...), e)
		}
	})
	m.last = after.Ref()
	m.both("replacing", func(s store.Store) (any, error) { return nil, s.Replace(m.context, after, version) })
}

func (m *model) erase(t *rapid.T) {
	c := m.record(m.ref(t))
	version := m.version(t, c)
	if children, _ := m.oracle.List(m.context, rows.Query{Under: c.ID, Limit: 1}); len(children.Customers) > 0 {
		version = c.Version // which of two reasons a refusal names is not promised
	}
	tombstone := Tombstone(c)
	tombstone.Version = version + 1
	m.last = c.Ref()
	m.both("erasing", func(s store.Store) (any, error) { return nil, s.Erase(m.context, tombstone, version) })
}

func (m *model) noteKeyUse(t *rapid.T) {
	m.last = m.ref(t)
	uses := map[string]time.Time{}
	for range rapid.IntRange(0, 2).Draw(t, "keys") {
		uses[strconv.Itoa(rapid.IntRange(1, 3).Draw(t, "key"))] = m.moment(t)
	}
	m.both("noting key use", func(s store.Store) (any, error) {
		return nil, s.NoteKeyUse(m.context, customers.KeyUse{Customer: m.last, At: uses})
	})
}

// relay relays what waits, part of it, or an old batch again.
func (m *model) relay(t *rapid.T) {
	list, err := m.oracle.Outboxes(m.context, tenancy.AllSlots, 100)
	if err != nil {
		m.Fatalf("reading outboxes: %v", err)
	}
	waiting := map[tenancy.Ref]rows.Batch{}
	for _, batch := range list {
		waiting[batch.Customer] = batch
	}
	m.last = rapid.SampledFrom(m.refs).Draw(t, "customer")
	batch, ok := waiting[m.last]
	switch {
	case ok:
		batch.Events = batch.Events[:rapid.IntRange(1, len(batch.Events)).Draw(t, "part")]
		m.old = append(m.old, batch)
	case len(m.old) > 0:
		batch = rapid.SampledFrom(m.old).Draw(t, "again")
	default:
		t.Skip("nothing to relay")
	}
	m.both("relaying", func(s store.Store) (any, error) { return nil, s.Relay(m.context, batch) })
}
