package rules

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/jsonobj"
	"tenantry/tenancy"
)

const (
	// maxSearched bounds the rows that one search reads, where no index leads to those
	// that match.
	maxSearched = 10_000
	// maxSearchOffset bounds how many rows a page may skip.
	maxSearchOffset = 1_000_000
)

// The fields that a search knows; meta has one for each key, behind FieldMeta.
const (
	FieldID           = "id"
	FieldCreated      = "created"
	FieldEmail        = "email"
	FieldName         = "name"
	FieldPhone        = "phone"
	FieldBusinessName = "businessName"
	FieldBusinessTax  = "businessTaxId"
	FieldMetaKeys     = "meta"
	FieldMeta         = "meta."
)

// SearchInput asks for a page of the subject's children by criteria.
type SearchInput struct {
	Criteria Criteria
	// Sort is by fields in their order: FieldCreated, FieldEmail, FieldName. None is
	// newest first.
	Sort []SortBy
	// Limit is 1 to 100; Offset is 0 to 1000000.
	Limit, Offset int
}

// SortBy is one field to sort by.
type SortBy struct {
	Field     string
	Ascending bool
}

// Search reads a page of the children of the caller's subject and counts all that
// match. Equal e-mail addresses and ranges of creation are found by index; other
// criteria and sorting by e-mail read what these leave, 10000 rows at most. It returns
// Forbidden insufficientScope and Invalid.
func (s *Service) Search(ctx context.Context, caller tenancy.Caller, in SearchInput) (lifecycle.Listing, error) {
	subject := registry.Stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.Read}, subject); err != nil {
		return lifecycle.Listing{}, err
	}
	if in.Limit < 1 || in.Limit > rows.MaxLimit || in.Offset < 0 || in.Offset > maxSearchOffset {
		return lifecycle.Listing{}, fault.New(fault.Invalid, fault.CodeValidation,
			fmt.Sprintf("must be at most %d", maxSearchOffset)).About("offset", fault.BadValue)
	}
	filter, rest, some := indexed(in.Criteria)
	listing := lifecycle.Listing{Limit: in.Limit, Offset: in.Offset}
	if !some {
		return listing, nil
	}
	query := rows.Query{
		Tenant: rows.TenantScope(subject), Under: subject.ID, Filter: filter, Order: rows.Order{By: rows.ByCreated},
		Limit: in.Limit, Offset: in.Offset, Count: true, MayLag: true,
	}
	if order, ok := storeOrder(in.Sort); ok && len(rest) == 0 {
		query.Order = order
		page, err := s.store.List(ctx, query)
		listing.Customers, listing.Total, listing.AtLeast = page.Customers, page.Total, page.AtLeast
		return listing, rows.StoreFault(err, "searching below "+subject.Ref().String())
	}
	found, err := s.scan(ctx, query, rest)
	if err != nil {
		return lifecycle.Listing{}, err
	}
	sortFound(found, in.Sort)
	listing.Total = int64(len(found))
	from := min(in.Offset, len(found))
	listing.Customers = found[from:min(from+in.Limit, len(found))]
	return listing, nil
}

// scan reads all rows of a query and keeps those that meet the criteria.
func (s *Service) scan(ctx context.Context, q rows.Query, criteria Criteria) ([]*customers.Customer, error) {
	var found []*customers.Customer
	q.Limit, q.Offset, q.Count = rows.MaxLimit, 0, false
	for read := 0; ; {
		page, err := s.store.List(ctx, q)
		if err != nil {
			return nil, rows.StoreFault(err, "searching below "+q.Under.String())
		}
		for _, c := range page.Customers {
			if criteria.Hold(func(field string) any { return s.fieldOf(c, field) }) {
				found = append(found, c)
			}
		}
		read += len(page.Customers)
		if !page.More || len(page.Customers) == 0 {
			return found, nil
		}
		if read >= maxSearched {
			return nil, fault.New(fault.Invalid, fault.CodeValidation, fmt.Sprintf(
				"leaves more than %d customers to search; narrow it down by email or created_at", maxSearched)).About("filter", fault.TooMany)
		}
		q.After = new(rows.PositionOf(page.Customers[len(page.Customers)-1], q.Order.By))
	}
}

// indexed splits criteria into what the store finds by itself and the rest; some is
// false when nothing can match.
func indexed(criteria Criteria) (f rows.Filter, rest Criteria, some bool) {
	for _, c := range criteria {
		switch {
		case c.Field == FieldEmail && c.Operator == Equal && f.Email == "" && c.Texts[0] != "":
			f.Email = customers.Fold(c.Texts[0])
		case c.Field == FieldCreated && len(c.Times) == 1 && c.ranged():
			between(&f, c.Operator, c.Times[0])
		default:
			rest = append(rest, c)
		}
	}
	empty := !f.CreatedFrom.IsZero() && !f.CreatedTo.IsZero() && f.CreatedTo.Before(f.CreatedFrom)
	return f, rest, !empty
}

func (c Criterion) ranged() bool {
	return c.Operator == Less || c.Operator == AtMost || c.Operator == Greater || c.Operator == AtLeast
}

// between narrows the range of creation, whose ends are included; records have whole
// milliseconds.
func between(f *rows.Filter, operator Operator, at time.Time) {
	floor := at.UTC().Truncate(time.Millisecond)
	ceiling := floor
	if floor.Before(at) {
		ceiling = floor.Add(time.Millisecond)
	}
	from, to := time.Time{}, time.Time{}
	switch operator {
	case Greater:
		from = floor.Add(time.Millisecond)
	case AtLeast:
		from = ceiling
	case Less:
		to = ceiling.Add(-time.Millisecond)
	default:
		to = floor
	}
	if from.After(f.CreatedFrom) {
		f.CreatedFrom = from
	}
	if !to.IsZero() && (f.CreatedTo.IsZero() || to.Before(f.CreatedTo)) {
		f.CreatedTo = to
	}
}

// Window returns the bounds that criteria of one moment set together, both inclusive and
// zero for none; ok is false for what is no bound.
func (c Criteria) Window() (from, to time.Time, ok bool) {
	var f rows.Filter
	for _, one := range c {
		switch {
		case len(one.Times) != 1:
			return from, to, false
		case one.ranged():
			between(&f, one.Operator, one.Times[0])
		case one.Operator == Equal:
			between(&f, AtLeast, one.Times[0])
			between(&f, AtMost, one.Times[0])
		default:
			return from, to, false
		}
	}
	return f.CreatedFrom, f.CreatedTo, true
}

// storeOrder returns the order of the store that is the wanted one, if there is.
func storeOrder(sort []SortBy) (rows.Order, bool) {
	if len(sort) == 0 {
		return rows.Order{By: rows.ByCreated}, true
	}
	// The first by creation decides: ties are broken by id.
	switch sort[0].Field {
	case FieldCreated:
		return rows.Order{By: rows.ByCreated, Ascending: sort[0].Ascending}, true
	case FieldName:
		return rows.Order{By: rows.ByName, Ascending: sort[0].Ascending}, len(sort) == 1
	}
	return rows.Order{}, false
}

func sortFound(found []*customers.Customer, sort []SortBy) {
	slices.SortStableFunc(found, func(a, b *customers.Customer) int {
		for _, by := range sort {
			order := 0
			switch by.Field {
			case FieldCreated:
				order = cmp.Or(a.Created.Compare(b.Created), bytes.Compare(a.ID[:], b.ID[:]))
			case FieldEmail:
				order = cmp.Compare(a.Email, b.Email)
			case FieldName:
				order = cmp.Compare(customers.Fold(a.Name), customers.Fold(b.Name))
			}
			if !by.Ascending {
				order = -order
			}
			if order != 0 {
				return order
			}
		}
		return 0
	})
}

// fieldOf returns a field of a customer for comparing, nil when it has none.
func (s *Service) fieldOf(c *customers.Customer, field string) any {
	text := func(value string) any {
		if value == "" {
			return nil
		}
		return value
	}
	switch field {
	case FieldID:
		return c.ID.String()
	case FieldCreated:
		return c.Created
	case FieldEmail:
		return text(c.Email)
	case FieldName:
		return text(c.Name)
	}
	p, err := s.Customer(c)
	if err != nil {
		return nil
	}
	switch field {
	case FieldPhone:
		return text(p.Phone)
	case FieldBusinessName:
		return text(p.BusinessName)
	case FieldBusinessTax:
		return text(p.BusinessTax)
	}
	return metaField(p.Meta, field)
}

// metaField returns one value of meta, or its keys as a text with one on each line.
func metaField(meta []byte, field string) any {
	all, _ := jsonobj.Members(meta)
	if field == FieldMetaKeys {
		keys := make([]string, 0, len(all))
		for _, m := range all {
			keys = append(keys, m.Key)
		}
		if len(keys) == 0 {
			return nil
		}
		return strings.Join(keys, "\n")
	}
	value, found := jsonobj.Find(all, strings.TrimPrefix(field, FieldMeta))
	if !found {
		return nil
	}
	var text string
	if json.Unmarshal(value, &text) != nil {
		return string(value)
	}
	return text
}
