package installed

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/seal"
	"tenantry/tenancy"
)

// Store is the port of the document.
type Store interface {
	// Installation reads the document. ErrNotFound.
	Installation(ctx context.Context) (rows.Installation, error)
	// SetInstallation writes the document over the one of the revision before its own; the
	// first revision is 1. ErrStale.
	SetInstallation(ctx context.Context, i rows.Installation) error
}

// Moving is the mode of a document in a store that an installation moves into, until it is
// whole: no process serves such a store, also none of an earlier build.
const Moving = "moving"

// Wanted is what the settings and the program say of an installation.
type Wanted struct {
	Mode, Engine, Database string
	// Schema is the version of the schema that the program writes.
	Schema int64
}

// New returns the document of an installation that begins, with the keys of its ring.
func New(wanted Wanted, ring *seal.Ring, now time.Time, random io.Reader) (rows.Installation, error) {
	id, err := tenancy.NewID(now, random)
	if err != nil {
		return rows.Installation{}, fmt.Errorf("making the id of the installation: %w", err)
	}
	made := rows.Installation{
		ID: id, Mode: wanted.Mode, Engine: wanted.Engine, Database: wanted.Database, Schema: wanted.Schema,
		Ring: ring.Name(), Created: now.UTC().Truncate(time.Millisecond),
	}
	made, err = WithKeys(made, ring)
	return made, err
}

// WithKeys returns the document with exactly the keys of a ring, each with its proof; a
// key that the document has keeps the one it has.
func WithKeys(i rows.Installation, ring *seal.Ring) (rows.Installation, error) {
	var proven []rows.InstallationKey
	for _, number := range ring.Versions() {
		if at := slices.IndexFunc(i.Keys, func(k rows.InstallationKey) bool { return k.Number == int64(number) }); at >= 0 {
			proven = append(proven, i.Keys[at])
			continue
		}
		proof, err := ring.SealBoxUnder(number, label(i), []byte(ring.Name()))
		if err != nil {
			return rows.Installation{}, fmt.Errorf("proving key %d: %w", number, err)
		}
		proven = append(proven, rows.InstallationKey{Number: int64(number), Proof: proof})
		i.Newest = max(i.Newest, int64(number))
	}
	i.Keys = proven
	return i, nil
}

// Needs reports whether something may be sealed under the key of that number.
func Needs(i rows.Installation, number uint32) bool {
	return slices.ContainsFunc(i.Keys, func(k rows.InstallationKey) bool { return k.Number == int64(number) })
}

// Newest returns the highest number that a key of the ring ever had.
func Newest(i rows.Installation) uint32 {
	return uint32(min(max(i.Newest, 0), math.MaxUint32))
}

// label binds a proof to its installation.
func label(i rows.Installation) string { return "installation:" + i.ID.String() }
