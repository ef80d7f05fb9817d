package fault

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// List collects every failing field of one request, so that a caller mends all
// of them at once. The zero value is ready to use.
type List struct{ found []Violation }

// Add notes a failing field.
func (l *List) Add(field string, detail Detail, text string) {
	l.found = append(l.found, Violation{Detail: detail, Field: field, Text: text})
}

// AddValue notes a failing field with the offending value. Never use it for a
// sensitive one. Values of more than 64 bytes are left out.
func (l *List) AddValue(field string, detail Detail, value, text string) {
	if len(value) > 64 {
		value = ""
	}
	l.found = append(l.found, Violation{Detail: detail, Field: field, Value: value, Text: text})
}

// Include notes the failing fields of an earlier refusal, so that both are told at
// once. An error that names no fields is not included; nil is fine.
func (l *List) Include(err error) {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == Invalid {
		l.found = append(append(l.found, e.Violation), e.More...)
	}
}

// Empty tells whether nothing failed so far.
func (l *List) Empty() bool { return len(l.found) == 0 }

// Len counts the failing fields noted so far.
func (l *List) Len() int { return len(l.found) }

// Has tells whether field is among the failing ones.
func (l *List) Has(field string) bool {
	return slices.ContainsFunc(l.found, func(v Violation) bool { return v.Field == field })
}

// Err gives nil when nothing failed, else one Invalid error that carries every
// failing field, the first noted first.
func (l *List) Err() error {
	if len(l.found) == 0 {
		return nil
	}
	return &Error{
		Kind: Invalid, Code: CodeValidation,
		Violation: l.found[0], More: slices.Clone(l.found[1:]),
	}
}

// Join joins parts of a dotted field path, leaving out empty ones.
func Join(parts ...string) string {
	kept := make([]string, 0, len(parts))
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ".")
}

// Index gives the path of the i-th element of a list field.
func Index(field string, i int) string { return field + "." + strconv.Itoa(i) }
