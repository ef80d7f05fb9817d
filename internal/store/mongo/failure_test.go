package mongo_test

import (
	"errors"
	"strings"
	"testing"

	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"tenantry/internal/store/mongo"
)

// Faults that pass are distinguished from those that stay, whatever form the server
// reports them in.
func TestWhichFaultsMayPass(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		err  error
		want bool
	}{
		"a lost connection":              {driver.CommandError{Labels: []string{"NetworkError"}}, true},
		"a connection cut mid-command":   {driver.CommandError{Message: "socket was unexpectedly closed"}, true},
		"not the primary":                {driver.CommandError{Code: 10107}, true},
		"shutting down":                  {driver.CommandError{Code: 91}, true},
		"out of disk":                    {driver.WriteException{WriteErrors: driver.WriteErrors{{Code: 14031}}}, true},
		"a write that may be repeated":   {driver.CommandError{Code: 4711, Labels: []string{"RetryableWriteError"}}, true},
		"a write not on enough members":  {driver.WriteException{WriteConcernError: &driver.WriteConcernError{Code: 4711}}, true},
		"writes not on enough members":   {driver.BulkWriteException{WriteConcernError: &driver.WriteConcernError{Code: 64}}, true},
		"what no server was asked":       {errors.New("pool cleared"), true},
		"a closed client":                {driver.ErrClientDisconnected, true},
		"no right to do that":            {driver.CommandError{Code: 13}, false},
		"a document that is refused":     {driver.WriteException{WriteErrors: driver.WriteErrors{{Code: 121}}}, false},
		"a command that does not exist":  {driver.CommandError{Code: 59}, false},
		"a value that cannot be encoded": {driver.MarshalError{Err: errors.New("x")}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := mongo.MayPass(row.err); got != row.want {
				t.Errorf("%s: %t", name, got)
			}
		})
	}
}

// What a server says in words may quote a record, so errors show its code only; the
// error itself stays in the chain.
func TestServersWordsAreNotShown(t *testing.T) {
	t.Parallel()
	cause := driver.WriteException{WriteErrors: driver.WriteErrors{{Code: 121, Message: `failed: { email: "ann@example.com" }`}}}
	err := mongo.Plain(cause)
	if strings.Contains(err.Error(), "ann@") || !strings.Contains(err.Error(), "121") {
		t.Errorf("the error says %q", err)
	}
	if _, ok := errors.AsType[driver.WriteException](err); !ok {
		t.Error("the cause is lost")
	}
}
