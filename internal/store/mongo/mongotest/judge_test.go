package mongotest

import (
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
)

// d returns a document of names and values in turn.
func d(pairs ...any) (d bson.D) {
	for i := 0; i < len(pairs); i += 2 {
		d = append(d, bson.E{Key: pairs[i].(string), Value: pairs[i+1]})
	}
	return d
}

// The judge tells an index that leads from one that does not.
func TestJudgeOfIndexes(t *testing.T) {
	t.Parallel()
	index := []bson.D{d("parent", 1, "created", -1, "_id", -1)}
	for name, row := range map[string]struct {
		q    question
		want bool
	}{
		"by the first member":            {question{filter: d("parent", "x")}, true},
		"by a later member alone":        {question{filter: d("created", 1)}, false},
		"in its order":                   {question{filter: d("parent", "x"), sort: d("created", -1, "_id", -1)}, true},
		"in its order, backwards":        {question{filter: d("parent", "x"), sort: d("created", 1, "_id", 1)}, true},
		"in a mixed order":               {question{filter: d("parent", "x"), sort: d("created", 1, "_id", -1)}, false},
		"in another order":               {question{filter: d("parent", "x"), sort: d("name", 1)}, false},
		"a range behind equal ones":      {question{filter: d("parent", "x", "created", d("$gt", 1)), sort: d("created", -1)}, true},
		"by what is not equal":           {question{filter: d("parent", d("$ne", "x"))}, false},
		"within any text":                {question{filter: d("parent", bson.Regex{Pattern: "x"})}, false},
		"each alternative":               {question{filter: d("$or", bson.A{d("parent", "x"), d("_id", "y")})}, true},
		"an alternative that none leads": {question{filter: d("$or", bson.A{d("parent", "x"), d("name", "y")})}, false},
		"all":                            {question{}, false},
		"all by id":                      {question{sort: d("_id", 1)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := isServed(index, row.q); got != row.want {
				t.Errorf("it is served: %t", got)
			}
		})
	}
}

// The judge finds what a cluster or an index would suffer from in every kind of command, and
// nothing in what is well asked.
func TestJudgeOfCommands(t *testing.T) {
	t.Parallel()
	tenant, operator := bson.NewObjectID(), bson.NewObjectID()
	many := make(bson.A, longestIn+1)
	for i := range many {
		many[i] = bson.NewObjectID()
	}
	for name, row := range map[string]struct {
		command bson.D
		want    string // how a fault begins; empty for none
	}{
		"a read by the shard key": {d("find", "customers", "filter", d("tenant", tenant, "_id", tenant)), ""},
		"a read of a few tenants": {d("find", "events", "filter", d("tenant", d("$in", bson.A{tenant}), "_id", d("$in", bson.A{tenant}))), ""},
		"a read by an id alone":   {d("find", "deliveries", "filter", d("_id", tenant)), "every shard is asked"},
		"of all but one tenant":   {d("find", "customers", "filter", d("_id", tenant, "tenant", d("$ne", tenant))), "every shard is asked"},
		"an alternative without its tenant": {
			d("find", "customers", "filter", d("$or", bson.A{d("tenant", tenant, "_id", tenant), d("_id", tenant)})), "every shard is asked",
		},
		"alternatives of one tenant": {d("find", "customers", "filter", d("$or", bson.A{d("tenant", tenant, "_id", tenant), d("tenant", tenant, "_id", operator)})), ""},
		"the operator's list":        {d("find", "customers", "filter", d("parent", operator, "living", true)), ""},
		"the list of another without its tenant": {
			d("find", "customers", "filter", d("parent", tenant, "living", true)), "every shard is asked",
		},
		"a write by an id alone":    {d("update", "customers", "updates", bson.A{d("q", d("_id", tenant), "u", d())}), "every shard is asked"},
		"a removal by an id alone":  {d("delete", "deliveries", "deletes", bson.A{d("q", d("_id", tenant), "limit", 1)}), "every shard is asked"},
		"a count by an id alone":    {d("aggregate", "activities", "pipeline", bson.A{d("$match", d("_id", tenant, "type", "x"))}), "every shard is asked"},
		"an insert without its key": {d("insert", "events", "documents", bson.A{d("_id", tenant)}), "a document lacks its shard key"},
		"an insert":                 {d("insert", "events", "documents", bson.A{d("_id", tenant, "tenant", tenant)}), ""},
		"by what no index has":      {d("find", "lanes", "filter", d("tenant", tenant, "color", "red")), "no index serves"},
		"in an order of no index":   {d("find", "events", "filter", d("tenant", tenant), "sort", d("number", 1)), "no index serves"},
		"a part of a text":          {d("find", "customers", "filter", d("tenant", tenant, "parent", tenant, "nameFolded", bson.Regex{Pattern: "x"})), "every text is looked at"},
		"more than a batch":         {d("find", "customers", "filter", d("tenant", tenant, "_id", d("$in", many))), "an $in has more"},
	} {
		t.Run(name, func(t *testing.T) {
			j := New()
			for _, command := range []bson.D{d("insert", "customers", "documents", bson.A{d("_id", operator, "tenant", operator)}), row.command} {
				raw, err := bson.Marshal(command)
				if err != nil {
					t.Fatal(err)
				}
				j.Monitor().Started(t.Context(), &event.CommandStartedEvent{CommandName: command[0].Key, Command: raw})
			}
			faults := j.Faults()
			if row.want == "" && len(faults) > 0 || row.want != "" && (len(faults) != 1 || !strings.HasPrefix(faults[0], row.want)) {
				t.Errorf("the faults are %q, want %q", faults, row.want)
			}
		})
	}
}
