package sqlite

import (
	"strings"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/straddle/status"
)

// branched reports whether a list is read as one range of an index for each pair of kind and
// status, each in its order, whose first rows are merged: a list by these, and one of all by
// name, which no other index has. If all pairs are wanted in the order of creation, its own
// index is better; if another filter leads to few rows, that filter is.
func branched(q rows.Query) bool {
	f := q.Filter
	if q.Deep || looksFor(f) || selective(f) {
		return false
	}
	some := (f.PartyStatuses != 0 || f.PartyTypes != 0) && pairs(f) < len(status.All())*len(customers.PartyTypes())
	return some && (q.Order.By == rows.ByName || q.Order.By == rows.ByCreated) || q.Order.By == rows.ByName && f.IsZero()
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
			branch := conditions.with("c.kind = ? AND c.standing = ?", string(kind), string(word))
			parts = append(parts, "SELECT "+l.id+" AS id, "+l.value+" AS value"+l.from+branch.where())
			arguments = append(arguments, branch.arguments...)
		}
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
