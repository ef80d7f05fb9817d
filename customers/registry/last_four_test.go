package registry

import "testing"

// The last digits that are shown never are most of a number.
func TestLastFourShowsLittle(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "1": "", "12": "", "123": "23", "1234": "34", "12345": "45", "123456": "3456", "000123456789": "6789",
		"abcé123": "é123", "木木木木木木": "木木木木", "ééé": "éé", "é": "",
	} {
		t.Run(text, func(t *testing.T) {
			if got := lastFour(text); got != want {
				t.Errorf("of %q it shows %q, want %q", text, got, want)
			}
		})
	}
}
