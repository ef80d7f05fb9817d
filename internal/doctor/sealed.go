package doctor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/customers/evidence"
	"tenantry/customers/rows"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Opener opens what a key ring sealed.
type Opener interface {
	Unseal(ref tenancy.Ref, part tenancy.ID, kind string, sealed []byte) (secret.Text, error)
	OpenBox(key []byte, label string, box []byte) ([]byte, error)
}

// Files reads the sealed bytes of documents.
type Files interface {
	// Document reads the sealed bytes of a document. ErrNotFound.
	Document(ctx context.Context, ref tenancy.Ref, id tenancy.ID) ([]byte, error)
}

// Sealed counts what records have sealed, and what of it does not open. The zero value is
// ready.
type Sealed struct {
	// Values are the sealed fields, Files the pieces of documents.
	Values int64 `json:"values"`
	Files  int64 `json:"files"`
	// ByKey counts both by the number of the key that sealed them.
	ByKey map[uint32]int64 `json:"byKey,omitempty"`
	// Unopened are those that the key ring does not open, and Missing the pieces of
	// documents that are not there.
	Unopened int64 `json:"unopened"`
	Missing  int64 `json:"missing"`
	// first are the first of these, in words.
	first []string
}

// mostNamed bounds how many faults of one kind are named.
const mostNamed = 3

// Open opens every sealed field of a customer and, with files, the bytes of its documents.
func (s *Sealed) Open(ctx context.Context, c *customers.Customer, with Opener, files Files) error {
	c.EachSealed(func(part tenancy.ID, kind string, value *customers.Sealed) *customers.Sealed {
		if _, err := with.Unseal(c.Ref(), part, kind, value.Box); err != nil {
			s.Unopened++
			s.name(err.Error())
		}
		s.Values++
		s.count(value.Box)
		return value
	})
	if files == nil {
		return nil
	}
	var failure error
	evidence.EachPiece(c, func(document, id tenancy.ID, label string) {
		box, err := files.Document(ctx, c.Ref(), id)
		switch {
		case errors.Is(err, rows.ErrNotFound):
			s.Missing++
			s.name(fmt.Sprintf("document %s of customer %s: its bytes are missing", document, c.ID))
			return
		case err != nil:
			failure = err
			return
		}
		if _, err := with.OpenBox(nil, label, box); err != nil {
			s.Unopened++
			s.name(fmt.Sprintf("document %s of customer %s: %v", document, c.ID, err))
		}
		s.Files++
		s.count(box)
	})
	return failure
}

func (s *Sealed) count(box []byte) {
	if s.ByKey == nil {
		s.ByKey = map[uint32]int64{}
	}
	version, _ := seal.VersionOf(box) // 0 is no key's: what has none does not open
	s.ByKey[version]++
}

func (s *Sealed) name(fault string) {
	if len(s.first) < mostNamed {
		s.first = append(s.first, fault)
	}
}

// Whole reports whether everything opened.
func (s *Sealed) Whole() bool { return s.Unopened == 0 && s.Missing == 0 }

// Faults names the first of what did not open.
func (s *Sealed) Faults() string { return strings.Join(s.first, "; ") }

// Keys says how many values each key sealed: "3 under key 1, 12 under key 2".
func (s *Sealed) Keys() string {
	var list []string
	for _, number := range slices.Sorted(maps.Keys(s.ByKey)) {
		list = append(list, fmt.Sprintf("%d under key %d", s.ByKey[number], number))
	}
	if list == nil {
		return "nothing is sealed"
	}
	return strings.Join(list, ", ")
}
