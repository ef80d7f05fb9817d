package check

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tenantry/internal/fault"
)

// Text notes what is wrong with a text: more than limit characters (not bytes),
// control characters other than line breaks and tabs, invalid UTF-8, or blanks only.
// It reports whether the text is fit.
func Text(faults *fault.List, text, path string, limit int) bool {
	switch {
	case utf8.RuneCountInString(text) > limit:
		faults.Add(path, fault.TooLong, fmt.Sprintf("at most %d characters", limit))
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' }):
		faults.Add(path, fault.BadValue, "must not hold control characters")
	case !utf8.ValidString(text):
		faults.Add(path, fault.BadValue, "must be valid UTF-8")
	case IsBlank(text):
		faults.Add(path, fault.TooShort, "must not be empty or blank; leave it out or send null to clear it")
	default:
		return true
	}
	return false
}

// Name is Text for what is read as a name: one line, without the characters that reorder
// what follows them or show nothing, by which one name passes for another.
func Name(faults *fault.List, text, path string, limit int) bool {
	if strings.ContainsFunc(text, unseen) {
		faults.Add(path, fault.BadValue, "must be one line without characters that are not shown or change the direction of text")
		return false
	}
	return Text(faults, text, path, limit)
}

// unseen reports whether a character has no place in a name: line breaks and tabs,
// controls of direction, and those of no width.
func unseen(r rune) bool {
	switch {
	case r == '\n', r == '\r', r == '\t', r == '\u2028', r == '\u2029', // breaks
		r == '\u061c', r == '\u200e', r == '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', // direction
		r == '\u00ad', r >= '\u200b' && r <= '\u200d', r >= '\u2060' && r <= '\u2064', r == '\ufeff', r == '\u180e': // no width
		return true
	}
	return false
}

// IsBlank reports whether a text is empty or holds white space only.
func IsBlank(text string) bool { return strings.TrimSpace(text) == "" }

var handleForm = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// IsHandle reports whether a text holds only letters A-Z, digits and . _ -, as the
// references do that clients choose.
func IsHandle(text string) bool { return handleForm.MatchString(text) }
