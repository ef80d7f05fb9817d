package balanced

import (
	"strconv"
	"strings"
)

// page is a part of a list.
type page struct {
	Type        string    `json:"_type"`
	URIs        pageLinks `json:"_uris"`
	FirstURI    string    `json:"first_uri"`
	Items       any       `json:"items"`
	LastURI     string    `json:"last_uri"`
	Limit       int64     `json:"limit"`
	NextURI     *string   `json:"next_uri"`
	Offset      int64     `json:"offset"`
	PreviousURI *string   `json:"previous_uri"`
	Total       int64     `json:"total"`
	URI         string    `json:"uri"`
}

type pageLinks struct {
	First    reference `json:"first_uri"`
	Last     reference `json:"last_uri"`
	Next     reference `json:"next_uri"`
	Previous reference `json:"previous_uri"`
}

// linksOfPage never changes.
var linksOfPage = pageLinks{
	First: link("page", "first"), Last: link("page", "last"), Next: link("page", "next"), Previous: link("page", "previous"),
}

// page writes the envelope of a list: where it is, and the way to its neighbors. The
// parameters of the request stand in every link.
func (q query) page(path string, total int64, items any) page {
	at := func(offset int64) string {
		var b strings.Builder
		b.WriteString(path + "?")
		for _, parameter := range q.kept {
			b.WriteString(parameter + "&")
		}
		b.WriteString("limit=" + strconv.Itoa(q.limit) + "&offset=" + strconv.FormatInt(offset, 10))
		return b.String()
	}
	limit, offset := int64(q.limit), int64(q.offset)
	shown := page{
		Type: "page", URIs: linksOfPage, URI: at(offset), FirstURI: at(0), LastURI: at(max(total-1, 0) / limit * limit),
		Limit: limit, Offset: offset, Total: total, Items: items,
	}
	if offset > 0 {
		shown.PreviousURI = orNull(at(max(offset-limit, 0)))
	}
	if offset+limit < total {
		shown.NextURI = orNull(at(offset + limit))
	}
	return shown
}

// slice returns the items of one page out of all.
func slice[T any](q query, all []T) []T {
	from := min(q.offset, len(all))
	return all[from:min(from+q.limit, len(all))]
}
