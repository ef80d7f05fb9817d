package rows

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tenantry/customers"
)

// The bounds of what a search by words knows of one customer, and of what it may ask.
const (
	// mostSearchWords of a customer are kept: those of meta come last.
	mostSearchWords = 64
	// longestSearchWord is how many bytes of a word count.
	longestSearchWord = 32
	// MostWantedWords is the most words of a search.
	MostWantedWords = 8
)

// Exactly begins a kept word that is a whole value: no word of a text begins so.
const Exactly = "="

// SearchWords returns the words that a search by words finds a customer by, each once, in
// order: the words of name, e-mail, legal name, phone and meta, and the whole values of
// id, merchant key, the caller's own id and usernames.
func SearchWords(c *customers.Customer) []string {
	if c.Deleted != nil {
		return nil
	}
	list := make([]string, 0, 16)
	for _, value := range []string{c.ID.String(), c.MerchantKey, c.ExternalID} {
		if value != "" {
			list = append(list, Exactly+customers.Fold(value))
		}
	}
	for i := range c.Users {
		list = append(list, Exactly+customers.Fold(c.Users[i].Username))
	}
	texts := []string{c.Name, c.Email}
	if c.LegalEntity != nil {
		texts = append(texts, c.LegalEntity.BusinessName)
	}
	if c.Contact != nil {
		texts = append(texts, c.Contact.Phone)
	}
	for _, term := range customers.MetaTerms(c.Meta) {
		if term.Value != "true" && term.Value != "false" && term.Value != "null" {
			texts = append(texts, term.Value)
		}
	}
	whole := len(list)
	for _, text := range texts {
		for _, word := range wordsIn(text) {
			if len(list)-whole < mostSearchWords && !slices.Contains(list[whole:], word) {
				list = append(list, word)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// wordsIn returns the words of a text: its runs of letters and digits, folded.
func wordsIn(text string) []string {
	words := strings.FieldsFunc(customers.Fold(text), func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M, unicode.N) })
	for i, word := range words {
		words[i] = beginning(word)
	}
	return words
}

// beginning returns as much of a word as counts, in whole characters.
func beginning(word string) string {
	if len(word) <= longestSearchWord {
		return word
	}
	end := longestSearchWord
	for !utf8.RuneStart(word[end]) {
		end--
	}
	return word[:end]
}

// Wanted is a search by words: it finds a customer that has the whole value Exact, or for
// each of Beginnings a word that begins so.
type Wanted struct {
	Exact      string
	Beginnings []string
}

// WantedOf returns the search for a text. The longest beginning, which is the rarest as a
// rule, comes first.
func WantedOf(text string) Wanted {
	text = strings.ToValidUTF8(text, "\ufffd") // as stores keep it
	words := wordsIn(text)
	slices.SortStableFunc(words, func(x, y string) int { return cmp.Or(len(y)-len(x), strings.Compare(x, y)) })
	return Wanted{Exact: Exactly + customers.Fold(strings.TrimSpace(text)), Beginnings: slices.Compact(words)}
}

// Finds reports whether the search finds a customer of these search words.
func (w Wanted) Finds(words []string) bool {
	if slices.Contains(words, w.Exact) {
		return true
	}
	for _, wanted := range w.Beginnings {
		if !slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(word, wanted) }) {
			return false
		}
	}
	return len(w.Beginnings) > 0
}
