package check

import (
	"regexp"
	"strings"
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
