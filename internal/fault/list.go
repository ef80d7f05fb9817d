package fault

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// MaxListed is how many failing fields one refusal names. Past it, one more entry,
// of no field, says that there are more: no request makes an answer that is many
// times its own size.
const MaxListed = 50

// List collects the failing fields of one request, so that a caller mends all
// of them at once. The zero value is ready to use.
type List struct {
	found []Violation
	// noted counts those past MaxListed too.
	noted int
}

// Add notes a failing field.
func (l *List) Add(field string, detail Detail, text string) {
	l.note(Violation{Detail: detail, Field: field, Text: text})
}

func (l *List) note(found ...Violation) {
	l.noted += len(found)
	room := max(MaxListed-len(l.found), 0)
	l.found = append(l.found, found[:min(room, len(found))]...)
}

// AddValue notes a failing field with the offending value. Never use it for a
// sensitive one. Values of more than 64 bytes are left out.
func (l *List) AddValue(field string, detail Detail, value, text string) {
	if len(value) > 64 {
		value = ""
	}
	l.note(Violation{Detail: detail, Field: field, Value: value, Text: text})
}

// Include notes the failing fields of an earlier refusal, so that both are told at
// once. An error that names no fields is not included; nil is fine.
func (l *List) Include(err error) {
	if e, ok := errors.AsType[*Error](err); ok && e.Kind == Invalid {
		l.note(e.Violation)
		l.note(e.More...)
	}
}

// Empty tells whether nothing failed so far.
func (l *List) Empty() bool { return l.noted == 0 }

// Len counts the failing fields noted so far, those that are not listed too.
func (l *List) Len() int { return l.noted }

// Full tells that further failing fields would not be listed: whoever reads input
// stops looking for them.
func (l *List) Full() bool { return l.noted > MaxListed }

// Has tells whether field is among the failing ones that are listed.
func (l *List) Has(field string) bool {
	return slices.ContainsFunc(l.found, func(v Violation) bool { return v.Field == field })
}

// Err gives nil when nothing failed, else one Invalid error that carries the first
// MaxListed failing fields, the first noted first, and whether there are more.
func (l *List) Err() error {
	if l.Empty() {
		return nil
	}
	more := slices.Clone(l.found[1:])
	if l.Full() {
		more = append(more, Violation{Detail: TooMany, Text: "there are more failing fields than are listed; mend these first"})
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

// Index gives the path of the i-th element of a list field.
func Index(field string, i int) string { return field + "." + strconv.Itoa(i) }
