package check_test

import (
	"testing"

	"tenantry/internal/check"
)

// Blanks and hyphens between digits do not count; whatever else stands there stays,
// for the form to refuse.
func TestCompact(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "123-45-6789": "123456789", " 4111 1111 ": "41111111", "12–34": "12–34", "1\t2": "1\t2", "1\u00a02": "1\u00a02", "a b": "ab"} {
		t.Run(text, func(t *testing.T) {
			if got := check.Compact(text); got != want {
				t.Errorf("%q becomes %q", text, got)
			}
		})
	}
}

// A decimal has digits before its point and no more behind it than are allowed; in
// hundredths it is exact.
func TestDecimals(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text       string
		whole      int
		ok         bool
		hundredths int64
	}{
		{"0", 3, true, 0}, {"7", 3, true, 700}, {"007", 3, true, 700}, {"100", 3, true, 10000}, {"33.3", 3, true, 3330}, {"33.33", 3, true, 3333}, {"0.01", 3, true, 1},
		{"999999999999999.99", 15, true, 99999999999999999}, {"", 3, false, 0}, {"1000", 3, false, 0}, {".5", 3, false, 0}, {"5.", 3, false, 0}, {"1.234", 3, false, 0},
		{"1.2.3", 3, false, 0}, {"-1", 3, false, 0}, {"+1", 3, false, 0}, {"1e2", 3, false, 0}, {"1,5", 3, false, 0}, {" 1", 3, false, 0}, {"٣", 3, false, 0},
	} {
		t.Run(row.text, func(t *testing.T) {
			got, ok := check.Hundredths(row.text, row.whole)
			if ok != row.ok || got != row.hundredths || check.IsDecimal(row.text, row.whole, 2) != row.ok {
				t.Errorf("%q is %d, %v", row.text, got, ok)
			}
		})
	}
	if !check.IsDecimal("12", 3, 0) || check.IsDecimal("12.0", 3, 0) || check.IsDecimal("12.", 3, 0) {
		t.Error("a whole number has a point")
	}
	if n, ok := check.Hundredths("99999999999999999999", 30); ok {
		t.Errorf("a number past what can be counted is %d", n)
	}
}
