package customers

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// Limits of the meta of flat faces, whose keys may be any text.
const (
	maxFlatKeys = 64
	maxFlatKey  = 128
	maxFlatText = 1024
)

// flatMeta applies free data of texts, which replaces what is there; null clears it.
func (d *draft) flatMeta(field patch.Field[patch.Raw], target *patch.Raw, path string) {
	if !field.Set {
		return
	}
	if field.Null {
		*target = nil
		return
	}
	sent, ok := members(field.Value)
	switch {
	case !ok || !utf8.Valid(field.Value):
		d.faults.Add(path, fault.BadValue, "must be an object of keys and texts")
		return
	case len(sent) > maxFlatKeys:
		d.faults.Add(path, fault.TooMany, fmt.Sprintf("must have at most %d keys", maxFlatKeys))
		return
	}
	for _, m := range sent {
		var text string
		switch {
		case json.Unmarshal(m.value, &text) != nil:
			d.faults.Add(path, fault.BadValue, "must hold texts only, one level deep")
			return
		case m.key == "" || utf8.RuneCountInString(m.key) > maxFlatKey:
			d.faults.Add(path, fault.TooLong, fmt.Sprintf("must have keys of length 1 to %d", maxFlatKey))
			return
		case utf8.RuneCountInString(text) > maxFlatText:
			d.faults.Add(path, fault.TooLong, fmt.Sprintf("must have values of length <= %d", maxFlatText))
			return
		}
	}
	next := object(sent)
	if len(next) > maxMetaBytes {
		d.faults.Add(path, fault.TooLong, fmt.Sprintf("must have length <= %d in all", maxMetaBytes))
		return
	}
	*target = next
}
