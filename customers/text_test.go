package customers

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"tenantry/internal/fault"
)

// A text has 1 to so many characters, not bytes, of valid UTF-8 without control
// characters; line breaks and tabs are text, blanks alone are none.
func TestCheckText(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text string
		want fault.Detail
	}{
		{"a", ""}, {"木木木木", ""}, {"a\nb\t", ""}, {"a\r", ""}, {"é", ""}, {"👩‍🚀", ""},
		{"", fault.TooShort}, {" ", fault.TooShort}, {"\t\n\r", fault.TooShort}, {"\u3000\u00a0", fault.TooShort}, {"木木木木木", fault.TooLong}, {"abcde", fault.TooLong},
		{"a\x00b", fault.BadValue}, {"\x1b[2J", fault.BadValue}, {"\x7f", fault.BadValue}, {"\u0085", fault.BadValue}, {"a\xffb", fault.BadValue}, {"\xed\xa0\x80", fault.BadValue},
	} {
		var faults fault.List
		ok := checkText(&faults, row.text, "field", 4)
		refusal, _ := faults.Err().(*fault.Error)
		switch {
		case row.want == "" && (!ok || refusal != nil), row.want != "" && ok:
			t.Errorf("%q is accepted: %v, %v", row.text, ok, refusal)
		case row.want != "" && (refusal.Detail != row.want || refusal.Field != "field" || refusal.Value != "" || len(refusal.More) > 0):
			t.Errorf("%q is refused as %+v", row.text, refusal)
		}
	}
}

// E-mail addresses are taken as people have them, and refused where they could be
// something else: a name, a list, a route, a second line.
func TestCheckEmail(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"a@b.co", "first.last+tag@sub.example.com", "o'brien@example.com", "ä@bücher.example", "用户@例え.テスト", "A@EXAMPLE.COM", "1@2.co",
		strings.Repeat("a", 64) + "@example.com", "a@" + strings.Repeat("b", 118) + ".example",
	} {
		var faults fault.List
		if !checkEmail(&faults, good, "email") {
			t.Errorf("%q is refused: %v", good, faults.Err())
		}
	}
	for _, bad := range []string{
		"", "a", "@example.com", "a@", "a@b", "a@@b.co", "a b@example.com", "a@exa mple.com", " a@b.co", "a@b.co ", "a@b.co\n", "a@b.co\r\nBcc: x@y.co",
		"A <a@b.co>", "<a@b.co>", "a@b.co, c@d.co", "a@b..co", "a@.co", "a@b.co.", "a@-b.co", "a@b-.co", "a@b_c.co", "a@[127.0.0.1]", `"a b"@c.co`, "a(comment)@b.co",
		".a@b.co", "a.@b.co", "a..b@c.co", "a\x00@b.co", "a\xff@b.co", "mailto:a@b.co", strings.Repeat("a", 65) + "@example.com", strings.Repeat("ä", 65) + "@example.com",
		"a@" + strings.Repeat("b", 127) + ".co",
	} {
		var faults fault.List
		if checkEmail(&faults, bad, "email") || faults.Len() != 1 {
			t.Errorf("%q is accepted, or refused %d times", bad, faults.Len())
		}
	}
}

// FuzzCheckEmail holds that an accepted address has one @ that counts, a domain
// with a dot, and nothing that could break a header or a line.
func FuzzCheckEmail(f *testing.F) {
	for _, seed := range []string{"a@b.co", `"a@b"@c.co`, "A <a@b.co>", "a@b.co\n", "ä@bücher.example", "a@b.co (x)", "=?utf-8?q?a?=@b.co"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var faults fault.List
		if !checkEmail(&faults, text, "email") {
			if faults.Empty() {
				t.Errorf("%q is refused without a word", text)
			}
			return
		}
		local, domain, found := strings.Cut(text, "@")
		if !found || local == "" || !strings.Contains(domain, ".") || strings.ContainsAny(text, " <>,;:\"()[]\\\r\n\t\x00") ||
			!utf8.ValidString(text) || utf8.RuneCountInString(text) > 128 || utf8.RuneCountInString(local) > 64 || strings.Contains(domain, "@") {
			t.Errorf("%q is accepted", text)
		}
	})
}

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
