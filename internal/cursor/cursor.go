package cursor

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"tenantry/internal/fault"
)

// Sealer encrypts bytes so that they open under the same label only. Cursors are
// sealed with the nil key, which is the sealer's own.
type Sealer interface {
	SealBox(key []byte, label string, plain []byte) ([]byte, error)
	OpenBox(key []byte, label string, box []byte) ([]byte, error)
}

// Seal returns the cursor of a list that holds a bookmark, as JSON.
func Seal(s Sealer, label string, bookmark any) (string, error) {
	plain, err := json.Marshal(bookmark)
	if err != nil {
		return "", fmt.Errorf("writing a cursor: %w", err)
	}
	return seal(s, label, plain)
}

// Open returns the bookmark of a cursor that Seal made. It returns Invalid about
// `cursor` for a text that is none of this list.
func Open[B any](s Sealer, label, text string) (B, error) {
	var bookmark, none B
	plain, err := open(s, label, text)
	if err == nil {
		err = json.Unmarshal(plain, &bookmark)
	}
	if err != nil {
		return none, foreign(err)
	}
	return bookmark, nil
}

// SealID returns the cursor of a list that goes on behind the row with an id.
func SealID(s Sealer, label string, id [12]byte) (string, error) {
	return seal(s, label, id[:])
}

// OpenID returns the id of a cursor that SealID made. It returns Invalid about
// `cursor` for a text that is none of this list.
func OpenID(s Sealer, label, text string) (id [12]byte, err error) {
	plain, err := open(s, label, text)
	if err == nil && len(plain) != len(id) {
		err = errors.New("it holds no id")
	}
	if err != nil {
		return id, foreign(err)
	}
	return [12]byte(plain), nil
}

func seal(s Sealer, label string, plain []byte) (string, error) {
	box, err := s.SealBox(nil, label, plain)
	if err != nil {
		return "", fmt.Errorf("sealing a cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(box), nil
}

func open(s Sealer, label, text string) ([]byte, error) {
	box, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	return s.OpenBox(nil, label, box)
}

// foreign returns the refusal of a text that is no cursor of the list, in the same
// words whatever is wrong with it.
func foreign(cause error) error {
	return fault.Wrap(fmt.Errorf("opening a cursor: %w", cause), fault.Invalid, fault.CodeValidation,
		"is not a cursor of this list with these filters and this order; begin again without it").About("cursor", fault.BadValue)
}
