package view

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tenantry/customers"
	"tenantry/customers/shown"
	"tenantry/tenancy"
)

// Unfilled returns the native representation of a customer for all who may read it, without
// the id of its parent, which only those above see. Where it shows what is sealed it has
// marks; Cut makes holes of them. It is good from that moment until another one, zero for
// ever.
func (s *Presenter) Unfilled(c *customers.Customer, at time.Time) (view View, holes []shown.Hole, until time.Time) {
	open := func(part tenancy.ID, kind string, sealed *customers.Sealed) string {
		holes = append(holes, shown.Hole{Part: part, Kind: kind, Box: bytes.Clone(sealed.Box)})
		return s.mark(len(holes) - 1)
	}
	view = s.present(c, showing{open: open, at: at})
	return view, holes, view.PlanStatus.NextChange
}

// mark returns the text that stands for a hole until it is cut. Nobody can know it, so no
// customer has it for a name.
func (s *Presenter) mark(n int) string { return s.secret + "-" + strconv.Itoa(n) }

// Cut takes the marks of holes out of the JSON of a representation, and says where they were.
func (s *Presenter) Cut(body []byte, holes []shown.Hole) ([]byte, error) {
	for n := range holes {
		mark := []byte(`"` + s.mark(n) + `"`)
		at := bytes.Index(body, mark)
		if at < 0 {
			return nil, fmt.Errorf("the mark of the hole for %s is not there", holes[n].Kind)
		}
		body = slices.Delete(body, at, at+len(mark))
		holes[n].At = at
		for earlier := range holes[:n] {
			if holes[earlier].At > at {
				holes[earlier].At -= len(mark)
			}
		}
	}
	slices.SortFunc(holes, func(x, y shown.Hole) int { return x.At - y.At })
	return body, nil
}

// Filled returns the body of an answer with its holes filled. It returns internal errors
// only.
func (s *Presenter) Filled(a *shown.Answer) ([]byte, error) {
	if len(a.Holes) == 0 {
		return a.Body, nil
	}
	const date = len(`"2006-01-02"`)
	body, from := make([]byte, 0, len(a.Body)+len(a.Holes)*date), 0
	for _, hole := range a.Holes {
		plain, err := s.sealer.Unseal(a.Customer, hole.Part, hole.Kind, hole.Box)
		if err != nil {
			return nil, fmt.Errorf("showing customer %s: opening %s: %w", a.Customer, hole.Kind, err)
		}
		text, err := json.Marshal(plain.Reveal())
		if err != nil {
			return nil, fmt.Errorf("showing customer %s: %w", a.Customer, err)
		}
		body = append(append(body, a.Body[from:hole.At]...), text...)
		from = hole.At
	}
	return append(body, a.Body[from:]...), nil
}
