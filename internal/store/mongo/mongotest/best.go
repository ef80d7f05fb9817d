package mongotest

import (
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// IsBest reports whether a question to customers was noted that the index of a name answers
// better than all others.
func (j *Judge) IsBest(name string, declared map[string]bson.D) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.ContainsFunc(slices.Collect(maps.Values(j.seen)), func(q question) bool {
		return q.collection == "customers" && slices.ContainsFunc(branches(q), func(q question) bool { return isBest(declared, name, q) })
	})
}

// branches returns a question and what its alternatives ask, each within the rest of it.
func branches(q question) []question {
	all := []question{q}
	var within func(filter bson.D)
	within = func(filter bson.D) {
		for _, member := range filter {
			list, _ := member.Value.(bson.A)
			for _, one := range list {
				one, _ := one.(bson.D)
				switch member.Key {
				case "$and":
					within(one)
				case "$or":
					all = append(all, question{collection: q.collection, filter: append(slices.Clone(q.filter), one...)})
				}
			}
		}
	}
	within(q.filter)
	return all
}

// isBest reports whether no other index narrows a question down as much or more.
func isBest(declared map[string]bson.D, name string, q question) bool {
	mine := narrows(declared[name], q)
	for other, keys := range declared {
		if other != name && narrows(keys, q) >= mine {
			return false
		}
	}
	return mine > 0
}

// fewHave is how far a value of a member narrows customers down, where that is not to a few.
var fewHave = map[string]int{"living": 0, "pending": 0, "standing": 2, "stage": 2, "tenant": 3, "parent": 3, "path": 3}

// narrows returns how far an index narrows a question down: by the members that it fixes, one
// behind another, the last of which may be a range; and that it has the wanted order.
func narrows(keys bson.D, q question) (n int) {
	how := fixed(q.filter)
	for _, member := range keys {
		if how[member.Key] == free {
			break
		}
		weight, known := fewHave[member.Key]
		if !known {
			weight = 10
		}
		if n += weight; how[member.Key] == part {
			break
		}
	}
	if n > 0 && len(q.sort) > 0 && serves(keys, q) {
		n++
	}
	return n
}
