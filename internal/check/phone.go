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

// written removes what people write between the digits of a phone number.
var written = strings.NewReplacer(" ", "", "(", "", ")", "", ".", "", "-", "")

// E164 returns a phone number in that form, with the country code that the ten digits of
// one of the US lack; any other text stays as it is.
func E164(text string) string {
	digits := written.Replace(text)
	switch {
	case IsE164(digits):
		return digits
	case IsUSPhone(digits):
		return "+1" + digits
	case IsE164("+"+digits) && len(digits) == 11 && digits[0] == '1':
		return "+" + digits
	default:
		return text
	}
}

// USPhone returns the ten digits of a phone number of the US, however it is written; any
// other text stays as it is.
func USPhone(text string) string {
	if digits := strings.TrimPrefix(E164(text), "+1"); IsUSPhone(digits) {
		return digits
	}
	return text
}

// IsWrittenPhone reports whether a text holds only digits and what people write
// between those of a phone number.
func IsWrittenPhone(text string) bool { return phoneSignsForm.MatchString(text) }
