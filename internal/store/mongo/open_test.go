package mongo_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/secret"
	"tenantry/internal/store/mongo"
)

// Opening with settings that cannot work fails soon and shows neither the URI nor a part
// of the password; a server that does not answer is distinguished from a bad setting.
func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	const password = "hunter2secret"
	for name, row := range map[string]struct {
		uri, database string
		unavailable   bool
	}{
		"nobody listens":             {"mongodb://ann:" + password + "@127.0.0.1:1/?authSource=admin", "d", true},
		"a host that does not exist": {"mongodb://ann:" + password + "@nowhere.invalid:27017", "d", true},
		"no scheme":                  {"ann:" + password + "@127.0.0.1", "d", false},
		"a password not escaped":     {"mongodb://ann:" + password + "%zz@127.0.0.1", "d", false},
		"a password with a slash":    {"mongodb://ann:" + password + "/@127.0.0.1", "d", false},
		"an at sign in it":           {"mongodb://ann:" + password + "@" + password + "@127.0.0.1", "d", false},
		"an option that is none":     {"mongodb://ann:" + password + "@127.0.0.1/?maxPoolSize=" + password, "d", false},
		"nothing":                    {"", "d", false},
		"no database":                {"mongodb://ann:" + password + "@127.0.0.1", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := mongo.Open(t.Context(), mongo.Options{URI: secret.New(row.uri), Database: row.database, Timeout: 300 * time.Millisecond})
			if s != nil || err == nil || errors.Is(err, rows.ErrUnavailable) != row.unavailable {
				t.Fatalf("the answer is %v", err)
			}
			for _, hidden := range []string{password, "ann", "%zz", row.uri} {
				if hidden != "" && strings.Contains(err.Error(), hidden) {
					t.Errorf("the error shows %q: %v", hidden, err)
				}
			}
		})
	}
}
