package history_test

import (
	"testing"
	"time"

	"tenantry/internal/testkit/history"
)

// lastly runs a check on a test of its own and reports whether it failed.
type lastly struct {
	testing.TB
	failed bool
}

func (l *lastly) Fatalf(string, ...any) { l.failed = true }
func (*lastly) Helper()                 {}
func (*lastly) Logf(string, ...any)     {}

// TestWhatHasNoOrderIsFound holds that a history is judged: a name that was overwritten is not
// read again, two customers do not have one merchant key, and what was not answered may have
// happened or not.
func TestWhatHasNoOrderIsFound(t *testing.T) {
	t.Parallel()
	answered, refused := history.Reply{Answered: true}, history.Reply{Answered: true, Refused: true}
	read := func(text string) history.Reply { return history.Reply{Answered: true, Text: text} }
	type step struct {
		ask   history.Question
		reply history.Reply
	}
	write := func(text string, reply history.Reply) step {
		return step{history.Question{Value: "shop", What: history.Write, Text: text}, reply}
	}
	reads := func(text string) step { return step{history.Question{Value: "shop", What: history.Read}, read(text)} }
	take := func(who string, reply history.Reply) step {
		return step{history.Question{Value: "key", What: history.Take, Text: who}, reply}
	}
	free := func(who string) step {
		return step{history.Question{Value: "key", What: history.Free, Text: who}, answered}
	}
	for name, row := range map[string]struct {
		steps []step
		fails bool
	}{
		"read after write":               {[]step{write("a", answered), reads("a")}, false},
		"an old name":                    {[]step{write("a", answered), write("b", answered), reads("a")}, true},
		"unanswered, and not done":       {[]step{write("a", answered), write("b", history.Reply{}), reads("a")}, false},
		"unanswered, and done":           {[]step{write("a", answered), write("b", history.Reply{}), reads("b")}, false},
		"a name that nobody wrote":       {[]step{write("a", answered), reads("c")}, true},
		"two holders of one key":         {[]step{take("x", answered), take("y", answered)}, true},
		"a key that was freed":           {[]step{take("x", answered), free("x"), take("y", answered)}, false},
		"refused while nobody had it":    {[]step{take("x", refused)}, true},
		"refused while another had it":   {[]step{take("x", answered), take("y", refused)}, false},
		"void, and so without a meaning": {[]step{take("x", history.Reply{Void: true}), take("y", answered)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, judge := history.New(), &lastly{TB: t}
			for _, s := range row.steps {
				log.Record(0, s.ask, func() history.Reply { return s.reply })
			}
			log.Check(judge, time.Minute)
			if judge.failed != row.fails {
				t.Errorf("it fails: %t, want %t", judge.failed, row.fails)
			}
		})
	}
}
