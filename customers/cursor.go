package customers

// Bookmark is what a cursor holds: the last row of a page, and how many rows the
// list had when it began.
type Bookmark struct {
	After Position
	Total int64
}
