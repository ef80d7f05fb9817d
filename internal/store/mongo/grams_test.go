package mongo_test

import (
	"slices"
	"testing"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"
	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/storetest"
)

// Every part of a text is led to by the grams of the text, in whatever script and however
// long; and there are no more of them, and none longer, than the index is meant for.
func TestGramsLeadToEveryPart(t *testing.T) {
	t.Parallel()
	c := storetest.Child(storetest.Operator(opened))
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) string {
			return string(rapid.SliceOfN(rapid.SampledFrom([]rune("ab \n\x00é\ud7ff\ue000ｚ😀\U0010ffff")), 1, 30).Draw(t, "characters"))
		})
		c.Name, c.Email = text.Draw(t, "name"), text.Draw(t, "email")
		grams := mongo.Grams(c)
		whole := []rune(customers.SearchText(c))
		if len(grams) > len(whole) || slices.ContainsFunc(grams, func(g string) bool { return utf8.RuneCountInString(g) > 5 }) {
			t.Fatalf("%d characters have %q", len(whole), grams)
		}
		start := rapid.IntRange(0, len(whole)-1).Draw(t, "start")
		part := string(whole[start : start+rapid.IntRange(1, len(whole)-start).Draw(t, "length")])
		for _, condition := range mongo.Leading(part) {
			condition, _ := condition.(bson.D)
			if !slices.ContainsFunc(grams, func(gram string) bool { return meets(gram, condition[0].Value) }) {
				t.Fatalf("%q is in the text, and no gram of %q meets %v", part, grams, condition)
			}
		}
	})
}

// A part leads to no text in which nothing begins as it does.
func TestGramsLeadNowhereElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		one := rapid.StringOfN(rapid.RuneFrom([]rune("a\ud7ff\ue000\U0010ffff")), 1, 3, -1)
		part, gram := one.Draw(t, "part"), one.Draw(t, "gram")
		condition, _ := mongo.Leading(part)[0].(bson.D)
		if leads, begins := meets(gram, condition[0].Value), len(gram) >= len(part) && gram[:len(part)] == part; leads != begins {
			t.Fatalf("%q leads to %q: %t", part, gram, leads)
		}
	})
}

// meets reports whether one value meets a condition on the values of a list.
func meets(gram string, condition any) bool {
	within, _ := condition.(bson.D)
	if within == nil {
		return gram == condition
	}
	bounds, _ := within[0].Value.(bson.D)
	return !slices.ContainsFunc(bounds, func(bound bson.E) bool {
		text, _ := bound.Value.(string)
		return bound.Key == "$gte" && gram < text || bound.Key == "$lt" && gram >= text
	})
}

// What is left of an erased customer leads to nothing, and is not taken for a customer
// that lacks members.
func TestTombstonesHaveNoGrams(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := e.child(e.tenant)
	of := func() (list []string) {
		t.Helper()
		var stored struct {
			Grams *[]string `bson:"grams"`
		}
		e.must(e.raw.Collection("customers").FindOne(t.Context(), bson.D{{Key: "_id", Value: bson.ObjectID(c.ID)}}).Decode(&stored), "reading")
		if stored.Grams == nil {
			t.Fatal("it has no list")
		}
		return *stored.Grams
	}
	if len(of()) < 24 {
		t.Errorf("a customer has the grams %q", of())
	}
	e.must(e.store.Erase(t.Context(), storetest.Tombstone(c), c.Version), "erasing")
	if left := of(); len(left) > 0 {
		t.Errorf("a tombstone has the grams %q", left)
	}
}
