package sqlite

import (
	"strings"

	"tenantry/customers"
	"tenantry/customers/rows"
)

// fromFound reads the customers that the index of searches finds, and those that wait to be indexed.
const fromFound = ` FROM (SELECT rowid AS number FROM search WHERE search MATCH ? AND rowid NOT IN (SELECT number FROM unindexed)
		UNION ALL SELECT number FROM unindexed) AS f CROSS JOIN customers AS c ON c.number = f.number`

// looksFor reports whether a filter looks for texts in customers.
func looksFor(f rows.Filter) bool { return f.Name != "" || f.Search != "" || f.Text != "" }

// isSearched reports whether a list is read through the index of searches: unless something
// else leads to fewer rows.
func isSearched(q rows.Query) bool {
	return looksFor(q.Filter) && !selective(q.Filter) && q.Order.By != rows.ByReviewDeadline
}

// bySearch plans a list that is read through the index of searches.
func (l *listing) bySearch(q rows.Query, oneTenant bool) {
	l.from = fromFound
	l.conditions.arguments = append(l.conditions.arguments, matchOf(q, oneTenant))
	if q.Deep {
		l.conditions.add(isDescendant, q.Under)
	} else {
		l.conditions.add("+c.parent = ?", q.Under) // the hits lead, not the parent
	}
}

// looksFor adds the conditions that a row has the texts that a filter looks for.
func (c *conditions) looksFor(f rows.Filter) {
	if f.Name != "" {
		c.add("instr(c.name_folded, ?) > 0", customers.Fold(f.Name))
	}
	if f.Search != "" {
		c.add("instr(c.search_folded, ?) > 0", customers.Fold(f.Search))
	}
	if f.Text == "" {
		return
	}
	wanted := rows.WantedOf(f.Text)
	text, arguments := "", []any{}
	for _, word := range wanted.Beginnings {
		text += " AND instr(c.search_words, ?) > 0"
		arguments = append(arguments, "\n"+word)
	}
	whole := "instr(c.search_words, ?) > 0"
	if text == "" {
		c.add(whole, "\n"+onOneLine(wanted.Exact)+"\n")
		return
	}
	c.add("("+whole+" OR "+strings.TrimPrefix(text, " AND ")+")", append([]any{"\n" + onOneLine(wanted.Exact) + "\n"}, arguments...)...)
}
