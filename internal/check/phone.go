package check

import (
	"regexp"
	"strings"
)

var (
	e164Form       = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)
	phoneSignsForm = regexp.MustCompile(`^[0-9+(). -]+$`)
)

// IsPhone reports whether a text is a phone number of 1 to most digits with an
// optional + before them.
func IsPhone(text string, most int) bool { return IsDigits(strings.TrimPrefix(text, "+"), 1, most) }

// IsE164 reports whether a text is an international phone number as ITU-T E.164 has
// it: a + and 2 to 15 digits, of which the first is not 0.
func IsE164(text string) bool { return e164Form.MatchString(text) }

// IsUSPhone reports whether a text is the ten digits of a phone number of the US.
func IsUSPhone(text string) bool { return IsDigits(text, 10, 10) }

// USPhone returns the ten digits of a phone number of the US, however it is written and
// with or without its country code. It returns the empty text for any other.
func USPhone(text string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
	national, coded := strings.CutPrefix(digits, "1")
	if coded && (strings.HasPrefix(text, "+") || !IsUSPhone(digits)) {
		digits = national
	} else if strings.HasPrefix(text, "+") {
		return ""
	}
	if !IsWrittenPhone(text) || !IsUSPhone(digits) {
		return ""
	}
	return digits
}

// written removes what people write between the digits of a phone number.
var written = strings.NewReplacer(" ", "", "(", "", ")", "", ".", "", "-", "")

// E164 returns a phone number in that form, one of the US with its country code, however it
// is written; any other text stays as it is.
func E164(text string) string {
	if digits := USPhone(text); digits != "" {
		return "+1" + digits
	}
	if digits := written.Replace(text); IsE164(digits) {
		return digits
	}
	return text
}

// IsWrittenPhone reports whether a text holds only digits and what people write
// between those of a phone number.
func IsWrittenPhone(text string) bool { return phoneSignsForm.MatchString(text) }
