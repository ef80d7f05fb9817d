package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"tenantry/internal/fault"
)

// A list returns one refusal with every failing field in the order added, those of an
// earlier refusal included, and nil if there are none.
func TestEveryFieldIsInTheRefusal(t *testing.T) {
	t.Parallel()
	var earlier, list fault.List
	if list.Err() != nil {
		t.Error("an empty list refuses")
	}
	earlier.Add("a", fault.Unknown, "one")
	earlier.AddValue("b.0", fault.BadValue, strings.Repeat("x", 65), "two")
	list.Include(earlier.Err())
	list.Include(nil)
	list.Include(fault.NotFoundError())
	list.Include(errors.New("of the network"))
	list.AddValue("c", fault.TooLong, "short", "three")
	refusal, ok := errors.AsType[*fault.Error](list.Err())
	if !ok || refusal.Kind != fault.Invalid || refusal.Field != "a" || len(refusal.More) != 2 {
		t.Fatalf("got %+v", refusal)
	}
	if refusal.More[0].Field != "b.0" || refusal.More[0].Value != "" || refusal.More[1].Value != "short" {
		t.Errorf("further fields are %+v", refusal.More)
	}
}

// However many fields fail, a refusal lists MaxListed of them and says once that there
// are more, even if it passes through another list; the list still counts all of them.
func TestARefusalListsNoMoreThanItsBound(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		failing, listed int
		full            bool
	}{{1, 1, false}, {fault.MaxListed, fault.MaxListed, false}, {fault.MaxListed + 1, fault.MaxListed + 1, true}, {5000, fault.MaxListed + 1, true}} {
		t.Run(fmt.Sprint(row.failing), func(t *testing.T) {
			var list, outer fault.List
			for i := range row.failing {
				list.Add(fault.Index("f", i), fault.Unknown, "no such field")
			}
			outer.Include(list.Err())
			for _, l := range []*fault.List{&list, &outer} {
				refusal, ok := errors.AsType[*fault.Error](l.Err())
				if !ok || len(refusal.More)+1 != row.listed || l.Full() != row.full {
					t.Fatalf("%d faults: %d listed, full %t", row.failing, len(refusal.More)+1, l.Full())
				}
				if row.full && (refusal.More[fault.MaxListed-1].Field != "" || refusal.More[fault.MaxListed-1].Detail != fault.TooMany) {
					t.Errorf("%d faults: the last entry is %+v", row.failing, refusal.More[fault.MaxListed-1])
				}
			}
			if list.Len() != row.failing {
				t.Errorf("%d faults are counted as %d", row.failing, list.Len())
			}
		})
	}
}

// A missing and an unreachable resource get the same refusal, and a wrapped refusal keeps
// its kind and code while its cause stays out of the public text.
func TestKindsSurviveWrapping(t *testing.T) {
	t.Parallel()
	cause := errors.New("dial tcp 10.0.0.1: refused")
	err := fault.Wrap(cause, fault.Unavailable, fault.CodeUnavailable, "try again")
	if fault.KindOf(err) != fault.Unavailable || fault.CodeOf(err) != fault.CodeUnavailable || !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
	if strings.Contains(err.Text, "10.0.0.1") {
		t.Error("the cause is in the public text")
	}
	if fault.KindOf(cause) != fault.Internal || !fault.IsNotFound(fault.NotFoundError()) {
		t.Error("a foreign error has a kind of ours")
	}
}
