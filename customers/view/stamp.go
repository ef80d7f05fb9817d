package view

import "time"

// stampLayout is ISO 8601 in UTC with exactly three decimals of the second.
const stampLayout = "2006-01-02T15:04:05.000Z"

// Stamp is a moment as answers show it: `2016-02-03T04:05:06.000Z`.
type Stamp time.Time

// MarshalText writes the moment in UTC with milliseconds. It is the text and not the JSON,
// which the encoder would check once more, letter by letter, in every answer.
func (s Stamp) MarshalText() ([]byte, error) {
	at := time.Time(s).UTC()
	// The standard library has a fast way for RFC 3339 without decimals only.
	text := at.AppendFormat(make([]byte, 0, len(stampLayout)), time.RFC3339)
	thousandths := at.Nanosecond() / int(time.Millisecond)
	return append(text[:len(text)-1], '.', digit(thousandths/100), digit(thousandths/10), digit(thousandths), 'Z'), nil
}

// digit returns the last digit of a number.
func digit(n int) byte { return '0' + byte(n%10) } //nolint:gosec // one digit

// UnmarshalText reads what MarshalText wrote; it serves clients and the command line.
func (s *Stamp) UnmarshalText(text []byte) error {
	t, err := time.Parse(stampLayout, string(text))
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
