package customers

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The ABA check sum finds every single wrong digit and every swap of neighbours
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
		if isRouting(string(number), usa) == (strings.Trim(string(number), "0") == "") {
			r.Fatalf("%s with its check digit", number)
		}
		at := rapid.IntRange(0, 8).Draw(r, "at")
		wrong := append([]byte(nil), number...)
		wrong[at] = byte('0' + (int(wrong[at]-'0')+rapid.IntRange(1, 9).Draw(r, "shift"))%10)
		if isRouting(string(wrong), usa) {
			r.Fatalf("%s for %s", wrong, number)
		}
		if at < 8 && (int(number[at])-int(number[at+1]))%5 != 0 {
			number[at], number[at+1] = number[at+1], number[at]
			if isRouting(string(number), usa) {
				r.Fatalf("%s, swapped at %d", number, at)
			}
		}
	})
}

// The last digits that are shown never are most of a number.
func TestLastFourShowsLittle(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "1": "", "12": "", "123": "23", "1234": "34", "12345": "45", "123456": "3456", "000123456789": "6789",
		"abcé123": "é123", "木木木木木木": "木木木木", "ééé": "éé", "é": "",
	} {
		if got := lastFour(text); got != want {
			t.Errorf("of %q it shows %q, want %q", text, got, want)
		}
	}
}

// Folding twice is folding once, so that what is compared folded is found again.
func TestFoldIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.String().Draw(r, "text")
		if once := Fold(text); Fold(once) != once {
			r.Fatalf("%q folds to %q, then to %q", text, once, Fold(once))
		}
	})
}

// A card number needs its check digit: every single wrong digit is found.
func TestLuhnFindsErrors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		digits := rapid.StringMatching(`[0-9]{11,18}`).Draw(r, "digits")
		valid := ""
		for check := '0'; check <= '9'; check++ {
			if isCardNumber(digits + string(check)) {
				valid += digits + string(check)
			}
		}
		if len(valid) != len(digits)+1 {
			r.Fatalf("%s has the check digits of %s", digits, valid)
		}
		wrong := []byte(valid)
		at := rapid.IntRange(0, len(wrong)-1).Draw(r, "at")
		wrong[at] = byte('0' + (int(wrong[at]-'0')+rapid.IntRange(1, 9).Draw(r, "shift"))%10)
		if isCardNumber(string(wrong)) {
			r.Fatalf("%s for %s", wrong, valid)
		}
	})
}
