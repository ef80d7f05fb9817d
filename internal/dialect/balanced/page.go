package balanced

import (
	"strconv"
	"strings"
)

// page writes the envelope of a list: where it is, and the way to its neighbors. The
// parameters of the request stand in every link.
func (q query) page(path string, total int64, items []object) object {
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
	shown := object{
		"_type": "page", "uri": at(offset), "first_uri": at(0), "last_uri": at(max(total-1, 0) / limit * limit),
		"previous_uri": nil, "next_uri": nil, "limit": limit, "offset": offset, "total": total, "items": items,
		"_uris": object{
			"first_uri": link("page", "first"), "next_uri": link("page", "next"),
			"previous_uri": link("page", "previous"), "last_uri": link("page", "last"),
		},
	}
	if offset > 0 {
		shown["previous_uri"] = at(max(offset-limit, 0))
	}
	if offset+limit < total {
		shown["next_uri"] = at(offset + limit)
	}
	return shown
}

// slice returns the items of one page out of all.
func slice[T any](q query, all []T) []T {
	from := min(q.offset, len(all))
	return all[from:min(from+q.limit, len(all))]
}
