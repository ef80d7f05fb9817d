package rows

import (
	"fmt"
	"strconv"

	"tenantry/internal/fault"
)

// Limits of a page.
const (
	// MaxLimit is the most rows of a page, defaultLimit the rows of one without a limit.
	MaxLimit     = 100
	defaultLimit = 50
	// maxOffset bounds how many rows a page may skip: further in, use the cursor,
	// which costs the same anywhere.
	maxOffset = 10_000
	// maxWideLimit and maxWideOffset are the bounds of lists with numbered pages.
	maxWideLimit  = 1000
	maxWideOffset = 1_000_000_000
)

// Bounds is the part of a list that a page shows.
type Bounds struct {
	// Limit is 1 to MaxLimit (0: 50); Offset is 0 or more.
	Limit, Offset int
	// Cursor continues a list; it excludes Offset.
	Cursor string
	// Wide is for numbered pages: up to 1000 rows, however many are skipped, at the cost
	// of an index entry for each.
	Wide bool
}

// Check fills in the default limit and adds a fault for each member out of range.
func (b *Bounds) Check(faults *fault.List) {
	if b.Limit == 0 {
		b.Limit = defaultLimit
	}
	most, furthest := MaxLimit, maxOffset
	if b.Wide {
		most, furthest = maxWideLimit, maxWideOffset
	}
	if b.Limit < 1 || b.Limit > most {
		faults.AddValue("limit", fault.BadValue, strconv.Itoa(b.Limit), fmt.Sprintf("must be 1 to %d", most))
	}
	switch {
	case b.Offset < 0:
		faults.AddValue("offset", fault.BadValue, strconv.Itoa(b.Offset), "must be 0 or more")
	case b.Offset > furthest:
		faults.AddValue("offset", fault.BadValue, strconv.Itoa(b.Offset), fmt.Sprintf("must be at most %d; go on with settings.nextCursor as cursor", furthest))
	case b.Offset > 0 && b.Cursor != "":
		faults.Add("offset", fault.BadValue, "cannot be combined with cursor; leave one of them out")
	}
}
