package customers

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// MetaTerm is a scalar of free data and where it stands.
type MetaTerm struct {
	// Path holds the names from the root, joined by dots; items of lists have the path
	// of their list.
	Path string
	// Value is the text of a text, and of anything else its JSON; whole numbers have one
	// form, however they were written.
	Value string
}

// IsZero reports whether it is no term.
func (t MetaTerm) IsZero() bool { return t == MetaTerm{} }

// Key returns the name under which an index keeps the term.
func (t MetaTerm) Key() tenancy.ID {
	sum := sha256.Sum256([]byte(t.Path + "=" + t.Value))
	return tenancy.ID(sum[:len(tenancy.ID{})])
}

// MetaTerms returns the terms of free data, each once, in order.
func MetaTerms(meta patch.Raw) []MetaTerm {
	if len(meta) == 0 {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(meta))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return nil
	}
	var terms []MetaTerm
	addTerms(&terms, "", value)
	slices.SortFunc(terms, func(x, y MetaTerm) int {
		return cmp.Or(strings.Compare(x.Path, y.Path), strings.Compare(x.Value, y.Value))
	})
	return slices.Compact(terms)
}

// addTerms adds the terms of a value at a path.
func addTerms(terms *[]MetaTerm, path string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if path != "" {
				name = path + "." + name
			}
			addTerms(terms, name, inner)
		}
	case []any:
		for _, item := range value {
			addTerms(terms, path, item)
		}
	case string:
		*terms = append(*terms, MetaTerm{path, value})
	case json.Number:
		*terms = append(*terms, MetaTerm{path, numberText(string(value))})
	case bool:
		*terms = append(*terms, MetaTerm{path, strconv.FormatBool(value)})
	case nil:
		*terms = append(*terms, MetaTerm{path, "null"})
	}
}

// numberText returns one form of equal numbers: 7, 7.0 and 7e0 are 7.
func numberText(text string) string {
	if _, err := strconv.ParseInt(text, 10, 64); err == nil && text != "-0" {
		return text
	}
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	if whole := int64(number); float64(whole) == number && whole > -1<<53 && whole < 1<<53 {
		return strconv.FormatInt(whole, 10)
	}
	return strconv.FormatFloat(number, 'g', -1, 64)
}
