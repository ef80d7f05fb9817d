// Package history records what clients asked of the service at the same time and how they
// were answered, over kills too, and tests that some order of all of it explains every answer:
// that names and merchant keys are linearizable.
package history

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// What a client asks of a value: of the name of one customer, or of one merchant key, which one
// customer has at a time.
const (
	Write = "write" // a name
	Read  = "read"  // a name
	Take  = "take"  // a merchant key
	Free  = "free"  // a merchant key
)

// Question is what a client asks. Text is the name, or that of the customer which takes or
// frees a merchant key.
type Question struct{ Value, What, Text string }

// Reply is how a client was answered; the zero value is no answer.
type Reply struct {
	Answered bool
	Text     string
	Refused  bool
	// Void reports a refusal for another reason than the value, which changed nothing.
	Void bool
}

// NeverSent is the status of a request that found no service to send it to.
const NeverSent = -1

// IsRefused reports whether a status is a refusal.
func IsRefused(status int) bool {
	return status >= http.StatusBadRequest && status < http.StatusInternalServerError
}

// IsVoid reports whether a status says that nothing was done. A killed service leaves
// hundreds of requests that were never sent, of which a search for an order knows nothing
// but that they may have been done at any time.
func IsVoid(status int) bool { return IsRefused(status) || status == NeverSent }

// model is what a name and a merchant key are, to all clients together: a name is the one
// that was written last, and a key is taken or free.
var model = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byValue := map[string][]porcupine.Operation{}
		for _, o := range history {
			value := o.Input.(Question).Value
			byValue[value] = append(byValue[value], o)
		}
		var list [][]porcupine.Operation
		for _, one := range byValue {
			list = append(list, one)
		}
		return list
	},
	Init: func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		now, ask, answer := state.(string), input.(Question), output.(Reply)
		switch ask.What {
		case Read:
			return !answer.Answered || now == answer.Text, now
		case Take:
			if answer.Refused || !answer.Answered && now != "" {
				return now != "", now
			}
			return now == "", ask.Text
		case Free:
			if now != ask.Text {
				return !answer.Answered, now
			}
			return true, ""
		default:
			return true, ask.Text
		}
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%+v: %+v", input, output) },
}

// Log is a history. Its methods may be called at the same time.
type Log struct {
	began   time.Time
	mu      sync.Mutex
	history []porcupine.Operation
}

// New returns an empty history that begins now.
func New() *Log { return &Log{began: time.Now()} }

// Record does something and notes it.
func (l *Log) Record(client int, ask Question, do func() Reply) {
	call := time.Since(l.began)
	answer := do()
	ended := time.Since(l.began)
	if answer.Void {
		return
	}
	if !answer.Answered {
		if ask.What == Read {
			return
		}
		ended = 1 << 62 // it may have happened at any moment, and never
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.history = append(l.history, porcupine.Operation{ClientId: client, Input: ask, Call: int64(call), Output: answer, Return: int64(ended)})
}

// Contest has a customer take a merchant key that others want too, and frees the key again if
// it got it. Both functions return the status of the answer, take the id of what was made.
func (l *Log) Contest(client int, value, name string, take func() (status int, id string), free func(id string) (status int)) {
	id := ""
	l.Record(client, Question{Value: value, What: Take, Text: name}, func() Reply {
		var status int
		status, id = take()
		taken := status == http.StatusConflict
		return Reply{Answered: status == http.StatusCreated || taken, Refused: taken, Void: IsVoid(status) && !taken}
	})
	if id == "" {
		return
	}
	l.Record(client, Question{Value: value, What: Free, Text: name}, func() Reply {
		status := free(id)
		return Reply{Answered: status == http.StatusNoContent, Void: IsVoid(status)}
	})
}

// Len returns how many operations were noted since the history began anew.
func (l *Log) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.history)
}

// Restart forgets what was noted: it is settled, and values have what the caller notes next.
func (l *Log) Restart() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.history = nil
}

// Check fails the test if no order explains the history, and reports false if none was found
// in time.
func (l *Log) Check(t testing.TB, within time.Duration) bool {
	t.Helper()
	l.mu.Lock()
	history := slices.Clone(l.history)
	l.mu.Unlock()
	switch result, info := porcupine.CheckOperationsVerbose(model, history, within); result {
	case porcupine.Ok:
		return true
	case porcupine.Illegal:
		file, err := os.CreateTemp("", "history-*.html")
		if err == nil {
			err = errors.Join(porcupine.Visualize(model, info, file), file.Close())
		}
		t.Fatalf("what clients were told has no order; see %s (%v)", file.Name(), err)
	default:
		t.Logf("the order of %d operations was not found in time", len(history))
	}
	return false
}
