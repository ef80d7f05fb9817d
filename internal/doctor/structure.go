package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/installed"
	"tenantry/tenancy"
)

const fromBackup = "restore the newest backup that `tenantry restore --check` finds whole, or that record of it"

// checkInstallation looks whether store, key ring and settings belong together.
func checkInstallation(ctx context.Context, e *examination) (Finding, error) {
	err := e.Intact(ctx)
	if mismatch, ok := errors.AsType[*installed.MismatchError](err); ok {
		return faulty(mismatch.Remedy, "%s", mismatch.Text)
	}
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return faulty("put it right and start the service again", "%s (%v)", e.Text, errors.Unwrap(e))
	}
	if err != nil {
		return Finding{}, err
	}
	return fine("store, key ring and settings belong together")
}

// checkIntegrity shows what the engine found wrong with its own structure.
func checkIntegrity(_ context.Context, e *examination) (Finding, error) {
	if errors.Is(e.structure, rows.ErrDamaged) {
		return faulty(fromBackup, "the database is damaged: %s", strings.ReplaceAll(e.structure.Error(), "\n", "; "))
	}
	if e.structure != nil {
		return Finding{}, e.structure
	}
	return fine("the structure of the database is sound")
}

// checkIndexes looks for indexes that the schema has and the store lacks.
func checkIndexes(ctx context.Context, e *examination) (Finding, error) {
	missing, err := e.Store.MissingIndexes(ctx)
	if err != nil {
		return Finding{}, err
	}
	if len(missing) == 0 {
		return fine("no index is missing")
	}
	names := strings.Join(missing, ", ")
	if !e.Fix {
		return faulty(withFix+"; writes wait while an index is made", "indexes are missing, so that lists are slow: %s", names)
	}
	if err := e.Store.MakeIndexes(ctx); err != nil {
		return Finding{}, err
	}
	return Finding{Level: OK, Text: "no index is missing any more", Mended: "made " + names}, nil
}

// checkRecords returns a fault for records that cannot be read. They hold up no other
// record, but are lost to those who ask for them.
func checkRecords(_ context.Context, e *examination) (Finding, error) {
	if len(e.damaged) == 0 {
		return fine("all %d customers, %d events and %d reservations can be read", len(e.known), e.events, e.reservations)
	}
	var first []string
	for _, d := range e.damaged[:min(len(e.damaged), mostNamed)] {
		first = append(first, strings.TrimSpace(d.Kind+" "+idOf(d.ID))+" ("+d.Cause.Error()+")")
	}
	return faulty(fromBackup, "%d records cannot be read and are left out of every answer: %s", len(e.damaged), andMore(first, len(e.damaged)))
}

func idOf(id tenancy.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// andMore joins the first of many names.
func andMore(first []string, all int) string {
	text := strings.Join(first, ", ")
	if more := all - len(first); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// named returns the first of many ids as text.
func named(ids []tenancy.ID) string {
	var first []string
	for _, id := range ids[:min(len(ids), mostNamed)] {
		first = append(first, id.String())
	}
	return andMore(first, len(ids))
}

// unreadable counts the customers that cannot be read, and so were not walked over.
func (e *examination) unreadable() (count int64) {
	for _, d := range e.damaged {
		if d.Kind == "customer" {
			count++
		}
	}
	return count
}

// checkChildren compares what the engine keeps counted below each customer with a walk
// over all of them.
func checkChildren(ctx context.Context, e *examination) (Finding, error) {
	if !e.keeps && len(e.counted) == 0 {
		return fine("no customer has any below it")
	}
	var wrong []tenancy.ID
	if e.keeps {
		slack := e.unreadable()
		differs := func(kept, walked int64) bool { return kept < walked || kept > walked+slack }
		for id, kept := range e.kept {
			var walked below
			if b := e.counted[id]; b != nil {
				walked = *b
			}
			if differs(kept.Direct, walked.direct) || differs(kept.Tallied, walked.direct) || differs(kept.Deep, walked.deep) || differs(kept.Listed, walked.deep) {
				wrong = append(wrong, id)
			}
		}
		for id := range e.counted {
			if _, ok := e.kept[id]; !ok {
				wrong = append(wrong, id)
			}
		}
	}
	if len(wrong) == 0 {
		return fine("the counts below %d customers are those of a walk", len(e.counted))
	}
	slices.SortFunc(wrong, func(a, b tenancy.ID) int { return bytes.Compare(a[:], b[:]) })
	if !e.Fix {
		return faulty(withFix, "what is counted below %d customers is not what a walk finds: %s", len(wrong), named(wrong))
	}
	for _, id := range wrong {
		if err := e.Store.Recount(ctx, id); err != nil {
			return Finding{}, err
		}
	}
	return Finding{Level: OK, Text: fmt.Sprintf("the counts below %d customers are those of a walk", len(e.counted)), Mended: fmt.Sprintf("counted below %d customers anew: %s", len(wrong), named(wrong))}, nil
}

// checkReferences looks for records that name a customer which does not exist, and for
// customers that are not below the parent that they name.
func checkReferences(ctx context.Context, e *examination) (Finding, error) {
	var lost []string
	astray := slices.Clone(e.astray)
	for parent, path := range e.claimed {
		if at, ok := e.find(parent); ok {
			if e.known[at].path != path {
				astray = append(astray, parent)
			}
			continue
		}
		_, err := e.Store.GetAnywhere(ctx, parent)
		switch {
		case errors.Is(err, rows.ErrNotFound):
			lost = append(lost, "customers name the parent "+parent.String())
		case err != nil && !errors.Is(err, rows.ErrDamaged): // that is a matter of records
			return Finding{}, err
		}
	}
	for _, r := range e.homeless {
		gone, err := e.isGone(ctx, r.customer)
		if err != nil {
			return Finding{}, err
		}
		if gone {
			lost = append(lost, r.kind+" "+r.id.String()+" names customer "+r.customer.ID.String())
		}
	}
	if len(lost) == 0 && len(astray) == 0 {
		return fine("every record names a customer that exists")
	}
	slices.Sort(lost)
	var says []string
	if len(lost) > 0 {
		says = append(says, fmt.Sprintf("%d references lead nowhere: %s", len(lost), andMore(lost[:min(len(lost), mostNamed)], len(lost))))
	}
	if len(astray) > 0 {
		slices.SortFunc(astray, func(a, b tenancy.ID) int { return bytes.Compare(a[:], b[:]) })
		says = append(says, fmt.Sprintf("%d customers have another path than their parent: %s", len(astray), named(astray)))
	}
	return faulty(fromBackup, "%s", strings.Join(says, "; "))
}

// isGone reports whether there is no such customer, nor what an erasure would have left. An
// activity keeps its customer from being erased, and an event outlives it.
func (e *examination) isGone(ctx context.Context, ref tenancy.Ref) (bool, error) {
	_, err := e.Store.GetAnywhere(ctx, ref.ID)
	if errors.Is(err, rows.ErrNotFound) {
		_, err = e.Store.Tombstone(ctx, ref)
	}
	if errors.Is(err, rows.ErrDamaged) {
		err = nil
	}
	if errors.Is(err, rows.ErrNotFound) {
		return true, nil
	}
	return false, err
}
