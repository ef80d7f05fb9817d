package mongotest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"

	"tenantry/internal/store/mongo"
)

// longestIn is the most values that an $in may have: those of one batch of background work.
const longestIn = 1000

// Judge notes what the commands of a store ask, each shape of a question once.
type Judge struct {
	mu   sync.Mutex
	seen map[string]question
	// operators are the customers above all others, whose questions name no tenant.
	operators map[bson.ObjectID]bool
	// unkeyed are the collections that were given a document without its shard key.
	unkeyed map[string]bool
	longest int // the most values of an $in
	// AnyIsOperator takes every customer for the operator, in whose name the contract of
	// stores lists what is below any.
	AnyIsOperator bool
}

// New returns a Judge of nothing yet.
func New() *Judge {
	return &Judge{seen: map[string]question{}, operators: map[bson.ObjectID]bool{}, unkeyed: map[string]bool{}}
}

// Watch returns a Judge whose faults fail a test when it is over.
func Watch(t testing.TB) *Judge {
	j := New()
	t.Cleanup(func() {
		for _, fault := range j.Faults() {
			t.Error(fault)
		}
	})
	return j
}

// Monitor returns what a store is to tell of its commands.
func (j *Judge) Monitor() *event.CommandMonitor { return &event.CommandMonitor{Started: j.note} }

// Forget makes the Judge forget what it noted.
func (j *Judge) Forget() {
	j.mu.Lock()
	defer j.mu.Unlock()
	clear(j.seen)
}

// Shapes returns what was asked.
func (j *Judge) Shapes() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Sorted(maps.Keys(j.seen))
}

// Faults returns what no declared index serves, what looks at every text, what asks every
// shard, and what is too long.
func (j *Judge) Faults() (faults []string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	declared := mongo.DeclaredIndexes()
	for _, shape := range slices.Sorted(maps.Keys(j.seen)) {
		q := j.seen[shape]
		if _, allowed := unserved[shape]; !allowed && !isServed(declared[q.collection], q) {
			faults = append(faults, "no index serves: "+shape)
		}
		if walks(q) {
			faults = append(faults, "every text is looked at: "+shape)
		}
		if !isTargeted(q) && untargeted[shape] == "" && !strings.HasSuffix(shape, ofOperator) {
			faults = append(faults, "every shard is asked: "+shape)
		}
	}
	for _, collection := range slices.Sorted(maps.Keys(j.unkeyed)) {
		faults = append(faults, "a document lacks its shard key: "+collection)
	}
	if j.longest > longestIn {
		faults = append(faults, "an $in has more values than a batch of background work")
	}
	return faults
}

// note adds the questions of a command.
func (j *Judge) note(_ context.Context, e *event.CommandStartedEvent) {
	switch e.CommandName {
	case "find", "aggregate", "findAndModify", "update", "delete", "insert":
	default:
		return
	}
	var command bson.D
	if bson.Unmarshal(e.Command, &command) != nil || len(command) == 0 {
		return
	}
	of := question{writes: e.CommandName == "update" || e.CommandName == "delete" || e.CommandName == "findAndModify"}
	of.collection, _ = command[0].Value.(string)
	within := e.CommandName == "insert" // it asks for nothing
	for _, member := range command {
		switch value := member.Value.(type) {
		case bson.D:
			switch member.Key {
			case "filter", "query":
				of.filter = value
			case "sort":
				of.sort = value
			}
		case bson.A: // the writes of a bulk, the documents of an insert or the stages of an aggregation
			for i, one := range value {
				one, _ := one.(bson.D)
				if member.Key == "documents" {
					j.added(of.collection, one)
					continue
				}
				for _, part := range one {
					filter, ok := part.Value.(bson.D)
					if ok && (part.Key == "q" || part.Key == "$match" && i == 0) {
						within = true
						j.add(question{collection: of.collection, filter: filter, writes: of.writes})
					}
				}
			}
		}
	}
	if !within {
		j.add(of)
	}
}

// ofOperator ends the shape of what the operator asks of all tenants.
const ofOperator = " (of the operator)"

func (j *Judge) add(q question) {
	j.mu.Lock()
	defer j.mu.Unlock()
	shape := q.shape()
	if slices.ContainsFunc(q.filter, func(member bson.E) bool {
		above, _ := member.Value.(bson.ObjectID)
		return slices.Contains(aboveMembers, member.Key) && (j.operators[above] || j.AnyIsOperator) || slices.Contains(markMembers, member.Key)
	}) && !isTargeted(q) {
		shape += ofOperator
	}
	j.longest = max(j.longest, mostIn(q.filter))
	j.seen[shape] = q
}

// added notes a new document.
func (j *Judge) added(collection string, document bson.D) {
	has := func(name string) bool {
		return slices.ContainsFunc(document, func(member bson.E) bool { return member.Key == name })
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	// One document of lanes says of all of them that they are noted, and is of no tenant.
	if key, sharded := shardKeys[collection]; sharded && !has(key) && (collection != "lanes" || len(document) > 1) {
		j.unkeyed[collection] = true
	}
	if collection == "customers" && !has("parent") {
		id, _ := document[0].Value.(bson.ObjectID)
		j.operators[id] = true
	}
}

// walks reports whether a question looks for a part of texts and says nothing else about
// these texts that an index has.
func walks(q question) bool {
	return slices.ContainsFunc(q.filter, func(member bson.E) bool {
		pattern, is := member.Value.(bson.Regex)
		return is && !strings.HasPrefix(pattern.Pattern, "^")
	}) && fixed(q.filter)["grams"] == free
}
