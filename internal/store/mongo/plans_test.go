package mongo_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/secret"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// asked notes how the collections are asked, each shape of a command once, and judges by
// the declared indexes whether one of them serves it: the servers that tests run on explain
// nothing that could be compared.
type asked struct {
	mu    sync.Mutex
	seen  map[string]question
	inner int // the most values of an $in
}

// question is a command that reads or that looks for what it writes.
type question struct {
	collection   string
	filter, sort bson.D
}

// mostIn is the most values that an $in may have: those of one batch of background work.
const mostIn = 1000

// unserved are the questions that no index has to lead to, each with its reason.
var unserved = map[string]string{
	"customers: living sorted by _id":  "maintenance walks over all customers by their ids, and nearly all are living",
	"deliveries: tenant sorted by _id": "no route asks without a webhook or an event",
}

// newAsked returns notes that are judged when the test is over.
func newAsked(t *testing.T) *asked {
	a := &asked{seen: map[string]question{}}
	t.Cleanup(func() { a.demand(t) })
	return a
}

// open returns a store on a database of its own whose commands are noted.
func (a *asked) open(t *testing.T) *mongo.Store {
	t.Helper()
	uri, database := freshDatabase(t)
	s, err := mongo.OpenMonitored(t.Context(), mongo.Options{URI: secret.New(uri), Database: database, Timeout: time.Minute}, &event.CommandMonitor{Started: a.note})
	if err != nil {
		t.Fatalf("open %s: %v", database, err)
	}
	return s
}

// note adds the questions of a command.
func (a *asked) note(_ context.Context, e *event.CommandStartedEvent) {
	switch e.CommandName {
	case "find", "aggregate", "findAndModify", "update", "delete":
	default:
		return
	}
	var command bson.D
	if bson.Unmarshal(e.Command, &command) != nil || len(command) == 0 {
		return
	}
	of := question{}
	of.collection, _ = command[0].Value.(string)
	inner := false
	for _, member := range command {
		switch value := member.Value.(type) {
		case bson.D:
			switch member.Key {
			case "filter", "query":
				of.filter = value
			case "sort":
				of.sort = value
			}
		case bson.A: // the writes of a bulk, or the stages of an aggregation
			for i, within := range value {
				within, _ := within.(bson.D)
				for _, part := range within {
					filter, ok := part.Value.(bson.D)
					if ok && (part.Key == "q" || part.Key == "$match" && i == 0) {
						inner = true
						a.add(question{collection: of.collection, filter: filter})
					}
				}
			}
		}
	}
	if !inner {
		a.add(of)
	}
}

func (a *asked) add(q question) {
	a.mu.Lock()
	defer a.mu.Unlock()
	shape := q.collection + ": " + shapeOf(q.filter, &a.inner)
	if len(q.sort) > 0 {
		shape += " sorted by " + keysOf(q.sort)
	}
	a.seen[shape] = q
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

func shapeOf(filter bson.D, inner *int) string {
	var texts []string
	for _, member := range filter {
		text := member.Key
		if list, ok := member.Value.(bson.A); ok && strings.HasPrefix(text, "$") {
			var each []string
			for _, one := range list {
				one, _ := one.(bson.D)
				each = append(each, shapeOf(one, inner))
			}
			text += "(" + strings.Join(slices.Compact(slices.Sorted(slices.Values(each))), " | ") + ")"
		} else if some := operators(member.Value); some != nil {
			text += " " + keysOf(some)
			for _, operator := range some {
				if values, ok := operator.Value.(bson.A); ok && operator.Key == "$in" {
					*inner = max(*inner, len(values))
				}
			}
		} else if _, ok := member.Value.(bson.Regex); ok {
			text += " regex"
		}
		texts = append(texts, text)
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
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

// walks reports whether a question looks for a part of texts and says nothing else about
// these texts that an index has.
func walks(q question) bool {
	return slices.ContainsFunc(q.filter, func(member bson.E) bool {
		pattern, is := member.Value.(bson.Regex)
		return is && !strings.HasPrefix(pattern.Pattern, "^")
	}) && fixed(q.filter)["grams"] == free
}

// demand fails for every question that no declared index serves and that is not allowed.
func (a *asked) demand(t *testing.T) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	declared := mongo.Declared()
	for _, shape := range slices.Sorted(maps.Keys(a.seen)) {
		q := a.seen[shape]
		list, known := declared[q.collection]
		if _, allowed := unserved[shape]; known && !allowed && !isServed(list, q) {
			t.Errorf("no index serves: %s", shape)
		}
		if walks(q) {
			t.Errorf("every text is looked at: %s", shape)
		}
	}
	if a.inner > mostIn {
		t.Errorf("an $in has %d values", a.inner)
	}
}

// What lists filter by, alone and beside another filter, in every order, of children and of
// all descendants, at the first page and behind a row, for a tenant and the operator, is
// served by declared indexes, or is among what is known not to be.
func TestListsAreServedByIndexes(t *testing.T) {
	t.Parallel()
	s := newAsked(t).open(t)
	t.Cleanup(func() { closeStore(t, s) })
	root := storetest.Operator(opened)
	platform := storetest.Child(root, storetest.Bare(), storetest.Seed(1))
	for _, c := range []*customers.Customer{root, platform} {
		if err := s.Insert(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	filters := []rows.Filter{
		{}, {Status: customers.StatusActive}, {PlanKey: "payer"}, {IdentityStatus: reviews.IdentityReview}, {PlanStatus: "verified"}, {Needed: "bank"}, {Webhooks: rows.WebhooksDisabled},
		{MerchantKey: "m"}, {ExternalID: "e"}, {Email: "a@example.com"}, {Name: "n"}, {Search: "s"}, {Text: "two words"}, {Meta: [rows.MostMetaTerms]customers.MetaTerm{{Path: "crm", Value: "7"}}},
		{PartyStatuses: 1}, {PartyTypes: 1}, {EnrollmentStatuses: 1}, {CreatedFrom: opened, CreatedTo: opened}, {UpdatedFrom: opened},
		{Status: customers.StatusActive, PlanKey: "payer", IdentityStatus: reviews.IdentityReview, Needed: "bank", Name: "n"},
	}
	after := rows.Position{Time: opened, Name: "n", ID: platform.ID}
	for _, filter := range filters {
		for _, by := range []rows.OrderBy{rows.ByCreated, rows.ByLastUpdated, rows.ByName, rows.ByReviewDeadline} {
			if by == rows.ByReviewDeadline && filter.IdentityStatus == "" {
				continue
			}
			for _, tenant := range []tenancy.ID{{}, platform.Tenant} {
				for _, deep := range []bool{false, true} {
					for _, behind := range []*rows.Position{nil, &after} {
						q := rows.Query{Tenant: tenant, Under: root.ID, Deep: deep, Filter: filter, Order: rows.Order{By: by, Ascending: deep}, Limit: 1, After: behind, Count: true}
						if _, err := s.List(t.Context(), q); err != nil {
							t.Fatalf("%+v: %v", q, err)
						}
					}
				}
			}
		}
	}
}

// The judge tells an index that leads from one that does not.
func TestJudgeOfIndexes(t *testing.T) {
	t.Parallel()
	d := func(pairs ...any) (d bson.D) {
		for i := 0; i < len(pairs); i += 2 {
			d = append(d, bson.E{Key: pairs[i].(string), Value: pairs[i+1]})
		}
		return d
	}
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
