package api

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
)

const (
	maxLimit = 100
	// maxOffset is how far a list can be skipped into; a cursor goes on from there.
	maxOffset = 10_000
	// maxFilter bounds a text to filter by, in bytes; no value is longer.
	maxFilter = 1024
)

// listQuery reads the query of a list and collects what is wrong with it.
type listQuery struct {
	values url.Values
	faults fault.List
}

// parseList gives the input of a list. It returns Invalid with every parameter
// that is out of range or cannot be read; parameters it does not know are ignored.
func parseList(values url.Values) (customers.ListInput, error) {
	q := &listQuery{values: values}
	in := customers.ListInput{
		Deep:   q.flag("deep"),
		Limit:  q.number("limit", 1, maxLimit, 0),
		Offset: q.number("offset", 0, maxOffset, 0),
		Cursor: q.text("cursor"),
		Order:  q.order(),
		Filter: customers.Filter{
			Status:      q.status(),
			PlanKey:     q.text("planKey"),
			MerchantKey: q.text("merchantKey"),
			ExternalID:  q.text("externalId"),
			Email:       q.text("email"),
			Name:        q.text("name"),
			CreatedFrom: q.moment("createdFrom", false),
			CreatedTo:   q.moment("createdTo", true),
			UpdatedFrom: q.moment("lastUpdatedFrom", false),
		},
	}
	if q.values.Has("cursor") && q.values.Has("offset") {
		q.faults.Add("offset", fault.BadValue, "leave it out beside cursor, which has its own place")
	}
	return in, q.faults.Err()
}

// one gives the value of a parameter that may stand there once.
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

func (q *listQuery) text(name string) string {
	value, given := q.one(name)
	switch {
	case given && value == "":
		q.faults.Add(name, fault.TooShort, "is empty; leave it out not to filter by it")
	case len(value) > maxFilter:
		q.faults.Add(name, fault.TooLong, "is longer than any value")
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

func (q *listQuery) number(name string, least, most, otherwise int) int {
	value, given := q.one(name)
	if !given {
		return otherwise
	}
	number, err := strconv.Atoi(value)
	if err != nil || number < least || number > most {
		q.faults.AddValue(name, fault.BadValue, value,
			"must be a whole number from "+strconv.Itoa(least)+" to "+strconv.Itoa(most))
		return otherwise
	}
	return number
}

func (q *listQuery) status() customers.Status {
	value, given := q.one("status")
	switch status := customers.Status(value); status {
	case customers.StatusCreated, customers.StatusActive, customers.StatusDisabled, customers.StatusLocked:
		return status
	}
	if given {
		q.faults.AddValue("status", fault.BadValue, value, "must be one of created, active, disabled, locked")
	}
	return ""
}

// order gives the zero Order, which means the default, when there is none.
func (q *listQuery) order() customers.Order {
	value, given := q.one("order")
	if !given {
		return customers.Order{}
	}
	by, direction, _ := strings.Cut(value, " ")
	order := customers.Order{By: customers.OrderBy(by), Ascending: strings.EqualFold(direction, "ASC")}
	known := order.By == customers.ByCreated || order.By == customers.ByLastUpdated || order.By == customers.ByName
	if !known || (!order.Ascending && !strings.EqualFold(direction, "DESC")) {
		q.faults.AddValue("order", fault.BadValue, value, "must be created, lastUpdated or name, a blank, and ASC or DESC")
	}
	return order
}

// moment reads an RFC 3339 time or a day, in UTC; the end of a range means the
// whole day.
func (q *listQuery) moment(name string, end bool) time.Time {
	value, given := q.one(name)
	if !given {
		return time.Time{}
	}
	if day, err := time.Parse(time.DateOnly, value); err == nil {
		if end {
			return day.Add(24*time.Hour - time.Millisecond)
		}
		return day
	}
	moment, err := time.Parse(time.RFC3339, value)
	if err != nil {
		q.faults.AddValue(name, fault.BadValue, value,
			"must be a time such as 2016-02-03T04:05:06.000Z, or a day such as 2016-02-03")
	}
	return moment.UTC()
}

func orderText(order customers.Order) string {
	if order.Ascending {
		return string(order.By) + " ASC"
	}
	return string(order.By) + " DESC"
}
