package check_test

import (
	"errors"
	"strings"
	"testing"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
)

// A tax number of the US is nine digits and the end of one four, however people lay
// them out; nothing is guessed.
func TestUSTaxNumbers(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ text, whole, last string }{
		{"123456789", "123456789", ""}, {"123-45-6789", "123456789", ""}, {"12-3456789", "123456789", ""}, {" 1 2 3 4 5 6 7 8 9 ", "123456789", ""}, {"000000000", "000000000", ""},
		{"6789", "", "6789"}, {"6-7 89", "", "6789"}, {"", "", ""}, {"-", "", ""}, {"12345678", "", ""}, {"1234567890", "", ""}, {"123.45.6789", "", ""}, {"12345678A", "", ""},
		{"１２３456789", "", ""}, {"123\t456789", "", ""}, {"678", "", ""}, {"67890", "", ""}, {"٦٧٨٩", "", ""},
	} {
		t.Run(row.text, func(t *testing.T) {
			whole, isWhole := check.TaxNumber(secret.New(row.text))
			last, isLast := check.LastFour(secret.New(row.text))
			if whole.Reveal() != row.whole || isWhole != (row.whole != "") || last.Reveal() != row.last || isLast != (row.last != "") {
				t.Errorf("%q is %q (%v) or %q (%v)", row.text, whole.Reveal(), isWhole, last.Reveal(), isLast)
			}
		})
	}
}

// A foreign tax number holds what authorities use, within the caller's limit, and its
// refusal does not show it.
func TestForeignTaxNumber(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"12 345 678-9": "123456789", "AB/12.3&c": "AB/12.3&c", strings.Repeat("9", 12): strings.Repeat("9", 12), strings.Repeat("9", 12) + " -": strings.Repeat("9", 12),
		"": "", " - ": "", strings.Repeat("9", 13): "", "Ä1": "", "1_2": "", "1\n": "", "1\x00": "", "\xff": "",
	} {
		t.Run(text, func(t *testing.T) {
			var faults fault.List
			got, ok := check.ForeignTaxNumber(&faults, secret.New(text), "tax", 12)
			if got.Reveal() != want || ok != (want != "") || ok != faults.Empty() {
				t.Errorf("%q is %q, %v: %v", text, got.Reveal(), ok, faults.Err())
			}
			var refusal *fault.Error
			if errors.As(faults.Err(), &refusal) && (refusal.Value != "" || refusal.Field != "tax" || len(refusal.More) > 0) {
				t.Errorf("%q is refused as %+v", text, refusal)
			}
		})
	}
}

// What is not nine digits is not laid out.
func TestLayoutOfTaxNumbers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{"123456789": {"123-45-6789", "12-3456789"}, "6789": {"6789", "6789"}, "": {"", ""}, "12345678x": {"12345678x", "12345678x"}} {
		t.Run(text, func(t *testing.T) {
			if ssn, ein := check.FormatSSN(text), check.FormatEIN(text); ssn != want[0] || ein != want[1] {
				t.Errorf("%q becomes %q and %q", text, ssn, ein)
			}
		})
	}
}

// FuzzTaxNumber holds that the canonical form of an accepted number is read as itself,
// through both layouts too, and that a number is never both a whole one and an end.
func FuzzTaxNumber(f *testing.F) {
	for _, seed := range []string{"123-45-6789", "12-3456789", "6789", "", "- -", "AB/12.3&c", "１２３456789", "\xff", "123456789\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		whole, isWhole := check.TaxNumber(secret.New(text))
		last, isLast := check.LastFour(secret.New(text))
		if isWhole && isLast {
			t.Errorf("%q is a whole number and an end", text)
		}
		if isLast {
			if again, ok := check.LastFour(last); !ok || again.Reveal() != last.Reveal() || !check.IsDigits(last.Reveal(), 4, 4) {
				t.Errorf("%q ends in %q", text, last.Reveal())
			}
		}
		if isWhole {
			ssn, ein := check.FormatSSN(whole.Reveal()), check.FormatEIN(whole.Reveal())
			if !check.IsDigits(whole.Reveal(), 9, 9) || !check.IsSSN(ssn) || !check.IsEIN(ein) {
				t.Errorf("%q is laid out as %q and %q", text, ssn, ein)
			}
			for _, same := range []string{whole.Reveal(), ssn, ein} {
				if again, ok := check.TaxNumber(secret.New(same)); !ok || again.Reveal() != whole.Reveal() {
					t.Errorf("%q is %q, then %q", text, whole.Reveal(), again.Reveal())
				}
			}
		}
		var faults fault.List
		foreign, ok := check.ForeignTaxNumber(&faults, secret.New(text), "tax", 32)
		if ok != faults.Empty() {
			t.Errorf("%q: %v with %v", text, ok, faults.Err())
		}
		if again, still := check.ForeignTaxNumber(&faults, foreign, "tax", 32); ok && (!still || again.Reveal() != foreign.Reveal()) {
			t.Errorf("%q is %q, then %q", text, foreign.Reveal(), again.Reveal())
		}
	})
}
