package dwolla

import (
	"net/url"
	"slices"
	"strconv"

	"tenantry/customers/idempotency"
	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwolla/status"
	"tenantry/internal/fault"
)

const (
	defaultLimit = 25
	maxLimit     = 200
	maxOffset    = 1_000_000_000
	maxFilter    = 512
)

// page is the part of a list that was asked for.
type page struct {
	limit, offset int
	values        url.Values
	faults        fault.List
}

// readPage reads limit, which is cut to what a page may hold, and offset.
func readPage(x *dialect.Request) *page {
	p := &page{}
	var err error
	if p.values, err = url.ParseQuery(x.Request.URL.RawQuery); err != nil {
		p.faults.Add("query", fault.BadFormat, "is not well-formed")
	}
	p.limit = min(p.number("limit", defaultLimit, 1), maxLimit)
	p.offset = p.number("offset", 0, 0)
	return p
}

// number reads a whole number of at least the given one.
func (p *page) number(name string, otherwise, least int) int {
	text := p.values.Get(name)
	if text == "" {
		return otherwise
	}
	number, err := strconv.Atoi(text)
	if err != nil || number < least || number > maxOffset {
		p.faults.Add(name, fault.BadValue, "must be a whole number of at least "+strconv.Itoa(least))
		return otherwise
	}
	return number
}

func (p *page) text(name string) string {
	text := p.values.Get(name)
	if len(text) > maxFilter {
		p.faults.Add(name, fault.TooLong, "is longer than any value can be")
	}
	return text
}

// list writes a page with links to its neighbors, which carry the filters on.
func (p *page) list(href, name, kind string, items any, total int) (idempotency.Answer, error) {
	query := url.Values{}
	for _, filter := range []string{"search", "email", "status"} {
		if values := p.values[filter]; len(values) > 0 {
			query[filter] = values
		}
	}
	at := func(offset int) link {
		query.Set("limit", strconv.Itoa(p.limit))
		query.Set("offset", strconv.Itoa(offset))
		return to(href+"?"+query.Encode(), kind)
	}
	l := links{"self": at(p.offset), "first": at(0), "last": at(max(total-1, 0) / p.limit * p.limit)}
	if p.offset+p.limit < total {
		l["next"] = at(p.offset + p.limit)
	}
	if p.offset > 0 {
		l["prev"] = at(max(p.offset-p.limit, 0))
	}
	return show(object{"_links": l, "_embedded": object{name: items}, "total": total})
}

func (f *Handler) listCustomers(x *dialect.Request) (idempotency.Answer, error) {
	p := readPage(x)
	filter := rows.Filter{Email: p.text("email"), Search: p.text("search")}
	var statuses []status.Status
	for _, word := range p.values["status"] {
		if word != "" && !slices.Contains(status.All(), status.Status(word)) {
			p.faults.Add("status", fault.BadValue, "is not a status of a customer")
		}
		statuses = append(statuses, status.Status(word))
	}
	filter.EnrollmentStatuses = status.SetOf(statuses...)
	if err := p.faults.Err(); err != nil {
		return idempotency.Answer{}, in(plainWords, err)
	}
	found, err := f.service.Lifecycle.List(x, x.Caller, lifecycle.ListInput{
		Filter: filter, Order: rows.Order{By: rows.ByCreated}, Limit: p.limit, Offset: p.offset, Wide: true,
	})
	if err != nil {
		return idempotency.Answer{}, in(plainWords, err)
	}
	items := make([]shownCustomer, 0, len(found.Customers))
	for _, c := range found.Customers {
		items = append(items, f.shown(x, c))
	}
	return p.list(f.base(x.Request)+"/customers", "customers", "customer", items, int(found.Total))
}

// sliced returns the total of a list that is not counted: what is known of it, and one
// more when more follows.
func (p *page) sliced(shown int, more bool) int {
	if more {
		return p.offset + shown + 1
	}
	if shown == 0 && p.offset > 0 {
		return 0
	}
	return p.offset + shown
}
