package mongotest

import (
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// question is a command that reads or that looks for what it writes.
type question struct {
	collection   string
	filter, sort bson.D
	writes       bool // what it finds
}

// shape returns what questions of one kind have in common: what they name, not its values.
func (q question) shape() string {
	shape := q.collection + ": " + shapeOf(q.filter)
	if len(q.sort) > 0 {
		shape += " sorted by " + keysOf(q.sort)
	}
	if q.writes {
		shape += " (written)"
	}
	return shape
}

func keysOf(d bson.D) string {
	names := make([]string, len(d))
	for i, member := range d {
		names[i] = member.Key
	}
	return strings.Join(names, ", ")
}

// operators returns the operators of a condition; none for a plain value.
func operators(value any) bson.D {
	if d, ok := value.(bson.D); ok && len(d) > 0 && strings.HasPrefix(d[0].Key, "$") {
		return d
	}
	return nil
}

func shapeOf(filter bson.D) string {
	var texts []string
	for _, member := range filter {
		text := member.Key
		if list, ok := member.Value.(bson.A); ok && strings.HasPrefix(text, "$") {
			var each []string
			for _, one := range list {
				one, _ := one.(bson.D)
				each = append(each, shapeOf(one))
			}
			text += "(" + strings.Join(slices.Compact(slices.Sorted(slices.Values(each))), " | ") + ")"
		} else if some := operators(member.Value); some != nil {
			text += " " + keysOf(some)
		} else if _, ok := member.Value.(bson.Regex); ok {
			text += " regex"
		}
		texts = append(texts, text)
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}

// mostIn returns the number of values of the longest $in within a filter.
func mostIn(filter bson.D) (most int) {
	for _, member := range filter {
		if list, ok := member.Value.(bson.A); ok && strings.HasPrefix(member.Key, "$") {
			for _, one := range list {
				one, _ := one.(bson.D)
				most = max(most, mostIn(one))
			}
		}
		for _, operator := range operators(member.Value) {
			if values, ok := operator.Value.(bson.A); ok && operator.Key == "$in" {
				most = max(most, len(values))
			}
		}
	}
	return most
}

// The ways in which a condition fixes a member of an index.
const (
	free = iota
	part // a part of its values
	few  // some of them
	one  // one value
)

// fixed returns how a filter fixes each member.
func fixed(filter bson.D) map[string]int {
	how := map[string]int{}
	for _, member := range filter {
		if member.Key == "$and" {
			list, _ := member.Value.(bson.A)
			for _, part := range list {
				part, _ := part.(bson.D)
				for name, by := range fixed(part) {
					how[name] = max(how[name], by)
				}
			}
			continue
		}
		by := one
		switch value := member.Value.(type) {
		case bson.Regex:
			if by = free; strings.HasPrefix(value.Pattern, "^") {
				by = part
			}
		default:
			for _, operator := range operators(value) {
				switch operator.Key {
				case "$eq", "$all":
					by = one
				case "$in":
					by = few
				case "$gt", "$gte", "$lt", "$lte", "$elemMatch":
					by = part
				case "$exists":
					by = one
					if there, _ := operator.Value.(bool); there {
						by = free
					}
				default:
					by = free
				}
			}
		}
		how[member.Key] = max(how[member.Key], by)
	}
	return how
}

// serves reports whether an index leads to what a question asks for: by equal members
// first, then in the order of the sort, then by a range.
func serves(keys bson.D, q question) bool {
	how := fixed(q.filter)
	at, led := 0, false
	for at < len(keys) && how[keys[at].Key] >= few {
		at, led = at+1, true
	}
	rest := keys[at:]
	direction := 0
	for _, by := range q.sort {
		if how[by.Key] == one {
			continue
		}
		if len(rest) == 0 {
			return false
		}
		if rest[0].Key != by.Key {
			return false
		}
		same := sign(rest[0].Value) * sign(by.Value)
		if direction != 0 && same != direction {
			return false
		}
		direction, rest = same, rest[1:]
	}
	return led || at < len(keys) && how[keys[at].Key] == part || len(q.filter) == 0 && direction != 0
}

func sign(value any) int {
	if value == int32(-1) || value == -1 || value == int64(-1) {
		return -1
	}
	return 1
}

// isServed reports whether a declared index serves a question, or each of its
// alternatives.
func isServed(declared []bson.D, q question) bool {
	if fixed(q.filter)["_id"] == one {
		return true // one document is in any order
	}
	for _, keys := range append([]bson.D{{{Key: "_id", Value: 1}}}, declared...) {
		if serves(keys, q) {
			return true
		}
	}
	for _, member := range q.filter {
		list, _ := member.Value.(bson.A)
		if member.Key != "$or" || len(list) == 0 || len(q.sort) > 0 {
			continue
		}
		all := true
		for _, branch := range list {
			branch, _ := branch.(bson.D)
			all = all && isServed(declared, question{filter: branch})
		}
		if all {
			return true
		}
	}
	return false
}

// fixes reports whether a filter gives a member one value or a few, in each of its
// alternatives.
func fixes(filter bson.D, name string) bool {
	if fixed(filter)[name] >= few {
		return true
	}
	for _, member := range filter {
		list, _ := member.Value.(bson.A)
		if member.Key != "$or" && member.Key != "$and" || len(list) == 0 {
			continue
		}
		each := func(one any) bool {
			branch, _ := one.(bson.D)
			return fixes(branch, name)
		}
		if member.Key == "$and" && slices.ContainsFunc(list, each) ||
			member.Key == "$or" && !slices.ContainsFunc(list, func(one any) bool { return !each(one) }) {
			return true
		}
	}
	return false
}
