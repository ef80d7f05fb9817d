package testkit

import "testing"

// UsedToken demands the refusal of a token that was used.
func UsedToken(t testing.TB, err error) {
	t.Helper()
	Duplicate(t, err, "token")
}
