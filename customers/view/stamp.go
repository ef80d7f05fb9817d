package view

import "time"

// stampLayout is ISO 8601 in UTC with exactly three decimals of the second.
const stampLayout = "2006-01-02T15:04:05.000Z"

// Stamp is a moment as answers show it: `2016-02-03T04:05:06.000Z`.
type Stamp time.Time

// MarshalJSON writes the moment in UTC with milliseconds.
func (s Stamp) MarshalJSON() ([]byte, error) {
	return []byte(time.Time(s).UTC().Format(`"` + stampLayout + `"`)), nil
}

// UnmarshalJSON reads what MarshalJSON wrote; it serves clients and the command line.
func (s *Stamp) UnmarshalJSON(text []byte) error {
	t, err := time.Parse(`"`+stampLayout+`"`, string(text))
	*s = Stamp(t)
	return err
}

// StampOf returns the stamp of a moment, or nil.
func StampOf(t *time.Time) *Stamp {
	if t == nil {
		return nil
	}
	s := Stamp(*t)
	return &s
}
