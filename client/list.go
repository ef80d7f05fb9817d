package client

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"time"
)

// list is a list that is always whole.
type list[T any] struct {
	Results []T `json:"results"`
	Count   int `json:"count"`
}

// all reads a list that is always whole.
func all[T any](ctx context.Context, c *Client, path string, options []CallOption) ([]T, error) {
	found, err := call[list[T]](ctx, c, http.MethodGet, path, nil, options)
	if err != nil {
		return nil, err
	}
	return found.Results, nil
}

// page is one page of a list.
type page[T any] struct {
	results []T
	faults  []RowFault
	next    string
}

// pages walks a list page by page, from a cursor on.
func pages[T any](cursor string, read func(cursor string) (page[T], error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for next := cursor; ; {
			p, err := read(next)
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range p.results {
				if !yield(&p.results[i], nil) {
					return
				}
			}
			for i := range p.faults {
				if !yield(nil, &p.faults[i]) {
					return
				}
			}
			if next = p.next; next == "" {
				return
			}
		}
	}
}

// Error returns which record is damaged.
func (f *RowFault) Error() string { return f.Code + ": customer " + f.ID + ": " + f.Description }

// Is reports whether target is the code of f.
func (f *RowFault) Is(target error) bool { return target == error(Code(f.Code)) }

// asking adds the fields of a filter that are not zero to the query, by their tags.
func asking(filter any) CallOption {
	return func(s *settings) { addFields(s.request.Query, reflect.ValueOf(filter)) }
}

func addFields(query url.Values, filter reflect.Value) {
	for i := range filter.NumField() {
		field, value := filter.Type().Field(i), filter.Field(i)
		if field.Anonymous {
			addFields(query, value)
			continue
		}
		if value.IsZero() {
			continue
		}
		name := field.Tag.Get("query")
		switch known := value.Interface().(type) {
		case time.Time:
			query.Set(name, known.UTC().Format(time.RFC3339Nano))
		case bool:
			query.Set(name, strconv.FormatBool(known))
		case int:
			query.Set(name, strconv.Itoa(known))
		case map[string]string:
			for member, text := range known {
				query.Set(name+"."+member, text)
			}
		default:
			query.Set(name, value.String())
		}
	}
}
