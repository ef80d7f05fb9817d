package doctor

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tenantry/customers/evidence"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

func compareFiles(a, b rows.StoredFile) int {
	return cmp.Or(bytes.Compare(a.Customer.ID[:], b.Customer.ID[:]), bytes.Compare(a.Customer.Tenant[:], b.Customer.Tenant[:]), bytes.Compare(a.ID[:], b.ID[:]))
}

// without returns the files of a sorted list that are not in another.
func without(list, other []rows.StoredFile) (rest []rows.StoredFile) {
	for _, file := range list {
		if _, ok := slices.BinarySearchFunc(other, file, compareFiles); !ok {
			rest = append(rest, file)
		}
	}
	return rest
}

// checkFiles compares the bytes of documents that records name with those that are there.
func checkFiles(ctx context.Context, e *examination) (Finding, error) {
	slices.SortFunc(e.named, compareFiles)
	slices.SortFunc(e.stored, compareFiles)
	missing, err := e.stillSo(ctx, without(e.named, e.stored), false)
	if err != nil {
		return Finding{}, err
	}
	orphans, err := e.stillSo(ctx, without(e.stored, e.named), true)
	if err != nil {
		return Finding{}, err
	}
	var f Finding
	switch {
	case len(orphans) == 0:
		f, _ = fine("the files of documents are those that records name: %d", len(e.stored))
	case e.Serving:
		f, _ = warning("an upload may be under way; the service removes what has been so for an hour", "no record names %d stored files", len(orphans))
	case !e.Fix:
		f, _ = warning(withFix+"; a running service removes them by itself too", "no record names %d stored files", len(orphans))
	default:
		for _, file := range orphans {
			if err := e.Store.RemoveDocument(ctx, file.Customer, file.ID); err != nil {
				return Finding{}, err
			}
		}
		f = Finding{Level: OK, Text: "the files of documents are those that records name", Mended: fmt.Sprintf("removed %d files that no record names", len(orphans))}
	}
	if len(missing) > 0 {
		text := fmt.Sprintf("the bytes of documents are missing: %d pieces, the first of customer %s", len(missing), missing[0].Customer.ID)
		if f.Level != OK {
			text += "; " + f.Text
		}
		f.Level, f.Text, f.Remedy = Fault, text, strings.TrimSuffix(fromBackup+"; "+f.Remedy, "; ")
	}
	return f, nil
}

// stillSo returns those files that are as they were found: stored and not named, or named
// and not stored.
func (e *examination) stillSo(ctx context.Context, list []rows.StoredFile, stored bool) (rest []rows.StoredFile, err error) {
	for _, file := range list {
		named, known, err := e.names(ctx, file)
		if err != nil {
			return nil, err
		}
		if !known || named == stored {
			continue
		}
		if stored {
			rest = append(rest, file)
			continue
		}
		_, err = e.Store.Document(ctx, file.Customer, file.ID)
		if errors.Is(err, rows.ErrNotFound) {
			rest = append(rest, file)
		} else if err != nil {
			return nil, err
		}
	}
	return rest, nil
}

// names reports whether the record of its customer names a file; known is false for a
// record that cannot be read.
func (e *examination) names(ctx context.Context, file rows.StoredFile) (named, known bool, err error) {
	c, err := e.Store.Get(ctx, file.Customer)
	switch {
	case errors.Is(err, rows.ErrNotFound):
		return false, true, nil
	case errors.Is(err, rows.ErrDamaged):
		return false, false, nil
	case err != nil:
		return false, false, err
	}
	evidence.EachPiece(c, func(_, id tenancy.ID, _ string) { named = named || id == file.ID })
	return named, true, nil
}

// checkSealed opened every sealed field, and shows which key each is under.
func checkSealed(_ context.Context, e *examination) (Finding, error) {
	s := &e.sealed
	switch current := s.ByKey[e.Current]; {
	case s.Unopened > 0:
		return faulty("restore the key ring of this installation from your copy; if it is the right one, "+fromBackup,
			"%d of %d sealed fields do not open: %s", s.Unopened, s.Values, s.Faults())
	case current < s.Values:
		return warning("run `tenantry seal rotate` again: a rotation did not end", "%d sealed fields are not under key %d, which seals: %s", s.Values-current, e.Current, s.Keys())
	default:
		return fine("the key ring opens all sealed fields: %s", s.Keys())
	}
}
