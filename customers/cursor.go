package customers

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"tenantry/internal/fault"
)

// bookmark is what a cursor holds: the last row of a page, and how many rows the
// list had when it began.
type bookmark struct {
	After Position
	Total int64
}

// sealCursor writes a cursor: encrypted, so that it neither shows nor accepts
// anything, and bound to the list it belongs to.
func (s *Service) sealCursor(q Query, b bookmark) (string, error) {
	plain, err := json.Marshal(b)
	if err != nil {
		return "", fmt.Errorf("writing a cursor: %w", err)
	}
	box, err := s.sealer.SealBox(nil, cursorLabel(q), plain)
	if err != nil {
		return "", fmt.Errorf("sealing a cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(box), nil
}

// openCursor reads a cursor of the same list. It returns Invalid for any other.
func (s *Service) openCursor(q Query, text string) (bookmark, error) {
	var b bookmark
	box, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		var plain []byte
		if plain, err = s.sealer.OpenBox(nil, cursorLabel(q), box); err == nil {
			err = json.Unmarshal(plain, &b)
		}
	}
	if err != nil {
		return bookmark{}, fault.Wrap(err, fault.Invalid, fault.CodeValidation,
			"is not a cursor of this list with these filters and this order; begin again without it").About("cursor", fault.BadValue)
	}
	return b, nil
}

// cursorLabel identifies a list: whose, with which filters, in which order.
func cursorLabel(q Query) string {
	q.Limit, q.Offset, q.After, q.Count = 0, 0, nil, false
	identity, _ := json.Marshal(q) // plain data: cannot fail
	sum := sha256.Sum256(identity)
	return "cursor:" + base64.RawURLEncoding.EncodeToString(sum[:])
}
