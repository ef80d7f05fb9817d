package check_test

import (
	"testing"
	"time"

	"tenantry/internal/check"
)

// A date is read by the first layout that fits, and only if the calendar has it.
func TestDate(t *testing.T) {
	t.Parallel()
	both := []string{check.ISODate, check.USDate}
	for _, row := range []struct {
		text    string
		layouts []string
		want    string
	}{
		{"2000-02-29", both, "2000-02-29"}, {"02-29-2000", both, "2000-02-29"}, {"0000-01-01", both, "0000-01-01"}, {"9999-12-31", both, "9999-12-31"},
		{"2000-02", []string{check.ISOMonth}, "2000-02-01"}, {"2000-02", both, ""}, {"02-29-2000", both[:1], ""}, {"2000-02-29", []string{check.ISOMonth}, ""},
		{"1900-02-29", both, ""}, {"2000-04-31", both, ""}, {"2000-00-01", both, ""}, {"2000-13-01", both, ""}, {"29-02-2000", both, ""}, {"", both, ""}, {"2000-2-9", both, ""},
		{"2000-02-29 ", both, ""}, {" 2000-02-29", both, ""}, {"2000/02/29", both, ""}, {"20000229", both, ""}, {"+200-02-29", both, ""}, {"２０００-02-29", both, ""}, {"2000-02-29", nil, ""},
		{"2000-02-29T23:00:00-02:00", []string{time.RFC3339}, "2000-03-01"},
	} {
		t.Run(row.text, func(t *testing.T) {
			got, ok := check.Date(row.text, row.layouts...)
			if ok != (row.want != "") || (ok && (got.Format(check.ISODate) != row.want || got.Location() != time.UTC)) {
				t.Errorf("%q is %v, %v", row.text, got, ok)
			}
		})
	}
}

// A year of age is complete with the first moment of the birthday; who was born on
// February 29 has it on March 1 of common years.
func TestIsOfAge(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		birth, now string
		want       bool
	}{
		{"2000-03-04", "2018-03-04", true}, {"2000-03-04", "2018-03-03", false}, {"2000-02-29", "2018-02-28", false}, {"2000-02-29", "2018-03-01", true}, {"2030-01-01", "2018-03-04", false},
	} {
		t.Run(row.birth, func(t *testing.T) {
			birth, _ := check.Date(row.birth, check.ISODate)
			now, _ := check.Date(row.now, check.ISODate)
			if check.IsOfAge(birth, 18, now) != row.want {
				t.Errorf("born %s, 18 on %s: %v", row.birth, row.now, !row.want)
			}
		})
	}
	birth, _ := check.Date("2000-03-04", check.ISODate)
	if check.IsOfAge(birth, 18, birth.AddDate(18, 0, 0).Add(-time.Nanosecond)) {
		t.Error("a moment before the birthday counts")
	}
}

// FuzzDate holds that what is read of a text is, written in the layout that fits, the
// text itself, and that its ISO form reads as the same day.
func FuzzDate(f *testing.F) {
	for _, seed := range []string{"2000-02-29", "02-29-2000", "2000-02", "", "2000-02-30", "0000-00-00", "2000-02-29.5", "2000-02-29Z", "-001-01-01"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, layout := range []string{check.ISODate, check.USDate, check.ISOMonth} {
			got, ok := check.Date(text, layout)
			if !ok {
				continue
			}
			again, ok := check.Date(got.Format(check.ISODate), check.ISODate)
			if got.Format(layout) != text || !ok || !again.Equal(got) {
				t.Errorf("%q is %v, then %v", text, got, again)
			}
		}
	})
}
