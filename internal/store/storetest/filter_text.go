package storetest

import (
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
)

func filteringText() []guarantee {
	return []guarantee{
		{"a name filter finds the folded text itself, no pattern", func(e *env) {
			names := []string{
				"100% Wool", "100 Wool", "snake_case", "snakeXcase", `back\slash`, "dot.com", "dotXcom", "a.*b", "aXXb", "[x] (y) {z}", "^start$ |or| +plus? *star*",
				"Éclair", "éclair", "E\u0301clair", "İstanbul", "ISTANBUL", "istanbul", "ıspanak", "Straße", "STRASSE", "ΣΊΣΥΦΟΣ", "σίσυφος",
				"\u212aelvin", "kelvin", "𝒜 & 😀", "O'Hara \"quoted\"", "back`tick; --", "NFD cafe\u0301", "NFC caf\u00e9", "Ǆ", "ǆ", "sharp Ⱥ",
			}
			needles := []string{
				"%", "_", `\`, ".", ".*", "^", "$", "[x]", "(", ")", "{z}", "|", "+", "?", "*", "0% w", "snake_", "É", "é", "e\u0301", "\u0301", "İ", "i", "I", "ı",
				"ß", "ss", "SS", "ΣΊΣ", "φος", "φοσ", "K", "\u212a", "😀", "𝒜", "'", `"`, "`", "; --", " ", "ǅ", "ⱥ", "nothing has this", `\E`, `\Qa`, "(?i)E", "$where",
			}
			records := e.rows(names, func(c *customers.Customer, text string) { c.Name = text })
			for _, needle := range needles {
				e.passes(records, condition{rows.Filter{Name: needle}, func(c *customers.Customer) bool {
					return strings.Contains(customers.Fold(c.Name), customers.Fold(needle))
				}})
			}
		}},
		{"an e-mail filter finds the whole folded address", func(e *env) {
			addresses := []string{
				"Ann@Example.com", "ann@example.com", "ANN@EXAMPLE.COM", "ann@example.com ", "xann@example.com", "ann@example.com.au", "ann@exampleXcom",
				"a_n@example.com", "%@example.com", "JÖRG@example.com", "jörg@Example.com", "jo\u0308rg@example.com", "", "İ@example.com", "i@example.com", "\u212a@example.com", "k@example.com",
			}
			records := e.rows(addresses, func(c *customers.Customer, text string) { c.Email = text })
			for _, needle := range append(addresses, "ann", ".*", "ann@example", "A%@example.com") {
				if needle == "" {
					continue // filters nothing
				}
				e.passes(records, condition{rows.Filter{Email: needle}, func(c *customers.Customer) bool {
					return customers.Fold(c.Email) == customers.Fold(needle)
				}})
			}
		}},
		{"a search finds every part of a text, of any length, as it reads now", func(e *env) {
			named := func(name string) Option {
				return With(func(c *customers.Customer) { c.Name, c.Email, c.ExternalID = name, "Ann@Example.com", "Order-77" })
			}
			mine, other := e.child(e.a, Bare(), named("Zoë's 😀 Café aaaaaaa")), e.child(e.a, Bare(), With(func(c *customers.Customer) { c.Name, c.Email = "o", "" }))
			e.child(e.b, Bare(), named("Zoë's 😀 Café aaaaaaa"))
			text := []rune(customers.SearchText(mine))
			has := func(part string) func(*customers.Customer) bool {
				return func(c *customers.Customer) bool { return strings.Contains(customers.SearchText(c), part) }
			}
			lengths := []int{1, 2, 4, 5, 6, 11, len(text)}
			for start := range text {
				part := string(text[start:min(start+lengths[start%len(lengths)], len(text))])
				e.passes([]*customers.Customer{mine, other}, condition{rows.Filter{Search: part}, has(part)})
			}
			for _, part := range []string{"aaaaaaaa", "café aaaaaaab", "zoë'scafé", "order-77order", "\U0010ffff", "\ud7ff", "ann@e.com"} {
				e.lists(e.a, rows.Filter{Search: part})
			}
			e.lists(e.a, rows.Filter{Search: "order-7", Name: "café"}, mine)
			e.lists(e.a, rows.Filter{Search: "zoë", Name: "ann@e"})
			renamed := next(mine, func(c *customers.Customer) { c.Name = "Bakery" })
			e.must(e.store.Replace(e.Context(), renamed, mine.Version), "renaming")
			e.lists(e.a, rows.Filter{Search: "café a"})
			e.lists(e.a, rows.Filter{Search: "akery", Name: "bake"}, renamed)
			e.erase(renamed)
			e.lists(e.a, rows.Filter{Search: "akery"})
			e.lists(e.a, rows.Filter{Search: "ann@exam"})
		}},
		{"time bounds are inclusive to the millisecond", func(e *env) {
			before, at, after := opened.Add(time.Hour-time.Millisecond), opened.Add(time.Hour), opened.Add(time.Hour+time.Millisecond)
			var records []*customers.Customer
			for _, moment := range []time.Time{before, at, after} {
				records = append(records, e.child(e.a, Bare(), At(moment), With(func(c *customers.Customer) { c.LastUpdated = moment })))
			}
			e.lists(e.a, rows.Filter{CreatedFrom: at}, records[1:]...)
			e.lists(e.a, rows.Filter{CreatedTo: at}, records[:2]...)
			e.lists(e.a, rows.Filter{CreatedFrom: at, CreatedTo: at}, records[1])
			e.lists(e.a, rows.Filter{CreatedFrom: after, CreatedTo: before})
			e.lists(e.a, rows.Filter{UpdatedFrom: at}, records[1:]...)
			elsewhere := time.FixedZone("far east", 9*3600)
			e.lists(e.a, rows.Filter{CreatedFrom: at.In(elsewhere), CreatedTo: at.In(elsewhere), UpdatedFrom: at.In(elsewhere)}, records[1])
		}},
	}
}

// rows inserts a child of a for each text, and one of b that must never be seen.
func (e *env) rows(texts []string, set func(c *customers.Customer, text string)) (mine []*customers.Customer) {
	e.Helper()
	for _, text := range texts {
		shape := With(func(c *customers.Customer) { set(c, text) })
		mine = append(mine, e.child(e.a, Bare(), shape))
		e.child(e.b, Bare(), shape)
	}
	return mine
}
