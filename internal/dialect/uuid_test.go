package dialect_test

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"

	"tenantry/internal/dialect"
	"tenantry/tenancy"
)

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

// Every id is one UUID of version 8, and that UUID is that id again.
func TestUUIDsAreIDs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var id tenancy.ID
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 12, 12).Draw(t, "id"))
		if id.IsZero() {
			return
		}
		text := dialect.UUID(id)
		got, ok := dialect.ParseUUID(text)
		if !uuidForm.MatchString(text) || !ok || got != id {
			t.Fatalf("%s is %s and then %s (%t)", id, text, got, ok)
		}
	})
}

// What reads as an id writes as the same text: no two texts name one record, but
// for capitals.
func FuzzParseUUID(f *testing.F) {
	for _, seed := range []string{
		"", "65be9a3f-1c2d-8000-8000-4e5f60718293", "65BE9A3F-1C2D-8000-8000-4E5F60718293", "65be9a3f1c2d4e5f60718293",
		"65be9a3f-1c2d-4000-8000-4e5f60718293", "00000000-0000-8000-8000-000000000000", "65be9a3f-1c2d-8000-8000-4e5f6071829", "é5be9a3f-1c2d-8000-8000-4e5f6071829",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		id, ok := dialect.ParseUUID(text)
		if ok && regexp.MustCompile("(?i)^"+dialect.UUID(id)+"$").FindString(text) == "" {
			t.Errorf("%q reads as %s", text, dialect.UUID(id))
		}
	})
}

// A part of something is one UUID of version 8, and that UUID is that part again; the
// first part has the UUID of the whole.
func TestPartsHaveUUIDsOfTheirOwn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var id tenancy.ID
		copy(id[:], rapid.SliceOfN(rapid.Byte(), 12, 12).Draw(t, "id"))
		if id.IsZero() {
			return
		}
		n := rapid.IntRange(0, 4095).Draw(t, "n")
		text := dialect.PartUUID(id, n)
		got, part, ok := dialect.ParsePartUUID(text)
		if !uuidForm.MatchString(text) || !ok || got != id || part != n || (text == dialect.UUID(id)) != (n == 0) {
			t.Fatalf("part %d of %s is %s and then %d of %s (%t)", n, id, text, part, got, ok)
		}
	})
	for _, text := range []string{"", "65be9a3f-1c2d-8000-8+01-4e5f60718293", "65be9a3f-1c2d-4000-8000-4e5f60718293"} {
		t.Run(text, func(t *testing.T) {
			if _, _, ok := dialect.ParsePartUUID(text); ok {
				t.Errorf("%q names something", text)
			}
		})
	}
}
