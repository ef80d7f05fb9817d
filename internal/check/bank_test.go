package check_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tenantry/internal/check"
	"tenantry/internal/secret"
)

// Each country has its own form of routing number.
func TestRouting(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		number, country string
		want            bool
	}{
		{"110000000", check.USA, true}, {"021000021", check.USA, true}, {"021000021", "", true}, {"11000-000", check.Canada, true}, {"000000000", check.USA, false},
		{"021000022", check.USA, false}, {"02100002", check.USA, false}, {"0210000210", check.USA, false}, {"02100002x", check.USA, false}, {"", check.USA, false},
		{"０21000021", check.USA, false}, {"11000-000", check.USA, false}, {"021000021", check.Canada, false}, {"11000000", check.Canada, false}, {"1100-0000", check.Canada, false}, {"11000-000\n", check.Canada, false},
	} {
		t.Run(row.number, func(t *testing.T) {
			if check.IsRouting(row.number, row.country) != row.want {
				t.Errorf("%q in %q: %v", row.number, row.country, !row.want)
			}
		})
	}
}

// The ABA check sum finds every single wrong digit and every swap of neighbors
// that differ by other than five.
func TestRoutingCheckSumFindsErrors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		digits := []byte(rapid.StringMatching(`[0-9]{8}`).Draw(r, "digits"))
		sum := 0
		for i, weight := range []int{3, 7, 1, 3, 7, 1, 3, 7} {
			sum += weight * int(digits[i]-'0')
		}
		number := append(digits, byte('0'+(10-sum%10)%10))
		if check.IsRouting(string(number), check.USA) == (strings.Trim(string(number), "0") == "") {
			r.Fatalf("%s with its check digit", number)
		}
		at := rapid.IntRange(0, 8).Draw(r, "at")
		wrong := append([]byte(nil), number...)
		wrong[at] = byte('0' + (int(wrong[at]-'0')+rapid.IntRange(1, 9).Draw(r, "shift"))%10)
		if check.IsRouting(string(wrong), check.USA) {
			r.Fatalf("%s for %s", wrong, number)
		}
		if at < 8 && (int(number[at])-int(number[at+1]))%5 != 0 {
			number[at], number[at+1] = number[at+1], number[at]
			if check.IsRouting(string(number), check.USA) {
				r.Fatalf("%s, swapped at %d", number, at)
			}
		}
	})
}

// FuzzRouting holds that an accepted number has exactly the digits of its country, and
// that no text is a routing number of both.
func FuzzRouting(f *testing.F) {
	for _, seed := range []string{"110000000", "021000021", "11000-000", "000000000", "", "٠21000021", "0210000\xff1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		american, canadian := check.IsRouting(text, check.USA), check.IsRouting(text, check.Canada)
		bare := check.Compact(text)
		switch {
		case american && canadian:
			t.Errorf("%q is of both countries", text)
		case american && (bare != text || !check.IsDigits(text, 9, 9)), canadian && (!check.IsDigits(bare, 8, 8) || bare[:5]+"-"+bare[5:] != text):
			t.Errorf("%q is accepted", text)
		}
	})
}

// A card number has 12 to 19 digits.
func TestCardNumberLengths(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]bool{
		"4111111111111111": true, strings.Repeat("0", 12): true, strings.Repeat("0", 19): true, strings.Repeat("0", 11): false, strings.Repeat("0", 20): false,
		"": false, "4111 1111 1111 1111": false, "４111111111111111": false, "4111111111111112": false,
	} {
		t.Run(number, func(t *testing.T) {
			if check.IsCardNumber(number) != want {
				t.Errorf("%q: %v", number, !want)
			}
		})
	}
}

// A card number needs its check digit: every single wrong digit is found.
func TestLuhnFindsErrors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		digits := rapid.StringMatching(`[0-9]{11,18}`).Draw(r, "digits")
		valid := ""
		for digit := '0'; digit <= '9'; digit++ {
			if check.IsCardNumber(digits + string(digit)) {
				valid += digits + string(digit)
			}
		}
		if len(valid) != len(digits)+1 {
			r.Fatalf("%s has the check digits of %s", digits, valid)
		}
		wrong := []byte(valid)
		at := rapid.IntRange(0, len(wrong)-1).Draw(r, "at")
		wrong[at] = byte('0' + (int(wrong[at]-'0')+rapid.IntRange(1, 9).Draw(r, "shift"))%10)
		if check.IsCardNumber(string(wrong)) {
			r.Fatalf("%s for %s", wrong, valid)
		}
	})
}

// Account numbers have letters and digits; how people space them does not count.
func TestAccountNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"112233a": "112233a", "1234": "1234", "12345678901234567": "12345678901234567", " 1122-33 A ": "112233A", "DE-12 34": "DE1234", "0001": "0001",
		"": "", "123": "", "1 2-3": "", "123456789012345678": "", "1234.": "", "12_34": "", "１２３４": "", "12ä34": "", "1234\n": "", "12\t34": "", "12\u00a034": "", "----": "",
	} {
		t.Run(text, func(t *testing.T) {
			got, ok := check.AccountNumber(secret.New(text))
			if got.Reveal() != want || ok != (want != "") {
				t.Errorf("%q is %q, %v", text, got.Reveal(), ok)
			}
		})
	}
}
