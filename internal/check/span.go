package check

import (
	"errors"
	"regexp"
	"strconv"
	"time"
)

// Days and weeks are those of clocks, without the changes of summer time.
const (
	day  = 24 * time.Hour
	week = 7 * day
)

var longSpan = regexp.MustCompile(`^(?:(\d{1,4})w)?(?:(\d{1,5})d)?(.*)$`)

// Span returns the time span that a text names: what time.ParseDuration reads, with weeks
// and days before it, as in 90m, 2d, 1w or 1d12h.
func Span(text string) (time.Duration, error) {
	parts := longSpan.FindStringSubmatch(text)
	if parts == nil {
		return 0, errors.New("a time span fits on one line")
	}
	if parts[1] == "" && parts[2] == "" {
		return time.ParseDuration(text)
	}
	var span time.Duration
	for _, part := range []struct {
		count string
		unit  time.Duration
	}{{parts[1], week}, {parts[2], day}} {
		if count, err := strconv.Atoi(part.count); err == nil {
			span += time.Duration(count) * part.unit
		}
	}
	if parts[3] == "" {
		return span, nil
	}
	rest, err := time.ParseDuration(parts[3])
	if err != nil || rest < 0 || parts[3][0] == '+' {
		return 0, errors.New("a time span is written like 90m, 2d, 1w or 1d12h")
	}
	return span + rest, nil
}
