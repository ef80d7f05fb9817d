package check

import (
	"regexp"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
)

var (
	ssnForm = regexp.MustCompile(`^[0-9]{3}-[0-9]{2}-[0-9]{4}$`)
	einForm = regexp.MustCompile(`^[0-9]{2}-[0-9]{7}$`)
	// foreignTaxForm is that of tax numbers outside the US, without spaces and hyphens.
	foreignTaxForm = regexp.MustCompile(`^[A-Za-z0-9./&]+$`)
)

// TaxNumber returns the nine digits of a tax number of the US, a Social Security
// number (SSN) or an employer identification number (EIN), however they were laid
// out; ok is false for any other text.
func TaxNumber(text secret.Text) (number secret.Text, ok bool) { return compactDigits(text, 9) }

// LastFour returns the last four digits of a tax number of the US where a text is
// those alone, however they were laid out; ok is false for any other text.
func LastFour(text secret.Text) (number secret.Text, ok bool) { return compactDigits(text, 4) }

func compactDigits(text secret.Text, count int) (secret.Text, bool) {
	number := Compact(text.Reveal())
	if !IsDigits(number, count, count) {
		return secret.Text{}, false
	}
	return secret.New(number), true
}

// ForeignTaxNumber returns a tax number of another country than the US, of at most
// limit characters, without spaces and hyphens. It notes what is wrong with one that
// holds anything but letters A-Z, digits and what authorities put between them.
func ForeignTaxNumber(faults *fault.List, text secret.Text, path string, limit int) (number secret.Text, ok bool) {
	compact := Compact(text.Reveal())
	if !Text(faults, compact, path, limit) {
		return secret.Text{}, false
	}
	if !foreignTaxForm.MatchString(compact) {
		faults.Add(path, fault.BadValue, "may hold only letters A-Z, digits, spaces and - . / &")
		return secret.Text{}, false
	}
	return secret.New(compact), true
}

// IsSSN reports whether a text is a Social Security number laid out as NNN-NN-NNNN.
func IsSSN(text string) bool { return ssnForm.MatchString(text) }

// IsEIN reports whether a text is an employer identification number laid out as
// NN-NNNNNNN.
func IsEIN(text string) bool { return einForm.MatchString(text) }

// FormatSSN returns nine digits laid out as NNN-NN-NNNN; any other text stays as it is.
func FormatSSN(number string) string {
	if !IsDigits(number, 9, 9) {
		return number
	}
	return number[:3] + "-" + number[3:5] + "-" + number[5:]
}

// FormatEIN returns nine digits laid out as NN-NNNNNNN; any other text stays as it is.
func FormatEIN(number string) string {
	if !IsDigits(number, 9, 9) {
		return number
	}
	return number[:2] + "-" + number[2:]
}
