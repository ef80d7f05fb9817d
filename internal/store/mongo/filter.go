package mongo

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/dwolla/status"
	straddlestatus "tenantry/internal/dialect/straddle/status"
)

// filterOf returns the filter of a query. Values of callers are in it as typed values
// only, so none of them can be taken for an operator. It returns false if nothing can
// match: text that is not UTF-8 is never stored.
func filterOf(q rows.Query) (filter bson.D, some bool) {
	filter = append(below(q), bson.E{Key: living, Value: true})
	if !q.Tenant.IsZero() {
		filter = append(filter, bson.E{Key: "tenant", Value: object(q.Tenant)})
	}
	f := q.Filter
	for _, text := range []struct{ member, value string }{
		{"merchantKey", f.MerchantKey}, {"externalId", f.ExternalID}, {"emailFolded", customers.Fold(f.Email)},
	} {
		if text.value != "" {
			filter = append(filter, bson.E{Key: text.member, Value: text.value})
		}
	}
	// Within $and, because several are about one member, and a page behind a row has an $or
	// of its own.
	var all bson.A
	for _, part := range []struct{ member, value string }{{"nameFolded", customers.Fold(f.Name)}, {"searchText", customers.Fold(f.Search)}} {
		if part.value != "" {
			filter = append(filter, bson.E{Key: part.member, Value: bson.Regex{Pattern: literal(part.value)}})
			all = append(all, leading(part.value)...)
		}
	}
	if f.Text != "" {
		all = append(all, equal("$or", findingWords(rows.WantedOf(f.Text))))
	}
	if all != nil {
		filter = append(filter, bson.E{Key: "$and", Value: all})
	}
	if terms := wantedTerms(f); terms != nil {
		filter = append(filter, bson.E{Key: metaIndex, Value: equal("$all", terms)})
	}
	if f.PartyStatuses != 0 {
		filter = append(filter, bson.E{Key: "standing", Value: equal("$in", straddlestatus.In(f.PartyStatuses))})
	}
	if f.PartyTypes != 0 {
		filter = append(filter, bson.E{Key: "effectiveKind", Value: equal("$in", f.PartyTypes.List())})
	}
	if f.EnrollmentStatuses != 0 {
		filter = append(filter, bson.E{Key: enrollmentStatus, Value: equal("$in", status.In(f.EnrollmentStatuses))})
	}
	filter = between(filter, "created", f.CreatedFrom, f.CreatedTo)
	filter = between(filter, "lastUpdated", f.UpdatedFrom, time.Time{})
	return filter, utf8.ValidString(strings.Join([]string{string(f.Status), f.PlanKey, f.MerchantKey, f.ExternalID, f.Email, f.Name, f.Search, f.PlanStatus, f.Needed, f.Webhooks, string(f.IdentityStatus)}, "\n"))
}

// below returns the condition that a customer is below the one of a query: by the marks of
// all of its traits, which say it too, if it asks for any. Marks are in the order of
// creation; for any other the tree is named as well, whose indexes have that order.
func below(q rows.Query) bson.D {
	tree := equal("parent", object(q.Under))
	if q.Deep {
		tree = equal("path", object(q.Under))
	}
	var wanted bson.A
	reviewed := q.Order.By == rows.ByReviewDeadline
	for _, trait := range q.Filter.Traits() {
		if !reviewed || trait.Kind != rows.TraitIdentityStatus {
			wanted = append(wanted, object(trait.Mark(q.Under, q.Deep)))
		}
	}
	switch {
	case reviewed && wanted == nil:
		return equal(reviewMarks, object(rows.ReviewMark(q)))
	case reviewed:
		return equal(reviewMarks, object(rows.ReviewMark(q)), marks, equal("$all", wanted))
	case wanted == nil:
		return tree
	}
	marked := equal(marks, equal("$all", wanted))
	if len(wanted) == 1 {
		marked = equal(marks, wanted[0])
	}
	if q.Order.By == rows.ByName || q.Order.By == rows.ByLastUpdated {
		return append(marked, tree...)
	}
	return marked
}

// findingWords returns the alternatives by which a customer is found by words: a whole
// value, or a word for each beginning, which is a range of the index.
func findingWords(wanted rows.Wanted) bson.A {
	either := bson.A{equal(words, wanted.Exact)}
	var all bson.A
	for _, word := range wanted.Beginnings {
		all = append(all, equal(words, bson.Regex{Pattern: "^" + literal(word)}))
	}
	if all != nil {
		either = append(either, equal("$and", all))
	}
	return either
}

// wantedTerms returns the terms of free data that a filter wants, as the index has them.
func wantedTerms(f rows.Filter) (terms bson.A) {
	for _, term := range f.Meta {
		if !term.IsZero() {
			terms = append(terms, object(term.Key()))
		}
	}
	return terms
}

// literal returns the pattern that finds a text itself. A pattern cannot hold a zero
// byte, so that is written as an escape.
func literal(text string) string {
	return strings.ReplaceAll(regexp.QuoteMeta(text), "\x00", `\x00`)
}

// between adds inclusive bounds, where they are given.
func between(filter bson.D, member string, from, to time.Time) bson.D {
	var bounds bson.D
	if !from.IsZero() {
		bounds = append(bounds, bson.E{Key: "$gte", Value: bson.NewDateTimeFromTime(from)})
	}
	if !to.IsZero() {
		bounds = append(bounds, bson.E{Key: "$lte", Value: bson.NewDateTimeFromTime(to)})
	}
	if bounds == nil {
		return filter
	}
	return append(filter, bson.E{Key: member, Value: bounds})
}
