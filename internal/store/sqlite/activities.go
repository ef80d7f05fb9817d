package sqlite

import (
	"context"
	"database/sql/driver"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/rows/totals"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// activities is the schema of activities. The index that begins with the type serves
// lists of one type, the other index lists of all.
var activities = []string{
	`CREATE TABLE activities (
		id        BLOB PRIMARY KEY,
		tenant    BLOB NOT NULL,
		customer  BLOB NOT NULL,
		type      TEXT NOT NULL,
		reference BLOB NOT NULL,
		occurred  INTEGER NOT NULL,
		document  BLOB NOT NULL
	) STRICT`,
	`CREATE INDEX activities_newest ON activities (customer, tenant, occurred, id)`,
	`CREATE INDEX activities_type ON activities (customer, tenant, type, occurred, id)`,
	`CREATE INDEX activities_reference ON activities (customer, tenant, reference)`,
}

const (
	insertActivity = `INSERT INTO activities (id, tenant, customer, type, reference, occurred, document)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	selectActivity = `SELECT document, id FROM activities WHERE customer = ? AND tenant = ? AND reference = ? LIMIT 1`

	selectActivityByID = `SELECT document, id FROM activities WHERE id = ?`
)

// PutActivity implements store.Store.
func (s *Store) PutActivity(ctx context.Context, a customers.Activity) error {
	const doing = "storing an activity"
	document, err := encoded(&a, codec.EncodeActivity)
	if err != nil {
		return failed(doing, err)
	}
	return s.writer.do(ctx, doing, func(t *transaction) error {
		_, err := t.exec(insertActivity, a.ID, a.Customer.Tenant, a.Customer.ID, string(a.Type), []byte(a.Reference), a.Occurred.UnixMilli(), document)
		return err
	})
}

// ActivityOf implements store.Store.
func (s *Store) ActivityOf(ctx context.Context, customer tenancy.Ref, reference string) (customers.Activity, error) {
	return s.activity(ctx, selectActivity, customer.ID, customer.Tenant, []byte(reference))
}

// Activity implements store.Store.
func (s *Store) Activity(ctx context.Context, tenant, id tenancy.ID) (customers.Activity, error) {
	found, err := s.activity(ctx, selectActivityByID, id)
	if err == nil && !tenant.IsZero() && found.Customer.Tenant != tenant {
		return customers.Activity{}, rows.ErrNotFound
	}
	return found, err
}

// activity reads the one activity that a statement finds.
func (s *Store) activity(ctx context.Context, text string, arguments ...any) (customers.Activity, error) {
	var found *customers.Activity
	err := s.read(ctx, "reading an activity", func(c *conn) error {
		return c.query(ctx, text, func(values []driver.Value) error {
			id, err := idOf(values[1])
			if err == nil {
				found, _, err = decoded(values[0], kindActivity, id, codec.DecodeActivity)
			}
			return err
		}, arguments...)
	})
	if err != nil {
		return customers.Activity{}, err
	}
	if found == nil {
		return customers.Activity{}, rows.ErrNotFound
	}
	return *found, nil
}

// Activities implements store.Store.
func (s *Store) Activities(ctx context.Context, q rows.ActivityQuery) (rows.ActivityPage, error) {
	var page rows.ActivityPage
	records, conditions := activityConditions(q)
	err := s.read(ctx, "reading activities", func(c *conn) (err error) {
		page.Activities, err = whole(ctx, s, c, q.Limit+1, documentIn(kindActivity, codec.DecodeActivity), func(limit int64) (string, []any) {
			return pageOfActivities(q, records, limit)
		})
		if err != nil || !q.Count {
			return err
		}
		counted, _, err := c.number(ctx, "SELECT count(*) FROM (SELECT 1 FROM activities"+conditions.where()+" LIMIT ?)",
			append(conditions.arguments[:len(conditions.arguments):len(conditions.arguments)], totals.Limit(q.CountTo))...)
		count := totals.Of(q.Offset, q.After, min(len(page.Activities), q.Limit), len(page.Activities) > q.Limit).Bounded(counted, q.CountTo)
		page.Total, page.AtLeast = count.N, count.AtLeast
		return err
	})
	if err != nil {
		return rows.ActivityPage{}, err
	}
	if len(page.Activities) > q.Limit {
		page.More, page.Activities = true, page.Activities[:max(q.Limit, 0)]
	}
	return page, nil
}

// activityConditions returns the conditions for rows of the page, and for all rows that
// are counted.
func activityConditions(q rows.ActivityQuery) (rows, counted *conditions) {
	counted = &conditions{}
	counted.add("customer = ?", q.Customer.ID)
	counted.add("tenant = ?", q.Customer.Tenant)
	if q.Type != "" {
		counted.add("type = ?", string(q.Type))
	}
	if !q.From.IsZero() {
		counted.add("occurred >= ?", notBefore(q.From))
	}
	if !q.To.IsZero() {
		counted.add("occurred <= ?", q.To.UnixMilli())
	}
	rows = counted
	if q.After != nil {
		behind := "<"
		if q.Ascending {
			behind = ">"
		}
		rows = counted.with("(occurred, id) "+behind+" (?, ?)", q.After.Time.UnixMilli(), q.After.ID)
	}
	return rows, counted
}

func pageOfActivities(q rows.ActivityQuery, rows *conditions, limit int64) (text string, arguments []any) {
	order := " ORDER BY occurred DESC, id DESC"
	if q.Ascending {
		order = " ORDER BY occurred, id"
	}
	text = "SELECT document, id FROM activities" + rows.where() + order + " LIMIT ?"
	arguments = append(rows.arguments[:len(rows.arguments):len(rows.arguments)], limit)
	if q.After == nil && q.Offset > 0 {
		return text + " OFFSET ?", append(arguments, int64(q.Offset))
	}
	return text, arguments
}
