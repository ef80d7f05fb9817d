package cursor_test

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/internal/cursor"
	"tenantry/internal/fault"
	"tenantry/internal/seal"
)

type mark struct {
	After time.Time
	Name  string
	Total int64
}

var (
	here = mark{After: time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC), Name: "Ada", Total: 7}
	id   = [12]byte{1, 2, 3, 11: 12}
)

func ring(t *testing.T) *seal.Ring {
	t.Helper()
	r, err := seal.Generate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// both returns the cursors of one label: of a bookmark, and of an id.
func both(t *testing.T, s cursor.Sealer, label string) (ofMark, ofID string) {
	t.Helper()
	ofMark, err := cursor.Seal(s, label, here)
	if err != nil {
		t.Fatal(err)
	}
	if ofID, err = cursor.SealID(s, label, id); err != nil {
		t.Fatal(err)
	}
	return ofMark, ofID
}

// refused demands that a text opens neither way, in the same words, and gives nothing.
func refused(t *testing.T, s cursor.Sealer, label, name, text string) {
	t.Helper()
	gotMark, err := cursor.Open[mark](s, label, text)
	gotID, errID := cursor.OpenID(s, label, text)
	for _, err := range []error{err, errID} {
		e, ok := errors.AsType[*fault.Error](err)
		if !ok || e.Kind != fault.Invalid || e.Code != fault.CodeValidation || e.Field != "cursor" || e.Detail != fault.BadValue ||
			e.Value != "" || e.Text != "is not a cursor of this list with these filters and this order; begin again without it" {
			t.Errorf("%s: it is refused with %v", name, err)
		}
	}
	if gotMark != (mark{}) || gotID != [12]byte{} {
		t.Errorf("%s: it opens as %v and %v", name, gotMark, gotID)
	}
}

// A cursor gives back what was sealed, also after the key was rotated.
func TestCursorsOpen(t *testing.T) {
	t.Parallel()
	older := ring(t)
	ofMark, ofID := both(t, older, "list")
	newer, err := older.AddVersion(rand.Reader, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []*seal.Ring{older, newer} {
		if got, err := cursor.Open[mark](r, "list", ofMark); err != nil || got != here {
			t.Errorf("the bookmark is %v, %v", got, err)
		}
		if got, err := cursor.OpenID(r, "list", ofID); err != nil || got != id {
			t.Errorf("the id is %v, %v", got, err)
		}
	}
}

// The form of a cursor is fixed, for clients keep them: the URL-safe base64 without
// padding of a box under the sealer's own key and the very label, which holds JSON or
// the bytes of an id.
func TestTheFormOfACursor(t *testing.T) {
	t.Parallel()
	r := ring(t)
	ofMark, ofID := both(t, r, "list")
	for text, want := range map[string]string{ofMark: `{"After":"2026-03-04T10:15:30Z","Name":"Ada","Total":7}`, ofID: string(id[:])} {
		t.Run(text, func(t *testing.T) {
			box, err := base64.RawURLEncoding.DecodeString(text)
			if err != nil {
				t.Fatal(err)
			}
			if plain, err := r.OpenBox(nil, "list", box); err != nil || string(plain) != want {
				t.Errorf("it holds %q, %v; want %q", plain, err, want)
			}
			if strings.Contains(string(box), "Ada") || strings.Contains(string(box), string(id[:])) {
				t.Errorf("%q shows what it holds", box)
			}
		})
	}
}

// A cursor of another list or of another installation, one that was changed in any
// byte, cut or extended, and a text that never was one, are each refused alike.
func TestForeignCursorsAreRefused(t *testing.T) {
	t.Parallel()
	r := ring(t)
	ofMark, ofID := both(t, r, "list")
	otherMark, otherID := both(t, ring(t), "list")
	for name, text := range map[string]string{
		"nothing": "", "no base64": "!", "a word": "x", "plain JSON": base64.RawURLEncoding.EncodeToString([]byte(`{"Total":7}`)),
		"padding": ofMark + "=", "long": strings.Repeat("A", 1<<16), "another key": otherMark, "another key, an id": otherID,
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, r, "list", name, text)
		})
	}
	for _, genuine := range []string{ofMark, ofID} {
		t.Run(genuine, func(t *testing.T) {
			for _, label := range []string{"", "lis", "list2", "List"} {
				refused(t, r, label, "label "+label, genuine)
			}
			box, err := base64.RawURLEncoding.DecodeString(genuine)
			if err != nil {
				t.Fatal(err)
			}
			refused(t, r, "list", "cut", base64.RawURLEncoding.EncodeToString(box[:len(box)-1]))
			refused(t, r, "list", "extended", base64.RawURLEncoding.EncodeToString(append(slices.Clone(box), 0)))
			for i := range box {
				changed := slices.Clone(box)
				changed[i] ^= 1 << (i % 8)
				refused(t, r, "list", "changed", base64.RawURLEncoding.EncodeToString(changed))
			}
		})
	}
	if got, err := cursor.OpenID(r, "list", ofMark); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a bookmark opens as the id %v, %v", got, err)
	}
	if got, err := cursor.Open[mark](r, "list", ofID); fault.KindOf(err) != fault.Invalid || got != (mark{}) {
		t.Errorf("an id opens as the bookmark %v, %v", got, err)
	}
}
