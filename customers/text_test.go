package customers

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// The last digits that are shown never are most of a number.
func TestLastFourShowsLittle(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "1": "", "12": "", "123": "23", "1234": "34", "12345": "45", "123456": "3456", "000123456789": "6789",
		"abcé123": "é123", "木木木木木木": "木木木木", "ééé": "éé", "é": "",
	} {
		if got := lastFour(text); got != want {
			t.Errorf("of %q it shows %q, want %q", text, got, want)
		}
	}
}

// unableSealer has fingerprints and seals nothing.
type unableSealer struct{ Sealer }

func (unableSealer) Fingerprint(tenancy.ID, string, secret.Text) string { return "f" }

func (unableSealer) Seal(tenancy.Ref, string, secret.Text) ([]byte, error) {
	return nil, errors.New("no randomness")
}

// Where sealing fails, the last four digits of a Social Security number fail the
// request; they are neither kept nor a crash.
func TestLastFourDigitsThatCannotBeSealed(t *testing.T) {
	t.Parallel()
	d := &draft{s: &Service{sealer: unableSealer{}}, c: &Customer{}}
	if sealed := d.sealTax(nil, secret.New("6789"), "ssn", whole); sealed != nil || d.err() == nil {
		t.Errorf("it gives %+v and the error %v", sealed, d.err())
	}
}

// Folding twice is folding once, so that what is compared folded is found again.
func TestFoldIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.String().Draw(r, "text")
		if once := Fold(text); Fold(once) != once {
			r.Fatalf("%q folds to %q, then to %q", text, once, Fold(once))
		}
	})
}
