package webhook

import (
	"time"

	"tenantry/settings"
)

const (
	// disableAfter is how long a webhook may have nothing but failures.
	disableAfter = 5 * 24 * time.Hour
	// dwollaFailures and dwollaTrouble are how many failures in a row, and over how long
	// a time, disable a webhook of Dwolla's form.
	dwollaFailures = 400
	dwollaTrouble  = 24 * time.Hour

	standardTimeout = 15 * time.Second
	dwollaTimeout   = 10 * time.Second
)

// waits returns the waits before the second and each further attempt; after the last one
// a delivery has failed.
func waits(format settings.Format) []time.Duration {
	switch format {
	case settings.Straddle:
		return []time.Duration{
			5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 10 * time.Hour,
		}
	case settings.Dwolla:
		return []time.Duration{
			15 * time.Minute, 45 * time.Minute, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour,
		}
	case settings.Native:
		fallthrough
	default:
		return []time.Duration{
			300 * time.Second, 900 * time.Second, 3600 * time.Second, 43200 * time.Second,
			86400 * time.Second, 86400 * time.Second, 86400 * time.Second, 86400 * time.Second,
		}
	}
}

// waitAfter returns the wait after that many attempts; ok is false if there is no further
// one.
func waitAfter(format settings.Format, attempts int) (wait time.Duration, ok bool) {
	list := waits(format)
	if attempts < 1 || attempts > len(list) {
		return 0, false
	}
	return list[attempts-1], true
}

func timeoutOf(format settings.Format) time.Duration {
	if format == settings.Dwolla {
		return dwollaTimeout
	}
	return standardTimeout
}

// hopeless reports whether a webhook that failed so often in a row, for so long, is to be
// disabled.
func hopeless(format settings.Format, failing time.Duration, count int) bool {
	if format == settings.Dwolla {
		return count >= dwollaFailures && failing >= dwollaTrouble
	}
	return failing >= disableAfter
}
