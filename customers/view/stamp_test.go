package view_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"tenantry/customers/view"
)

// Every moment of four-digit years is shown in UTC with exactly three decimals, cut and not
// rounded, and read back to the millisecond.
func TestStampsShowMilliseconds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := time.FixedZone("", rapid.IntRange(-14*3600, 14*3600).Draw(t, "offset"))
		seconds := rapid.Int64Range(-62_135_510_400, 253_402_214_400).Draw(t, "seconds")
		at := time.Unix(seconds, rapid.Int64Range(0, 999_999_999).Draw(t, "nanoseconds")).In(zone)
		text, err := view.Stamp(at).MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		if want := at.UTC().Format("2006-01-02T15:04:05.000Z"); string(text) != want {
			t.Fatalf("%v is shown as %s, want %s", at, text, want)
		}
		var read view.Stamp
		if err := read.UnmarshalText(text); err != nil || !time.Time(read).Equal(at.Truncate(time.Millisecond)) {
			t.Fatalf("%s is read as %v, %v", text, time.Time(read), err)
		}
	})
}
