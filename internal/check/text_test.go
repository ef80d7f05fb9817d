package check_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tenantry/internal/check"
	"tenantry/internal/fault"
)

// A text has 1 to so many characters, not bytes, of valid UTF-8 without control
// characters; line breaks and tabs are text, blanks alone are none. A refusal names
// the field once and never repeats the text.
func TestText(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text string
		want fault.Detail
	}{
		{"a", ""}, {"木木木木", ""}, {"a\nb\t", ""}, {"a\r", ""}, {"é", ""}, {"👩‍🚀", ""},
		{"", fault.TooShort}, {" ", fault.TooShort}, {"\t\n\r", fault.TooShort}, {"\u3000\u00a0", fault.TooShort}, {"木木木木木", fault.TooLong}, {"abcde", fault.TooLong},
		{"a\x00b", fault.BadValue}, {"\x1b[2J", fault.BadValue}, {"\x7f", fault.BadValue}, {"\u0085", fault.BadValue}, {"a\xffb", fault.BadValue}, {"\xed\xa0\x80", fault.BadValue},
	} {
		t.Run(row.text, func(t *testing.T) {
			var faults fault.List
			ok := check.Text(&faults, row.text, "field", 4)
			var refusal *fault.Error
			errors.As(faults.Err(), &refusal)
			switch {
			case row.want == "" && (!ok || refusal != nil), row.want != "" && ok:
				t.Errorf("%q is accepted: %v, %v", row.text, ok, refusal)
			case row.want != "" && (refusal.Detail != row.want || refusal.Field != "field" || refusal.Value != "" || len(refusal.More) > 0):
				t.Errorf("%q is refused as %+v", row.text, refusal)
			}
		})
	}
}

// The limit of a text is the caller's, and the refusal names it.
func TestTextLimitIsTheCallers(t *testing.T) {
	t.Parallel()
	for limit, says := range map[int]string{1: "at most 1 characters", 128: "at most 128 characters", 256: "at most 256 characters"} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			var faults fault.List
			if !check.Text(&faults, strings.Repeat("é", limit), "field", limit) {
				t.Errorf("%d characters are refused: %v", limit, faults.Err())
			}
			if check.Text(&faults, strings.Repeat("é", limit+1), "field", limit) || !strings.Contains(faults.Err().Error(), says) {
				t.Errorf("%d characters: %v", limit+1, faults.Err())
			}
		})
	}
}

// Each predicate on the form of a text accepts its edges and refuses what lies past
// them, look-alikes of digits and letters included.
func TestForms(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name      string
		is        func(string) bool
		good, bad []string
	}{
		{"blank", check.IsBlank, []string{"", " ", "\t\n", "\u3000"}, []string{"a", " a ", "\x00"}},
		{"handle", check.IsHandle, []string{"a", "Z", "0", ".", "_", "-", "a.B_c-9"}, []string{"", " ", "a b", "ä", "a/b", "a\n", "ａ"}},
		{"two to three digits", func(s string) bool { return check.IsDigits(s, 2, 3) }, []string{"00", "999"}, []string{"", "1", "1234", "1a", "a12", "1a2", "٣٤", "１２", "12\n", "+12"}},
		{
			"phone", func(s string) bool { return check.IsPhone(s, 16) },
			[]string{"1", "+1", "1234567890123456", "+1234567890123456"}, []string{"", "+", "++1", "12345678901234567", "+12345678901234567", "1 2", "(1)", "1+", "+１", "1\n"},
		},
		{"E.164", check.IsE164, []string{"+12", "+12128675309", "+123456789012345"}, []string{"", "+", "+1", "+0123", "12128675309", "+1234567890123456", "+1 212", "+12\n", "+１２"}},
		{"US phone", check.IsUSPhone, []string{"2128675309", "0000000000"}, []string{"", "212867530", "21286753091", "212-867-53", "+212867530", "２１２8675309"}},
		{"written phone", check.IsWrittenPhone, []string{"+1 (212) 867-5309", "212.867.5309", "1"}, []string{"", "ext. 5", "212/867", "212\t867", "1\n"}},
		{"SSN", check.IsSSN, []string{"123-45-6789"}, []string{"", "123456789", "12-345-6789", "123-45-678", "123-45-67890", "abc-de-fghi", "123-45-6789\n", "１23-45-6789"}},
		{"EIN", check.IsEIN, []string{"12-3456789"}, []string{"", "123456789", "123-456789", "12-345678", "12-34567890", "12-3456789 "}},
		{"state form", check.IsStateForm, []string{"ME", "ZZ"}, []string{"", "M", "Me", "me", "MEE", "M1", "ÄÖ", "ME\n"}},
		{"state", check.IsState, []string{"AL", "WY", "DC", "PR", "AA", "AP"}, []string{"", "ZZ", "me", " A", "L ", "AL AK", "  ", "ON"}},
		{"ZIP", check.IsZIP, []string{"00000", "04101", "04101-1234"}, []string{"", "0410", "041011", "04101-", "04101-123", "04101-12345", "04101 1234", "0410A", "04101\n", "٠٤١٠١"}},
		{"Canadian postal code", check.IsCanadianPostalCode, []string{"K1A 0B1", "K1A0B1"}, []string{"", "k1a 0b1", "K1A  0B1", "K1A-0B1", "11A 0B1", "K1A 0B", "K1A 0B1\n"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, text := range row.good {
				if !row.is(text) {
					t.Errorf("%s: %q is refused", row.name, text)
				}
			}
			for _, text := range row.bad {
				if row.is(text) {
					t.Errorf("%s: %q is accepted", row.name, text)
				}
			}
		})
	}
}

// A URL is absolute, of the web, and has a host.
func TestURL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]fault.Detail{
		"https://example.com": "", "http://example.com": "", "HTTPS://example.com/a?b#c": "", "https://bücher.example": "", "https://a.b/" + strings.Repeat("c", 28): "",
		"https://a.b/" + strings.Repeat("c", 29): fault.TooLong, "": fault.TooShort, "example.com": fault.BadValue, "//example.com": fault.BadValue,
		"ftp://example.com": fault.BadValue, "https://": fault.BadValue, "https://:443": fault.BadValue, "javascript:alert(1)": fault.BadValue,
		"https://a b.co": fault.BadValue, "https://%zz": fault.BadValue, "https://a.b\x00": fault.BadValue,
	} {
		t.Run(text, func(t *testing.T) {
			var faults fault.List
			ok := check.URL(&faults, text, "url", 40)
			var refusal *fault.Error
			errors.As(faults.Err(), &refusal)
			if ok != (want == "") || ok != (refusal == nil) || (refusal != nil && (refusal.Detail != want || refusal.Field != "url" || len(refusal.More) > 0)) {
				t.Errorf("%q: %v, %+v", text, ok, refusal)
			}
		})
	}
}

// A name holds nothing that is not shown or turns the text around: it would pass for
// another one. Letters of any script do, combined ones too.
func TestName(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"Zoë", "e\u0301", "حداد", "李 娜", "O’Hara", "Itō & Sons"} {
		t.Run(text, func(t *testing.T) {
			var faults fault.List
			if !check.Name(&faults, text, "name", 64) {
				t.Errorf("%q is refused: %v", text, faults.Err())
			}
		})
	}
	for _, r := range "\n\t\r\x00\x1b\u0085\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u202a\u202d\u202e\u2060\u2066\u2069\ufeff" {
		var faults fault.List
		if check.Name(&faults, "Cove"+string(r)+"Ltd", "name", 64) || !faults.Has("name") {
			t.Errorf("%U is accepted", r)
		}
	}
}
