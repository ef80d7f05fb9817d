package customers

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// Limits of an e-mail address (PayStand API reference, customer resource).
const (
	maxEmail      = 128
	maxEmailLocal = 64
)

// text applies an optional text of 1 to limit characters; null clears it.
func (d *draft) text(field patch.Field[string], target *string, path string, limit int) {
	if field.Given() && !checkText(&d.faults, field.Value, path, limit) {
		return
	}
	field.Apply(target)
}

// required applies a text that must be there in the end.
func (d *draft) required(field patch.Field[string], target *string, path string, limit int) {
	if field.Null || (!field.Set && *target == "") {
		d.missing(path)
		return
	}
	if field.Given() && isBlank(field.Value) {
		d.faults.Add(path, fault.TooShort, "must not be empty or blank: it is required")
		return
	}
	d.text(field, target, path, limit)
}

// missing notes a required field that is absent, once.
func (d *draft) missing(path string) {
	if !d.faults.Has(path) {
		d.faults.Add(path, fault.Missing, lastPart(path)+" is required; send it")
	}
}

// email applies an optional e-mail address.
func (d *draft) email(field patch.Field[string], target *string, path string) {
	if field.Given() && !checkEmail(&d.faults, field.Value, path) {
		return
	}
	field.Apply(target)
}

// choice applies one of a few words.
func (d *draft) choice(field patch.Field[string], target *string, path string, allowed ...string) {
	if field.Given() && !slices.Contains(allowed, field.Value) {
		d.faults.AddValue(path, fault.BadValue, field.Value, "must be one of "+strings.Join(allowed, ", "))
		return
	}
	field.Apply(target)
}

// matching applies an optional text that must match a pattern in whole.
func (d *draft) matching(field patch.Field[string], target *string, path string, pattern *regexp.Regexp, limit int, says string) {
	if field.Given() {
		if !checkText(&d.faults, field.Value, path, limit) {
			return
		}
		if !pattern.MatchString(field.Value) {
			d.faults.AddValue(path, fault.BadValue, field.Value, says)
			return
		}
	}
	field.Apply(target)
}

// webURL applies an optional absolute http or https URL.
func (d *draft) webURL(field patch.Field[string], target *string, path string, limit int) {
	if field.Given() {
		if !checkText(&d.faults, field.Value, path, limit) {
			return
		}
		u, err := url.Parse(field.Value)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" {
			d.faults.AddValue(path, fault.BadValue, field.Value, "must be an absolute URL that begins with https:// or http://")
			return
		}
	}
	field.Apply(target)
}

// checkText notes what is wrong with a text: empty or blank, too long (characters,
// not bytes), or holding control characters.
func checkText(faults *fault.List, text, path string, limit int) bool {
	switch {
	case utf8.RuneCountInString(text) > limit:
		faults.Add(path, fault.TooLong, fmt.Sprintf("at most %d characters", limit))
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' }):
		faults.Add(path, fault.BadValue, "must not hold control characters")
	case !utf8.ValidString(text):
		faults.Add(path, fault.BadValue, "must be valid UTF-8")
	case isBlank(text):
		faults.Add(path, fault.TooShort, "must not be empty or blank; leave it out or send null to clear it")
	default:
		return true
	}
	return false
}

func isBlank(text string) bool { return strings.TrimSpace(text) == "" }

// digitsOf gives a number without the blanks and dashes that people put between its
// digits.
func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, text)
}

// checkEmail notes what is wrong with an e-mail address.
func checkEmail(faults *fault.List, text, path string) bool {
	if !checkText(faults, text, path, maxEmail) {
		return false
	}
	at := strings.LastIndexByte(text, '@')
	parsed, err := mail.ParseAddress(text)
	if at < 1 || err != nil || parsed.Address != text || parsed.Name != "" || !isDomain(text[at+1:]) {
		faults.AddValue(path, fault.BadValue, text, "must be an e-mail address such as name@example.com")
		return false
	}
	if utf8.RuneCountInString(text[:at]) > maxEmailLocal {
		faults.Add(path, fault.TooLong, fmt.Sprintf("at most %d characters before the @", maxEmailLocal))
		return false
	}
	return true
}

func isDomain(domain string) bool {
	labels := strings.Split(domain, ".")
	return len(labels) > 1 && !slices.ContainsFunc(labels, func(label string) bool {
		return label == "" || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") ||
			strings.ContainsFunc(label, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	})
}

func lastPart(path string) string { return path[strings.LastIndexByte(path, '.')+1:] }
