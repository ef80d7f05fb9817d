package installed

import (
	"fmt"
	"slices"
	"strings"

	"tenantry/customers/rows"
	"tenantry/internal/seal"
)

// MismatchError is returned when what was given does not belong to the installation.
type MismatchError struct {
	// Text says what is there and what is wanted, and Remedy what to do about it.
	Text, Remedy string
}

// Error returns the text.
func (e *MismatchError) Error() string { return e.Text }

// CheckSettings returns a *MismatchError if the settings are not those of the
// installation; where names what says so.
func CheckSettings(i rows.Installation, wanted Wanted, where string) error {
	switch {
	case i.Mode == Moving:
		return &MismatchError{
			Text:   fmt.Sprintf("%s says that installation %s is on its way into this store, and not whole yet", where, i.ID),
			Remedy: "run `tenantry move` again with the settings of the store that it comes from, which goes on",
		}
	case i.Engine != wanted.Engine && i.Engine == "mongodb":
		return &MismatchError{
			Text: fmt.Sprintf("%s says that installation %s keeps its customers in MongoDB (database %s), and the settings name no MongoDB", where, i.ID, i.Database),
			Remedy: "set store.mongo.uri (TENANTRY_STORE_MONGO_URI) again; for another installation name another directory with --data " +
				"and another key ring",
		}
	case i.Engine != wanted.Engine:
		return &MismatchError{
			Text:   fmt.Sprintf("%s says that installation %s keeps its customers in SQLite, and the settings name MongoDB", where, i.ID),
			Remedy: "take store.mongo.uri (TENANTRY_STORE_MONGO_URI) out; for another installation name another directory with --data and another key ring",
		}
	case i.Database != wanted.Database:
		return &MismatchError{
			Text:   fmt.Sprintf("%s says that installation %s keeps its customers in the database %s, and store.mongo.database is %s", where, i.ID, i.Database, wanted.Database),
			Remedy: "set store.mongo.database to " + i.Database,
		}
	case i.Mode == "live" && wanted.Mode != i.Mode:
		return &MismatchError{
			Text:   fmt.Sprintf("%s says that installation %s is live, and mode is %s, in which anybody could make customers and verify them by magic words", where, i.ID, wanted.Mode),
			Remedy: "set mode to live (TENANTRY_MODE), or name the configuration file with --config; a live installation never becomes a sandbox",
		}
	case i.Mode != wanted.Mode:
		return &MismatchError{
			Text: fmt.Sprintf("%s says that installation %s is a sandbox, and mode is %s", where, i.ID, wanted.Mode),
			Remedy: "set mode to sandbox; or begin a live installation in another directory; or run `tenantry promote`, which ends the keys " +
				"and verifications of the sandbox",
		}
	case i.Schema > wanted.Schema:
		return &MismatchError{
			Text:   fmt.Sprintf("%s says that installation %s has schema %d, and this program knows schemas up to %d", where, i.ID, i.Schema, wanted.Schema),
			Remedy: "start the newer release that wrote it, or restore a backup of this one",
		}
	}
	return nil
}

// CheckRing returns a *MismatchError if a ring is not the one of the installation, or an
// older or younger copy that lacks a key of it; source names where the ring is.
func CheckRing(i rows.Installation, ring *seal.Ring, source string) error {
	wanted := fmt.Sprintf("installation %s is sealed under key ring %s with %s", i.ID, i.Ring, numbered(keysOf(i)))
	if ring.Name() != i.Ring {
		return &MismatchError{
			Text:   fmt.Sprintf("%s, and %s is another one: %s with %s", wanted, source, ring.Name(), numbered(ring.Versions())),
			Remedy: "restore the key ring of this installation from your copy, or name it by seal.keyring_file; no other ring opens what it sealed",
		}
	}
	for _, k := range i.Keys {
		if plain, err := ring.OpenBox(nil, label(i), k.Proof); err == nil && string(plain) == i.Ring {
			continue
		}
		text := fmt.Sprintf("%s, and %s has %s", wanted, source, numbered(ring.Versions()))
		if slices.Contains(ring.Versions(), uint32(k.Number)) { //nolint:gosec // numbers of keys fit
			text = fmt.Sprintf("%s, and key %d in %s is another key of that number", wanted, k.Number, source)
		}
		return &MismatchError{
			Text:   text,
			Remedy: "it is a copy from before or after a rotation: restore the newest copy of the key ring, or the store that belongs to this one",
		}
	}
	return nil
}

// keysOf returns the numbers of the keys of the installation.
func keysOf(i rows.Installation) []uint32 {
	numbers := make([]uint32, len(i.Keys))
	for at, k := range i.Keys {
		numbers[at] = uint32(k.Number) //nolint:gosec // numbers of keys fit
	}
	return numbers
}

// numbered returns "key 2", or "keys 1 and 2".
func numbered(numbers []uint32) string {
	words := make([]string, len(numbers))
	for i, n := range numbers {
		words[i] = fmt.Sprint(n)
	}
	if len(words) == 1 {
		return "key " + words[0]
	}
	last := len(words) - 1
	return "keys " + strings.Join(words[:max(last, 0)], ", ") + " and " + words[max(last, 0)]
}
