package check

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tenantry/internal/fault"
)

// maxLocalPart is what may stand before the @ (RFC 5321, 4.5.3.1.1).
const maxLocalPart = 64

// Email notes what is wrong with an e-mail address of at most limit characters: it is
// the bare address, of one person, with a domain of two labels or more. It reports
// whether the address is fit.
func Email(faults *fault.List, text, path string, limit int) bool {
	if !Text(faults, text, path, limit) {
		return false
	}
	at := strings.LastIndexByte(text, '@')
	parsed, err := mail.ParseAddress(text)
	if at < 1 || err != nil || parsed.Address != text || !isDomain(text[at+1:]) {
		faults.AddValue(path, fault.BadValue, text, "must be an e-mail address such as name@example.com")
		return false
	}
	if utf8.RuneCountInString(text[:at]) > maxLocalPart {
		faults.Add(path, fault.TooLong, fmt.Sprintf("at most %d characters before the @", maxLocalPart))
		return false
	}
	return true
}

// IsEmail reports whether Email finds nothing wrong.
func IsEmail(text string, limit int) bool {
	var faults fault.List
	return Email(&faults, text, "", limit)
}

func isDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	return len(labels) > 1 && !slices.ContainsFunc(labels, func(label string) bool {
		return label == "" || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") ||
			strings.ContainsFunc(label, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	})
}
