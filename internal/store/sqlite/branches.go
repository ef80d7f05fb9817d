package sqlite

import (
	"context"
	"database/sql/driver"
	"strings"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/straddle/status"
)

// branched reports whether a list is read as one range of an index for each pair of kind and
// status, each in its order, whose first rows are merged: a list by these, and one by name,
// which no other index has. If all pairs are wanted in the order of creation, its own
// index is better; if another filter leads to few rows, that filter is.
func branched(q rows.Query) bool {
	f := q.Filter
	if q.Deep || looksFor(f) || selective(f) {
		return false
	}
	some := (f.PartyStatuses != 0 || f.PartyTypes != 0) && pairs(f) < len(status.All())*len(customers.PartyTypes())
	return some && (q.Order.By == rows.ByName || q.Order.By == rows.ByCreated) || q.Order.By == rows.ByName && inColumns(f).IsZero()
}

// inColumns returns the rest of a filter beyond the status and the plan, which columns have
// and many customers share.
func inColumns(f rows.Filter) (rest rows.Filter) {
	f.Status, f.PlanKey = "", ""
	return f
}

func pairs(f rows.Filter) int {
	return len(status.In(f.PartyStatuses)) * len(f.PartyTypes.List())
}

// branches returns the statement for one page of a branched list. SQLite merges the
// branches as it reads them: it takes from each no more rows than the page shows, and
// sorts none.
func (l *listing) branches(q rows.Query, conditions *conditions, offset int64) (text string, arguments []any) {
	var parts []string
	for _, kind := range q.Filter.PartyTypes.List() {
		for _, word := range status.In(q.Filter.PartyStatuses) {
			if l.present != nil && !l.present[pair{kind, word}] {
				continue
			}
			branch := conditions.with("c.kind = ? AND c.standing = ?", string(kind), string(word))
			parts = append(parts, "SELECT "+l.id+" AS id, "+l.value+" AS value"+l.from+branch.where())
			arguments = append(arguments, branch.arguments...)
		}
	}
	if len(parts) == 0 {
		return "SELECT NULL AS id, NULL AS value LIMIT 0", nil
	}
	direction := " DESC"
	if l.ascending {
		direction = " ASC"
	}
	text = strings.Join(parts, " UNION ALL ") + " ORDER BY value" + direction + ", id" + direction + " LIMIT ? OFFSET ?"
	return text, append(arguments, int64(q.Limit)+1, offset)
}

// tallied reports whether the total of a list can be read from the tallies.
func tallied(q rows.Query) bool {
	rest := q.Filter
	rest.PartyStatuses, rest.PartyTypes = 0, 0
	return !q.Deep && rest.IsZero() && (q.Filter.PartyStatuses != 0 || q.Filter.PartyTypes != 0)
}

// pair is a kind and a status.
type pair struct {
	kind   customers.PartyType
	status status.Status
}

// selectPair looks into the index of a list for one customer with a kind and a status.
const selectPair = `SELECT kind, standing FROM (SELECT kind, standing FROM customers WHERE parent = ? AND kind = ? AND standing = ? LIMIT 1)`

// presentIn returns the pairs that the children of a customer have, of those that a list is
// about: usually few. It asks the index itself, so that no wrong number hides a customer.
func presentIn(ctx context.Context, c *conn, q rows.Query) (map[pair]bool, error) {
	var parts []string
	var arguments []any
	for _, kind := range q.Filter.PartyTypes.List() {
		for _, word := range status.In(q.Filter.PartyStatuses) {
			parts = append(parts, selectPair)
			arguments = append(arguments, q.Under, string(kind), string(word))
		}
	}
	set := map[pair]bool{}
	err := c.query(ctx, strings.Join(parts, " UNION ALL "), func(v []driver.Value) error {
		kind, _ := v[0].(string)
		word, _ := v[1].(string)
		set[pair{customers.PartyType(kind), status.Status(word)}] = true
		return nil
	}, arguments...)
	return set, err
}
