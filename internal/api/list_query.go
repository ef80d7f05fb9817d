package api

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/check"
	"tenantry/internal/fault"
)

const (
	// maxFilter is the longest text to filter by, in bytes; no value is longer.
	maxFilter = 1024
	// maxCursor is the longest cursor, in bytes; it may hold a whole name, sealed.
	maxCursor = 8 << 10
)

// listQuery reads the query of a list and collects what is wrong with it.
type listQuery struct {
	values url.Values
	faults fault.List
}

// parseList returns the input of a list, including the faults of parameters that cannot
// be read; the service decides what may be asked for.
func parseList(values url.Values) lifecycle.ListInput {
	q := &listQuery{values: values}
	in := lifecycle.ListInput{
		Deep:   q.flag("deep"),
		Limit:  q.limit(),
		Offset: q.offset(),
		Cursor: q.text("cursor", maxCursor),
		Order:  q.order(),
		Filter: rows.Filter{
			Status:      customers.Status(q.text("status", maxFilter)),
			PlanKey:     q.text("planKey", maxFilter),
			MerchantKey: q.text("merchantKey", maxFilter),
			ExternalID:  q.text("externalId", maxFilter),
			Email:       q.text("email", maxFilter),
			Name:        q.text("name", maxFilter),
			CreatedFrom: q.moment("createdFrom", false),
			CreatedTo:   q.moment("createdTo", true),
			UpdatedFrom: q.moment("lastUpdatedFrom", false),

			IdentityStatus: reviews.IdentityStatus(q.text("identityStatus", maxFilter)),
			PlanStatus:     q.text("planStatus", maxFilter),
			Needed:         q.text("needed", maxFilter),
			Webhooks:       q.text("webhooks", maxFilter),
			Text:           q.text("q", maxFilter),
		},
	}
	in.Filter.Meta = q.terms()
	in.Reading = q.faults.Err()
	return in
}

// terms reads the parameters that name scalars of free data: meta.path=value.
func (q *listQuery) terms() (terms [rows.MostMetaTerms]customers.MetaTerm) {
	n := 0
	for _, name := range slices.Sorted(maps.Keys(q.values)) {
		path, isMeta := strings.CutPrefix(name, "meta.")
		if !isMeta {
			continue
		}
		value, given := q.one(name)
		switch {
		case path == "":
			q.faults.Add(name, fault.BadValue, "names no member; name one, such as meta.crmId")
		case len(name)+len(value) > maxFilter:
			q.faults.Add(name, fault.TooLong, "is longer than any value")
		case n == len(terms):
			q.faults.Add(name, fault.TooMany, fmt.Sprintf("is one too many: a list filters by at most %d members of meta", len(terms)))
			return terms
		case given:
			terms[n] = customers.MetaTerm{Path: path, Value: value}
			n++
		}
	}
	return terms
}

// one returns the value of a parameter that may be given once.
func (q *listQuery) one(name string) (value string, given bool) {
	values := q.values[name]
	if len(values) > 1 {
		q.faults.Add(name, fault.BadValue, "was given more than once")
		return "", false
	}
	if len(values) == 0 {
		return "", false
	}
	return values[0], true
}

func (q *listQuery) text(name string, most int) string {
	value, given := q.one(name)
	switch {
	case given && value == "":
		q.faults.Add(name, fault.TooShort, "is empty; leave it out to list without this filter")
	case len(value) > most:
		q.faults.Add(name, fault.TooLong, "is longer than any value can be")
	}
	return value
}

func (q *listQuery) flag(name string) bool {
	value, given := q.one(name)
	if given && value != "true" && value != "false" {
		q.faults.AddValue(name, fault.BadValue, value, "must be true or false")
	}
	return value == "true"
}

// limit returns 0, which means the default, if the parameter is absent; a 0 that was sent
// is therefore a fault.
func (q *listQuery) limit() int {
	limit, sent := q.number("limit")
	if sent && limit == 0 {
		q.faults.AddValue("limit", fault.BadValue, "0", "must be 1 or more")
	}
	return limit
}

func (q *listQuery) offset() int {
	offset, _ := q.number("offset")
	return offset
}

// number reads a whole number; sent is false if the parameter is absent or is not one.
func (q *listQuery) number(name string) (number int, sent bool) {
	value, given := q.one(name)
	if !given {
		return 0, false
	}
	number, err := strconv.Atoi(value)
	if err != nil {
		q.faults.AddValue(name, fault.BadValue, value, "must be a whole number")
		return 0, false
	}
	return number, true
}

// order returns the zero Order, which means the default, if the parameter is absent.
func (q *listQuery) order() rows.Order {
	value, given := q.one("order")
	by, direction, _ := strings.Cut(value, " ")
	order := rows.Order{By: rows.OrderBy(by), Ascending: strings.EqualFold(direction, "ASC")}
	if !given || by == "" || (!order.Ascending && !strings.EqualFold(direction, "DESC")) {
		order = rows.Order{}
	}
	if given && order.By == "" {
		q.faults.AddValue("order", fault.BadValue, value, "must be a field, a space, and ASC or DESC, such as created DESC")
	}
	return order
}

// moment reads an RFC 3339 time or a day, in UTC; a day as the end of a range includes
// the whole day.
func (q *listQuery) moment(name string, end bool) time.Time {
	value, given := q.one(name)
	if !given {
		return time.Time{}
	}
	if day, ok := check.Date(value, time.DateOnly); ok {
		if end {
			return day.Add(24*time.Hour - time.Millisecond)
		}
		return day
	}
	moment, ok := check.Date(value, time.RFC3339)
	if !ok {
		q.faults.AddValue(name, fault.BadValue, value,
			"must be a time such as 2016-02-03T04:05:06.000Z, or a day such as 2016-02-03")
	}
	return moment
}

func orderText(order rows.Order) string {
	if order.Ascending {
		return string(order.By) + " ASC"
	}
	return string(order.By) + " DESC"
}
