package check

import "time"

// The layouts of dates.
const (
	ISODate  = time.DateOnly // YYYY-MM-DD
	USDate   = "01-02-2006"  // MM-DD-YYYY
	ISOMonth = "2006-01"     // YYYY-MM, the first day of the month
)

// Date returns the moment that a text names by the first of the layouts that fits,
// in UTC; ok is false when none does.
func Date(text string, layouts ...string) (moment time.Time, ok bool) {
	for _, layout := range layouts {
		if moment, err := time.Parse(layout, text); err == nil {
			return moment.UTC(), true
		}
	}
	return time.Time{}, false
}

// IsOfAge reports whether a person who was born on that day is so many years old.
func IsOfAge(birth time.Time, years int, now time.Time) bool {
	return !birth.AddDate(years, 0, 0).After(now)
}
