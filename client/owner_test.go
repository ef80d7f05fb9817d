package client

import "testing"

// The owner is read from keys alone: anything else has none, and nothing is too short.
func TestOwner(t *testing.T) {
	t.Parallel()
	const key = "sk_test_01IYT0XLWR0AMFAsuNMY54UwMSxIjZ5DYczgvuIE21XiSSifQN2AbPAL5S1O2Jf5sDSEcP2Owifo"
	for name, row := range map[string]struct{ text, want string }{
		"secret key":       {key, "f1f2f3f4f5f6f7f8f9fafbfc"},
		"restricted key":   {"rk" + key[2:], "f1f2f3f4f5f6f7f8f9fafbfc"},
		"publishable key":  {"pk" + key[2:], ""},
		"access token":     {"v4.local." + key, ""},
		"cut off":          {key[:47], ""},
		"empty":            {"", ""},
		"another alphabet": {key[:20] + "-" + key[21:], ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := owner(NewSecret(row.text)); got != row.want {
				t.Errorf("the owner is %q, want %q", got, row.want)
			}
		})
	}
}
