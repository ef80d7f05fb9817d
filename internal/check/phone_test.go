package check_test

import (
	"strings"
	"testing"

	"tenantry/internal/check"
)

// A number of the US gets its country code, however it is written, and any other with one
// its form; nothing else is touched.
func TestE164(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2128675309": "+12128675309", "+12128675309": "+12128675309", "12128675309": "+12128675309", "(212) 867-5309": "+12128675309",
		"+44 20 7946.0000": "+442079460000", "442079460000": "442079460000", "212-867-5309 ext 7": "212-867-5309 ext 7", "": "", "212": "212",
	} {
		t.Run(text, func(t *testing.T) {
			if got := check.E164(text); got != want {
				t.Errorf("%q becomes %q", text, got)
			}
		})
	}
}

// A number of the US is its ten digits, however it is written; any other is none.
func TestUSPhone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2128675309": "2128675309", "+12128675309": "2128675309", "12128675309": "2128675309", "212-867-5309": "2128675309",
		"(904) 555-1796": "9045551796", "+1 (212) 867.5309": "2128675309", "+1212867530": "", "+2128675309": "", "+442071234567": "",
		"22128675309": "", "212867530": "", "212-867-5309 x1": "", "": "", "+": "", "call 2128675309": "",
	} {
		t.Run(text, func(t *testing.T) {
			if got := check.USPhone(text); got != want {
				t.Errorf("%q becomes %q", text, got)
			}
		})
	}
}

// FuzzPhone holds that each form lies within the wider ones, that an accepted number
// holds nothing but digits and its +, and that its international form is final.
func FuzzPhone(f *testing.F) {
	for _, seed := range []string{"", "+", "2128675309", "+12128675309", "+1", "+0123", "1234567890123456", "12345678901234567", "٣٤", "+1 (212) 867-5309"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		full := check.E164(text)
		switch {
		case check.E164(full) != full:
			t.Errorf("%q becomes %q, then another", text, full)
		case check.IsUSPhone(text) && !check.IsE164(full), check.IsE164(text) && full != text:
			t.Errorf("%q becomes %q", text, full)
		case (check.IsE164(text) || check.IsUSPhone(text)) && !check.IsPhone(text, 16), check.IsPhone(text, 16) && !check.IsWrittenPhone(text):
			t.Errorf("%q has a narrow form and not the wide one", text)
		case check.IsPhone(text, 16) && (strings.Trim(strings.TrimPrefix(text, "+"), "0123456789") != "" || len(text) > 17):
			t.Errorf("%q is accepted", text)
		}
	})
}
