package mongo

import (
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/x/bsonx/bsoncore"

	"tenantry/customers"
	"tenantry/internal/store/codec"
)

// gramLength is how many characters a gram has.
const gramLength = 5

// gramsOf returns the grams of the text that a search looks through: what stands there from
// each character on, five characters or as many as are left, each once; none of a
// tombstone. A text of n characters has n at most, and the rules of its fields bound it to
// about a thousand.
//
// A search finds a text within a word too, so words and their beginnings would miss what it
// asks for. Grams of three characters would be fewer bytes, but an index of lists is entered
// by one of its values, whatever else is asked for, and many a text has the same three. A
// shorter text is the beginning of a gram, and so one range of the index.
func gramsOf(c *customers.Customer, searched codec.Indexed) []string {
	if c.Deleted != nil {
		return []string{}
	}
	text := searched.SearchText
	list := make([]string, 0, len(text))
	seen := make(map[string]struct{}, len(text))
	end := 0
	for n := 0; n < gramLength && end < len(text); n++ {
		end += lengthAt(text, end)
	}
	for start := 0; start < len(text); start += lengthAt(text, start) {
		gram := text[start:end]
		if _, twice := seen[gram]; !twice {
			seen[gram] = struct{}{}
			list = append(list, gram)
		}
		end += lengthAt(text, end)
	}
	return list
}

// array returns texts as MongoDB has them, of which every write makes many.
func array(texts []string) bson.RawValue {
	made := bsoncore.NewArrayBuilder()
	for _, text := range texts {
		made.AppendString(text)
	}
	return bson.RawValue{Type: bson.TypeArray, Value: made.Build()}
}

// lengthAt returns how many bytes the character at a place has; none at the end.
func lengthAt(text string, at int) int {
	_, size := utf8.DecodeRuneInString(text[at:])
	return size
}

// leading returns the conditions on grams that hold for every text which contains a part.
// They lead to few customers but do not prove that the part is there: what is longer than a
// gram is looked for by its first and its last one, and the server takes the rarer.
func leading(part string) bson.A {
	runes := []rune(part)
	switch {
	case len(runes) < gramLength:
		begins := equal("$gte", part)
		if next := successor(runes); next != "" {
			begins = append(begins, bson.E{Key: "$lt", Value: next})
		}
		return bson.A{equal(grams, equal("$elemMatch", begins))}
	case len(runes) == gramLength:
		return bson.A{equal(grams, part)}
	default:
		return bson.A{equal(grams, string(runes[:gramLength])), equal(grams, string(runes[len(runes)-gramLength:]))}
	}
}

// successor returns the first text behind all that begin with the given one, or none.
func successor(runes []rune) string {
	const beforeSurrogates, behindSurrogates = 0xD7FF, 0xE000
	for last := len(runes) - 1; last >= 0; last-- {
		next := runes[last] + 1
		if runes[last] == beforeSurrogates {
			next = behindSurrogates
		}
		if next <= utf8.MaxRune {
			return string(runes[:last]) + string(next)
		}
	}
	return ""
}
