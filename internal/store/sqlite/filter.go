package sqlite

import (
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/dwolla/status"
	straddlestatus "tenantry/internal/dialect/straddle/status"
)

// conditions collects the conditions for rows, with every value bound.
type conditions struct {
	texts     []string
	arguments []any
}

func (c *conditions) add(text string, arguments ...any) {
	c.texts = append(c.texts, text)
	c.arguments = append(c.arguments, arguments...)
}

// with returns the conditions and one more, and leaves c as it is.
func (c *conditions) with(text string, arguments ...any) *conditions {
	more := &conditions{texts: c.texts[:len(c.texts):len(c.texts)], arguments: c.arguments[:len(c.arguments):len(c.arguments)]}
	more.add(text, arguments...)
	return more
}

func (c *conditions) where() string { return " WHERE " + strings.Join(c.texts, " AND ") }

// filter adds the conditions of a filter on the row c of customers.
func (c *conditions) filter(f rows.Filter) {
	equal := func(column, value string) {
		if value != "" {
			c.add("c."+column+" = ?", value)
		}
	}
	equal("status", string(f.Status))
	equal("plan_key", f.PlanKey)
	equal("merchant_key", f.MerchantKey)
	equal("external_id", f.ExternalID)
	equal("email_folded", customers.Fold(f.Email))
	c.looksFor(f)
	for _, term := range f.Meta {
		if !term.IsZero() {
			c.add(hasTerm, term.Key())
		}
	}
	if f.PartyTypes != 0 {
		oneOf(c, "kind", f.PartyTypes.List())
	}
	if f.PartyStatuses != 0 {
		oneOf(c, "standing", straddlestatus.In(f.PartyStatuses))
	}
	if f.EnrollmentStatuses != 0 {
		oneOf(c, "stage", status.In(f.EnrollmentStatuses))
	}
	c.created("c", f)
	if !f.UpdatedFrom.IsZero() {
		c.add("c.updated >= ?", notBefore(f.UpdatedFrom))
	}
}

// created adds the conditions of a filter on the creation of a row, and returns the rest of
// the filter.
func (c *conditions) created(row string, f rows.Filter) rows.Filter {
	if !f.CreatedFrom.IsZero() {
		c.add(row+".created >= ?", notBefore(f.CreatedFrom))
	}
	if !f.CreatedTo.IsZero() {
		c.add(row+".created <= ?", f.CreatedTo.UnixMilli())
	}
	f.CreatedFrom, f.CreatedTo = time.Time{}, time.Time{}
	return f
}

// beyond returns the filter of a page without the bounds of the order's own value that
// follow from where the page starts and, unless nil, the last row that it may have: with two
// bounds on one side SQLite would enter the index at either, and read what is between.
func beyond(q rows.Query, last *rows.Position) rows.Filter {
	f, low, high := q.Filter, q.After, last
	if !q.Order.Ascending {
		low, high = high, low
	}
	byCreated := q.Order.By == rows.ByCreated
	if byCreated && low != nil && !low.Time.Before(f.CreatedFrom) {
		f.CreatedFrom = time.Time{}
	}
	if byCreated && high != nil && !high.Time.After(f.CreatedTo) {
		f.CreatedTo = time.Time{}
	}
	if q.Order.By == rows.ByLastUpdated && low != nil && !low.Time.Before(f.UpdatedFrom) {
		f.UpdatedFrom = time.Time{}
	}
	return f
}

// selective reports whether an index leads from the filter to a few rows, so that they
// are looked up first and their place in the tree is checked afterwards.
func selective(f rows.Filter) bool {
	return f.MerchantKey != "" || f.ExternalID != "" || f.Email != "" || !f.Meta[0].IsZero()
}

// notBefore returns the first millisecond that is not before t.
func notBefore(t time.Time) int64 {
	milliseconds := t.UnixMilli()
	if time.UnixMilli(milliseconds).Before(t) {
		milliseconds++
	}
	return milliseconds
}

// oneOf adds the condition that a column holds one of a few values.
func oneOf[T ~string](c *conditions, column string, values []T) {
	arguments := make([]any, len(values))
	for i, value := range values {
		arguments[i] = string(value)
	}
	c.add("c."+column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", arguments...)
}
