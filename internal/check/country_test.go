package check_test

import (
	"testing"

	"tenantry/internal/check"
)

// A country is known by either code in any case; its name and the codes of no country
// are not.
func TestCountry(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"USA": "USA", "US": "USA", "us": "USA", "uSa": "USA", "CA": "CAN", "CAN": "CAN", "mx": "MEX", "AND": "AND", "zw": "ZWE",
		"": "", "U": "", "USAA": "", "UU": "", "ZZZ": "", "UK": "", "United States": "", " US": "", "US ": "", "USUSA": "", "ＵＳ": "",
	} {
		t.Run(text, func(t *testing.T) {
			got, ok := check.Country(text)
			if got != want || ok != (want != "") {
				t.Errorf("%q is %q, %v", text, got, ok)
			}
		})
	}
}

// The table has the 249 countries of ISO 3166-1, and each is found again by both of
// its codes.
func TestEveryCountryIsFoundByBothCodes(t *testing.T) {
	t.Parallel()
	found := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			alpha2 := string(a) + string(b)
			alpha3, ok := check.Country(alpha2)
			if !ok {
				continue
			}
			found++
			again, ok := check.Country(alpha3)
			if !ok || again != alpha3 || len(alpha3) != 3 || check.CountryAlpha2(alpha3) != alpha2 {
				t.Errorf("%s is %s, which is %s", alpha2, alpha3, check.CountryAlpha2(alpha3))
			}
		}
	}
	if found != 249 {
		t.Errorf("there are %d", found)
	}
	for _, none := range []string{"", "US", "usa", "ZZZ"} {
		t.Run(none, func(t *testing.T) {
			if got := check.CountryAlpha2(none); got != "" {
				t.Errorf("%q is %q", none, got)
			}
		})
	}
}
