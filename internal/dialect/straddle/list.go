package straddle

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/idempotency"
	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/internal/check"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/straddle/status"
	"tenantry/internal/fault"
)

const (
	defaultPageSize = 100
	maxPageSize     = 1000
	// maxPageNumber keeps numbers far from what a machine can count.
	maxPageNumber = 1_000_000
	maxFilter     = 512
)

func (f *Handler) list(x *dialect.Request) (idempotency.Answer, error) {
	q, err := parseList(x.Request.URL.RawQuery)
	if err != nil {
		return idempotency.Answer{}, err
	}
	found, err := f.service.Lifecycle.List(x, x.Caller, lifecycle.ListInput{
		Filter: q.filter, Order: q.order, Limit: q.size, Offset: (q.number - 1) * q.size, Wide: true,
	})
	if err != nil {
		return idempotency.Answer{}, err
	}
	sortBy, data := "name", make([]summary, 0, len(found.Customers))
	if q.order.By == rows.ByCreated {
		sortBy = "created_at"
	}
	for _, c := range found.Customers {
		data = append(data, summaryOf(c))
	}
	return f.page(x, q, data, found.Total, sortBy), nil
}

// page answers with one page of a list of so many.
func (f *Handler) page(x *dialect.Request, q *listQuery, data any, total int64, sortBy string) idempotency.Answer {
	body := listEnvelope{Data: data, ResponseType: "array", Meta: listMeta{
		meta: f.meta(x.Ref), PageNumber: q.number, PageSize: q.size, MaxPageSize: maxPageSize, TotalItems: total,
		TotalPages: (total + int64(q.size) - 1) / int64(q.size), SortBy: sortBy, SortOrder: "asc",
	}}
	if !q.order.Ascending {
		body.Meta.SortOrder = "desc"
	}
	return f.encode(http.StatusOK, body)
}

// listQuery is a parsed query: empty values count as absent.
type listQuery struct {
	values       url.Values
	number, size int
	order        rows.Order
	filter       rows.Filter
	unbound      []item     // cannot be bound: 400
	faults       fault.List // out of range: 422
}

// parsePage reads what all lists have in common.
func parsePage(raw string) (*listQuery, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, unbound(item{Detail: "The query is not well-formed."})
	}
	q := &listQuery{values: values}
	q.number = q.whole("page_number", 1, maxPageNumber)
	q.size = q.whole("page_size", defaultPageSize, maxPageSize)
	q.order.Ascending = q.choice("sort_order", "asc", "desc") != "desc"
	return q, nil
}

// err returns why the query is refused; what cannot be bound comes first.
func (q *listQuery) err() error {
	if len(q.unbound) > 0 {
		return unbound(q.unbound...)
	}
	return q.faults.Err()
}

func parseList(raw string) (*listQuery, error) {
	q, err := parsePage(raw)
	if err != nil {
		return nil, err
	}
	q.order.By = rows.ByName
	if q.choice("sort_by", "name", "created_at") == "created_at" {
		q.order.By = rows.ByCreated
	}
	q.filter = rows.Filter{
		Name: q.text("name"), Email: q.text("email"), ExternalID: q.text("external_id"), Search: q.text("search_text"),
		CreatedFrom: q.moment("created_from"), CreatedTo: q.moment("created_to"),
		PartyStatuses: status.SetOf(many(q, "status", status.All())...),
		PartyTypes:    customers.PartyTypesOf(many(q, "types", customers.PartyTypes())...),
	}
	if id, ok := dialect.ParseUUID(q.filter.Search); ok {
		q.filter.Search = id.String()
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	return q, nil
}

func (q *listQuery) refuse(name, text string) {
	q.unbound = append(q.unbound, item{Reference: &name, Detail: text})
}

func (q *listQuery) text(name string) string {
	value := q.values.Get(name)
	if len(value) > maxFilter {
		q.refuse(name, "Is longer than any value can be.")
	}
	return value
}

func (q *listQuery) whole(name string, otherwise, most int) int {
	value := q.values.Get(name)
	if value == "" {
		return otherwise
	}
	number, err := strconv.Atoi(value)
	switch {
	case err != nil:
		q.refuse(name, "Must be a whole number.")
		return otherwise
	case number == 0: // what clients send that fill in every parameter
		return otherwise
	case number < 0 || number > most:
		q.faults.AddValue(name, fault.BadValue, value, "must be from 1 to "+strconv.Itoa(most))
		return otherwise
	}
	return number
}

func (q *listQuery) choice(name string, allowed ...string) string {
	value := q.values.Get(name)
	if value != "" && !slices.Contains(allowed, value) {
		q.refuse(name, "Must be one of "+strings.Join(allowed, ", ")+".")
	}
	return value
}

// many reads a list: joined by commas, repeated, or with brackets behind the name.
func many[T ~string](q *listQuery, name string, known []T) (list []T) {
	for _, text := range append(q.values[name], q.values[name+"[]"]...) {
		for value := range strings.SplitSeq(text, ",") {
			switch value = strings.TrimSpace(value); {
			case value == "":
			case slices.Contains(known, T(value)):
				list = append(list, T(value))
			default:
				q.refuse(name, "Has a value that is not one of those allowed.")
			}
		}
	}
	return list
}

// moment reads an RFC 3339 time, or a day, which means its first moment in UTC.
func (q *listQuery) moment(name string) time.Time {
	value := q.values.Get(name)
	if value == "" {
		return time.Time{}
	}
	at, ok := check.Date(value, time.RFC3339, time.DateOnly)
	if !ok {
		q.refuse(name, "Must be a time such as 2026-01-31T12:00:00Z, or a day.")
	}
	return at
}
