package rules

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tenantry/customers"
)

// Operator says how a Criterion compares.
type Operator string

// The operators.
const (
	Equal          Operator = "="
	NotEqual       Operator = "!="
	Less           Operator = "<"
	AtMost         Operator = "<="
	Greater        Operator = ">"
	AtLeast        Operator = ">="
	StartsWith     Operator = "startswith"
	EndsWith       Operator = "endswith"
	Contains       Operator = "contains"
	ContainsNot    Operator = "!contains"
	ContainsAnyWay Operator = "ilike" // regardless of case
	NorAnyWay      Operator = "!ilike"
	In             Operator = "in"
	NotIn          Operator = "!in"
)

// Criterion is one condition on a field of a row. Moments are compared when the value
// is one, else texts.
type Criterion struct {
	Field    string
	Operator Operator
	// Texts are what to compare with: one, or several for In and NotIn. Times are the
	// same as moments, where the field is one.
	Texts []string
	Times []time.Time
}

// Criteria must all hold.
type Criteria []Criterion

// Hold reports whether a row meets them; value returns its fields, nil for one that has no
// value: a string, a bool or a time.Time.
func (c Criteria) Hold(value func(field string) any) bool {
	return !slices.ContainsFunc(c, func(one Criterion) bool { return !one.holds(value(one.Field)) })
}

func (c Criterion) holds(value any) bool {
	switch value := value.(type) {
	case time.Time:
		return c.holdsFor(func(i int) int { return value.Compare(c.Times[i]) }, value.UTC().Format(time.RFC3339Nano), len(c.Times))
	case bool:
		text := "false"
		if value {
			text = "true"
		}
		return c.holdsFor(func(i int) int { return cmp.Compare(text, c.Texts[i]) }, text, len(c.Texts))
	case string:
		return c.holdsFor(func(i int) int { return cmp.Compare(value, c.Texts[i]) }, value, len(c.Texts))
	default:
		return c.Operator == NotEqual || c.Operator == NotIn || c.Operator == ContainsNot || c.Operator == NorAnyWay
	}
}

// holdsFor compares by a function for each of n values, or by text.
func (c Criterion) holdsFor(compare func(i int) int, text string, n int) bool {
	if n == 0 {
		return c.Operator == NotIn || c.Operator == NotEqual
	}
	switch c.Operator {
	case Equal:
		return compare(0) == 0
	case NotEqual:
		return compare(0) != 0
	case Less:
		return compare(0) < 0
	case AtMost:
		return compare(0) <= 0
	case Greater:
		return compare(0) > 0
	case AtLeast:
		return compare(0) >= 0
	case In, NotIn:
		found := false
		for i := range n {
			found = found || compare(i) == 0
		}
		return found == (c.Operator == In)
	}
	if len(c.Texts) == 0 {
		return false
	}
	return c.matches(text, c.Texts[0])
}

func (c Criterion) matches(text, wanted string) bool {
	switch c.Operator {
	case StartsWith:
		return strings.HasPrefix(text, wanted)
	case EndsWith:
		return strings.HasSuffix(text, wanted)
	case Contains:
		return strings.Contains(text, wanted)
	case ContainsNot:
		return !strings.Contains(text, wanted)
	case ContainsAnyWay:
		return strings.Contains(customers.Fold(text), customers.Fold(wanted))
	case NorAnyWay:
		return !strings.Contains(customers.Fold(text), customers.Fold(wanted))
	default:
		return false
	}
}
