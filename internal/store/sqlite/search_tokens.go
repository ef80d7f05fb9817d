package sqlite

import (
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"unicode/utf8"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// The search index holds tokens of each customer, whose first letter says what they are: of
// whom it is a customer, three characters that its text has in a row, how a word of it begins,
// and its whole values. A search is the tokens that all of its hits have. Others may have them
// too, so each is looked at in its row: tokens need not tell more apart than is worth it.
const (
	tokenParent    = "p"
	tokenAncestor  = "a"
	tokenTenant    = "t"
	tokenTrigram   = "g"
	tokenBeginning = "b"
	tokenValue     = "v"

	// trigram is how many characters are in one, and beginning how many of a word in one.
	trigram, beginning = 3, 2
	// filler stands for what is neither a letter nor a digit, and for what follows a text.
	filler = '_'
)

// tokensOf returns the tokens of a customer, in order and each once; none of a tombstone. They
// are what the index holds of it, and what is taken out of it when it is erased: whoever
// changes them makes the index again in a migration.
func tokensOf(c *customers.Customer) []string {
	if c == nil || c.Deleted != nil {
		return nil
	}
	t := tokens{text: make([]byte, 0, 1024), ends: make([]int, 0, 256)}
	t.add(scoped(tokenTenant, c.Tenant))
	t.add(scoped(tokenParent, c.Parent))
	for _, ancestor := range c.Path {
		t.add(scoped(tokenAncestor, ancestor))
	}
	t.trigrams(plain(customers.SearchText(c) + strings.Repeat("\n", trigram-1)))
	for _, word := range rows.SearchWords(c) {
		if isExact(word) {
			t.add(exactToken(word))
			continue
		}
		word := plain(word)
		t.add(tokenBeginning, word[:min(beginning, len(word))]...)
		t.trigrams(word)
	}
	list := t.list()
	slices.Sort(list)
	return slices.Compact(list)
}

// tokens are gathered in one text: a customer has a hundred, and each write makes them twice.
type tokens struct {
	text []byte
	ends []int
}

func (t *tokens) add(kind string, characters ...rune) {
	t.text = append(t.text, kind...)
	for _, r := range characters {
		t.text = utf8.AppendRune(t.text, r)
	}
	t.ends = append(t.ends, len(t.text))
}

// trigrams adds those of a text.
func (t *tokens) trigrams(text []rune) {
	for i := range len(text) - trigram + 1 {
		t.add(tokenTrigram, text[i:i+trigram]...)
	}
}

func (t *tokens) list() []string {
	text, from := string(t.text), 0
	list := make([]string, len(t.ends))
	for i, end := range t.ends {
		list[i], from = text[from:end], end
	}
	return list
}

func scoped(kind string, id tenancy.ID) string { return kind + hex.EncodeToString(id[:]) }

// isExact reports whether a word is a whole value.
func isExact(word string) bool { return strings.HasPrefix(word, rows.Exactly) }

// exactToken returns the token of a whole value, which may be long.
func exactToken(word string) string {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(word))
	return fmt.Sprintf("%s%016x", tokenValue, sum.Sum64())
}

// plain returns the characters of a folded text as tokens have them.
func plain(text string) []rune {
	list := make([]rune, 0, len(text))
	for _, r := range text {
		if r < utf8.RuneSelf && (r < '0' || r > '9') && (r < 'a' || r > 'z') {
			r = filler
		}
		list = append(list, r)
	}
	return list
}

// matchOf returns the search of a list in the language of the index.
func matchOf(q rows.Query, oneTenant bool) string {
	scope := scoped(tokenParent, q.Under)
	if q.Deep {
		scope = scoped(tokenAncestor, q.Under)
	}
	all := []string{quoted(scope)}
	if oneTenant {
		all = append(all, quoted(scoped(tokenTenant, q.Tenant)))
	}
	for _, contained := range []string{q.Filter.Name, q.Filter.Search} {
		if contained != "" {
			all = append(all, containing(plain(customers.Fold(contained)))...)
		}
	}
	if q.Filter.Text != "" {
		wanted := rows.WantedOf(q.Filter.Text)
		either := quoted(exactToken(wanted.Exact))
		var words []string
		for _, word := range wanted.Beginnings {
			words = append(words, beginningWith(plain(word))...)
		}
		if len(words) > 0 {
			either = "(" + either + " OR (" + strings.Join(words, " AND ") + "))"
		}
		all = append(all, either)
	}
	return strings.Join(all, " AND ")
}

// containing returns what texts with some characters in a row have: trigrams that cover them
// or, of fewer characters, a trigram that begins so. Those between would tell little more, and
// each costs a walk through all that have it.
func containing(text []rune) (terms []string) {
	if len(text) < trigram {
		return []string{quoted(tokenTrigram+string(text)) + "*"}
	}
	for at := 0; at < len(text); at += trigram {
		start := min(at, len(text)-trigram)
		terms = append(terms, quoted(tokenTrigram+string(text[start:start+trigram])))
	}
	return terms
}

// beginningWith returns what customers with a word that begins so have.
func beginningWith(word []rune) (terms []string) {
	first := quoted(tokenBeginning + string(word[:min(beginning, len(word))]))
	if len(word) < beginning {
		return []string{first + "*"}
	}
	if len(word) >= trigram {
		terms = containing(word)
	}
	return append(terms, first)
}

// quoted returns a token as searches name it.
func quoted(token string) string { return `"` + token + `"` }
