package check

import (
	"regexp"
	"strings"

	"tenantry/internal/secret"
)

var transitForm = regexp.MustCompile(`^[0-9]{5}-[0-9]{3}$`)

// IsRouting reports whether a text is the routing number of a bank: in CAN the transit
// and institution numbers as NNNNN-NNN, anywhere else nine digits with the check digit
// of the American Bankers Association.
func IsRouting(number, country string) bool {
	if country == Canada {
		return transitForm.MatchString(number)
	}
	// Zeros alone have a right check digit and are the number of no bank.
	if !IsDigits(number, 9, 9) || strings.Trim(number, "0") == "" {
		return false
	}
	sum := 0
	for i, weight := range []int{3, 7, 1, 3, 7, 1, 3, 7, 1} {
		sum += weight * int(number[i]-'0')
	}
	return sum%10 == 0
}

// AccountNumber returns the number of a bank account without spaces and hyphens; ok is
// false unless 4 to 17 ASCII letters and digits are left. Some banks have letters in them.
func AccountNumber(text secret.Text) (number secret.Text, ok bool) {
	bare := Compact(text.Reveal())
	if len(bare) < 4 || len(bare) > 17 || strings.ContainsFunc(bare, func(r rune) bool { return !isASCIILetter(r) && (r < '0' || r > '9') }) {
		return secret.Text{}, false
	}
	return secret.New(bare), true
}

func isASCIILetter(r rune) bool { return (r >= 'A' && r <= 'Z') || (r >= 'a' && r <= 'z') }

// IsCardNumber reports whether a text is a card number: 12 to 19 digits with a right
// check digit by Luhn's formula.
func IsCardNumber(number string) bool {
	if !IsDigits(number, 12, 19) {
		return false
	}
	sum := 0
	for i := range len(number) {
		digit := int(number[len(number)-1-i] - '0')
		if i%2 == 1 {
			if digit *= 2; digit > 9 {
				digit -= 9
			}
		}
		sum += digit
	}
	return sum%10 == 0
}
