package customers

import "strings"

// CountryAlpha2 gives the two letters of a country that is written with three, as
// records have it; empty for what ISO 3166-1 does not list.
func CountryAlpha2(alpha3 string) string {
	for entry := range strings.FieldsSeq(countries) {
		if entry[2:] == alpha3 {
			return entry[:2]
		}
	}
	return ""
}
