package check_test

import (
	"testing"
	"time"

	"tenantry/internal/check"
)

// Spans are read with days and weeks; any other text is refused and not guessed.
func TestSpan(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"90m": 90 * time.Minute, "2d": 2 * day, "1w": 7 * day, "1w2d": 9 * day, "1d12h": 36 * time.Hour, "0s": 0, "0": 0, "-5m": -5 * time.Minute,
		"500ms": 500 * time.Millisecond, "9999w": 9999 * 7 * day,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if got, err := check.Span(text); err != nil || got != want {
				t.Errorf("%s is %s (%v), want %s", text, got, err, want)
			}
		})
	}
	for _, text := range []string{"", "d", "2", "1d-1h", "1d+1h", "1h2d", "2d1w", "-1d", "1.5d", "99999w", "2 d", "2d\n"} {
		t.Run("not "+text, func(t *testing.T) {
			t.Parallel()
			if got, err := check.Span(text); err == nil {
				t.Errorf("%q is %s", text, got)
			}
		})
	}
}
