package fault

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// MaxListed is how many failing fields one refusal names. One more entry, without a
// field, says that more fields fail: no request may cause an answer many times its own
// size.
const MaxListed = 50

// List collects the failing fields of one request, so that a caller can fix all of them
// at once. The zero value is ready to use.
type List struct {
	found []Violation
	// noted counts those past MaxListed too.
	noted int
}

// Add adds a failing field.
func (l *List) Add(field string, detail Detail, text string) {
	l.note(Violation{Detail: detail, Field: field, Text: text})
}

func (l *List) note(found ...Violation) {
	l.noted += len(found)
	room := max(MaxListed-len(l.found), 0)
	l.found = append(l.found, found[:min(room, len(found))]...)
}

// AddValue adds a failing field with the offending value. Never use it for a sensitive
// one. Values of more than 64 bytes are left out.
func (l *List) AddValue(field string, detail Detail, value, text string) {
	if len(value) > 64 {
		value = ""
	}
	l.note(Violation{Detail: detail, Field: field, Value: value, Text: text})
}

// Include adds the failing fields of an earlier refusal, so that both are reported at
// once. An error that names no fields is not included; nil is fine.
func (l *List) Include(err error) {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == Invalid {
		l.note(e.Violation)
		l.note(e.More...)
	}
}

// Empty reports whether nothing failed so far.
func (l *List) Empty() bool { return l.noted == 0 }

// Len returns the number of failing fields so far, including those that are not listed.
func (l *List) Len() int { return l.noted }

// Full reports that further failing fields would not be listed, so that a reader of input
// can stop looking for them.
func (l *List) Full() bool { return l.noted > MaxListed }

// Has reports whether field is among the failing ones that are listed.
func (l *List) Has(field string) bool {
	return slices.ContainsFunc(l.found, func(v Violation) bool { return v.Field == field })
}

// Err returns nil if nothing failed, otherwise one Invalid error with the first MaxListed
// failing fields, in the order added, and whether there are more.
func (l *List) Err() error {
	if l.Empty() {
		return nil
	}
	more := slices.Clone(l.found[1:])
	if l.Full() {
		more = append(more, Violation{Detail: TooMany, Text: "more fields fail than are listed; correct these first"})
	}
	return &Error{Kind: Invalid, Code: CodeValidation, Violation: l.found[0], More: more}
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

// Index returns the path of the i-th element of a list field.
func Index(field string, i int) string { return field + "." + strconv.Itoa(i) }
