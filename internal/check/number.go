package check

import (
	"strconv"
	"strings"
)

const digits = "0123456789"

// IsDigits reports whether a text is least to most ASCII digits and nothing else.
func IsDigits(text string, least, most int) bool {
	return len(text) >= least && len(text) <= most && strings.Trim(text, digits) == ""
}

// Compact returns a number without the spaces and hyphens that people write between
// its digits.
func Compact(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' {
			return -1
		}
		return r
	}, text)
}

// IsDecimal reports whether a text is a decimal number without a sign, of 1 to whole
// digits and, where places is above 0, at most that many decimals behind a point.
func IsDecimal(text string, whole, places int) bool {
	before, after, pointed := strings.Cut(text, ".")
	return IsDigits(before, 1, whole) && (!pointed || IsDigits(after, 1, places))
}

// Hundredths returns a decimal number of 1 to whole digits and at most two decimals in
// hundredths, such as an amount in cents; ok is false for any other text.
func Hundredths(text string, whole int) (hundredths int64, ok bool) {
	if !IsDecimal(text, whole, 2) {
		return 0, false
	}
	before, after, _ := strings.Cut(text, ".")
	hundredths, err := strconv.ParseInt(before+(after + "00")[:2], 10, 64)
	return hundredths, err == nil
}
