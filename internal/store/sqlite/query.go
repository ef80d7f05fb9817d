package sqlite

import (
	"strings"

	"tenantry/customers/rows"
	"tenantry/internal/dialect/straddle/status"
)

// listing is a list in SQL: where its rows come from, what they must satisfy and how they
// are ordered. Everything but the values comes from constants of this file.
type listing struct {
	from       string
	conditions conditions
	// id and value name the columns of a row's place in the order.
	id, value string
	ascending bool
	// present are the pairs that a list by them reads; nil for all.
	present map[pair]bool
	// few is true for a list that is sorted, because marks lead to few.
	few bool
}

// The sources of rows. From both, the ancestry is read in its order and each row is looked
// up; by isDescendant, the filter's index leads. Marks are in queues.go.
const (
	fromChildren    = " FROM customers AS c"
	fromDescendants = " FROM ancestry AS a"
	fromBoth        = " FROM ancestry AS a CROSS JOIN customers AS c ON c.id = a.id"
	isDescendant    = "EXISTS (SELECT 1 FROM ancestry AS a WHERE a.ancestor = ? AND a.created = c.created AND a.id = c.id)"
)

// listingOf plans a list. The tenant is checked row by row only if oneTenant is set,
// because below anyone but the operator all rows are of one tenant.
func listingOf(q rows.Query, oneTenant bool) listing {
	return listingBy(q, oneTenant, q.Filter.Traits())
}

// listingBy is listingOf with the traits of the filter in an order: the first may lead.
func listingBy(q rows.Query, oneTenant bool, traits []rows.Trait) listing {
	l := listing{from: fromChildren, id: "c.id", value: "c." + column(q.Order.By), ascending: q.Order.Ascending}
	if q.Order.By == rows.ByReviewDeadline {
		l.byReviews(q, oneTenant)
		return l
	}
	byAncestry := q.Deep && q.Order.By == rows.ByCreated
	if marked(q) {
		l.byMarks(q, oneTenant, traits)
		return l
	}
	switch {
	case isSearched(q):
		l.bySearch(q, oneTenant)
	case !q.Deep:
		l.conditions.add("c.parent = ?", q.Under)
	case selective(q.Filter):
		l.conditions.add(isDescendant, q.Under)
	case byAncestry && q.Filter.IsZero() && !oneTenant:
		l.from, l.id, l.value = fromDescendants, "a.id", "a.created"
		l.conditions.add("a.ancestor = ?", q.Under)
	default:
		l.from = fromBoth
		if byAncestry {
			l.id, l.value = "a.id", "a.created"
		}
		l.conditions.add("a.ancestor = ?", q.Under)
	}
	if oneTenant {
		l.conditions.add("c.tenant = ?", q.Tenant)
	}
	filter := q.Filter
	if branched(q) {
		filter.PartyStatuses, filter.PartyTypes = 0, 0 // the branches say it
	}
	l.conditions.filter(filter)
	for _, trait := range filter.Traits() {
		if trait.Kind != rows.TraitStatus && trait.Kind != rows.TraitPlanKey { // which have columns
			l.conditions.hasTrait(q, trait, "c.created", "c.id")
		}
	}
	return l
}

// listingByFew plans a list that is led by the marks of its first trait, which few customers
// have, and sorted.
func listingByFew(q rows.Query, oneTenant bool, traits []rows.Trait) listing {
	l := listing{id: "c.id", value: "c." + column(q.Order.By), ascending: q.Order.Ascending, few: true}
	l.byMarks(q, oneTenant, traits)
	return l
}

// column returns the column that an order goes by.
func column(by rows.OrderBy) string {
	switch by {
	case rows.ByName:
		return "name_folded"
	case rows.ByLastUpdated:
		return "updated"
	case rows.ByCreated, rows.ByReviewDeadline:
		fallthrough
	default:
		return "created"
	}
}

// withRows has the list read the rows of customers too.
func (l *listing) withRows() {
	if !strings.Contains(l.from, "customers AS c") {
		l.from += " CROSS JOIN customers AS c ON c.id = " + l.id
	}
}

// page returns the statement for the places of one page's rows, and one row more.
func (l *listing) page(q rows.Query) (text string, arguments []any) {
	return l.pageFrom(q, skipped(q))
}

// skipped returns how many rows a page skips from where it starts.
func skipped(q rows.Query) int64 {
	if q.After != nil {
		return 0
	}
	return int64(q.Offset)
}

// pageFrom is page with so many rows skipped, also behind a row.
func (l *listing) pageFrom(q rows.Query, offset int64) (text string, arguments []any) {
	direction, behind := " DESC", " < "
	if l.ascending {
		direction, behind = " ASC", " > "
	}
	conditions := &l.conditions
	if q.After != nil {
		// A range of the index, so that a page deep inside costs what the first does.
		conditions = conditions.with("("+l.value+", "+l.id+")"+behind+"(?, ?)", ordered(q.Order.By, *q.After), q.After.ID)
	}
	if branched(q) && !l.few {
		return l.branches(q, conditions, offset)
	}
	by, then := l.value, l.id
	if isSearched(q) || selective(q.Filter) && q.Order.By != rows.ByCreated {
		// The few rows that the filter's index leads to are sorted. The order's own
		// index would be read from end to end to find them.
		by, then = "+"+by, "+"+then
	}
	text = "SELECT " + l.id + ", " + l.value + l.from + conditions.where() +
		" ORDER BY " + by + direction + ", " + then + direction + " LIMIT ?"
	arguments = append(conditions.arguments[:len(conditions.arguments):len(conditions.arguments)], int64(q.Limit)+1)
	if offset > 0 {
		return text + " OFFSET ?", append(arguments, offset)
	}
	return text, arguments
}

// count returns the statement for the number of all rows, as far as a limit.
func (l *listing) count(q rows.Query, limit int64) (text string, arguments []any) {
	all := l.conditions
	if branched(q) && !l.few {
		all = *all.with("1")
		if q.Filter.PartyStatuses != 0 {
			oneOf(&all, "standing", status.In(q.Filter.PartyStatuses))
		}
		// Always said, so that the index of kinds and statuses counts.
		oneOf(&all, "kind", q.Filter.PartyTypes.List())
	}
	arguments = append(all.arguments[:len(all.arguments):len(all.arguments)], limit)
	return "SELECT count(*) FROM (SELECT 1" + l.from + all.where() + " LIMIT ?)", arguments
}

// ordered returns the value of a position as its column holds it.
func ordered(by rows.OrderBy, p rows.Position) any {
	if by == rows.ByName {
		return p.Name
	}
	return p.Time.UnixMilli()
}
