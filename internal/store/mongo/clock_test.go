package mongo_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/internal/secret"
	"tenantry/internal/store/mongo"
)

// A process whose clock is another than the server's does not start, and is told by how
// much and in which direction. One that is a little wrong knows by how much.
func TestClocksMustAgree(t *testing.T) {
	t.Parallel()
	uri, database := freshDatabase(t)
	for name, row := range map[string]struct {
		off     time.Duration
		refused string
	}{
		"right":                   {0, ""},
		"four seconds behind":     {-4 * time.Second, ""},
		"four seconds ahead":      {4 * time.Second, ""},
		"twenty seconds behind":   {-20 * time.Second, "s behind that of MongoDB"},
		"twenty seconds ahead":    {20 * time.Second, "s ahead of that of MongoDB"},
		"a year ahead, by a typo": {365 * 24 * time.Hour, "s ahead of that of MongoDB"},
	} {
		t.Run(name, func(t *testing.T) {
			now := func() time.Time { return time.Now().Add(row.off) }
			s, err := mongo.Open(t.Context(), mongo.Options{URI: secret.New(uri), Database: database, Now: now})
			if wrong, ok := errors.AsType[*mongo.ClockError](err); ok != (row.refused != "") || ok && !strings.Contains(wrong.Error(), row.refused) {
				t.Fatalf("it is answered %v", err)
			}
			if err != nil {
				return
			}
			defer closeStore(t, s)
			if skew, err := s.Skew(t.Context()); err != nil || (skew+row.off).Abs() > time.Second {
				t.Errorf("the skew is %s, %v", skew, err)
			}
		})
	}
}

// A server of this machine has its time: that it tells whole milliseconds is no skew, by which
// what ends in a minute would end a little later.
func TestMillisecondsAreNoSkew(t *testing.T) {
	t.Parallel()
	server := builtServer(t, t.TempDir(), "127.0.0.1:0")
	s := openAt(t, server.uri, "clock")
	t.Cleanup(func() { closeStore(t, s) })
	for range 10 {
		s.ForgetSkew()
		if skew, err := s.Skew(t.Context()); err != nil || skew != 0 {
			t.Fatalf("the skew is %s (%v)", skew, err)
		}
	}
}

// The server is asked for its time once a minute at most.
func TestSkewIsRemembered(t *testing.T) {
	t.Parallel()
	uri, database := freshDatabase(t)
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	s, err := mongo.Open(t.Context(), mongo.Options{URI: secret.New(uri), Database: database, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	for _, row := range []struct {
		name        string
		ahead, want time.Duration
	}{
		{"before the minute is over", 30 * time.Second, 0}, {"afterwards", 90 * time.Second, -90 * time.Second}, {"set back", 0, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			ahead.Store(int64(row.ahead))
			if skew, err := s.Skew(t.Context()); err != nil || (skew-row.want).Abs() > time.Second {
				t.Errorf("the skew is %s, not %s (%v)", skew, row.want, err)
			}
		})
	}
}
