package rules

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/internal/fault"
	"tenantry/internal/jsonobj"
	"tenantry/internal/patch"
)

// Limits of the meta of flat dialects.
const (
	maxFlatKeys = 64
	maxFlatText = 1024
)

// MetaText returns a value of free data as flat dialects show it: as the text that it is,
// or as Python writes it.
func MetaText(value json.RawMessage) string {
	switch string(value) {
	case "true":
		return "True"
	case "false":
		return "False"
	default:
		return jsonobj.Text(value)
	}
}

// flatMeta applies free data of texts, which replaces what is there; null clears it.
func flatMeta(d *registry.Draft, field patch.Field[patch.Raw], target *patch.Raw, path string) {
	if !field.Set {
		return
	}
	if field.Null {
		*target = nil
		return
	}
	sent, ok := jsonobj.Members(field.Value)
	switch {
	case !ok || !utf8.Valid(field.Value):
		d.Faults.Add(path, fault.BadValue, "must be an object of keys and texts")
		return
	case len(sent) > maxFlatKeys:
		d.Faults.Add(path, fault.TooMany, fmt.Sprintf("must have at most %d keys", maxFlatKeys))
		return
	}
	stored, _ := jsonobj.Members(*target)
	edits := jsonobj.Edits(stored, sent, MetaText)
	for _, m := range edits {
		var text string
		switch {
		case json.Unmarshal(m.Value, &text) != nil:
			d.Faults.Add(path, fault.BadValue, "must hold texts only, one level deep")
			return
		case !fields.IsMetaKey(m.Key):
			d.Faults.Add(path, fault.BadValue, "must have keys of 1 to 128 characters, none of them a control character")
			return
		case utf8.RuneCountInString(text) > maxFlatText:
			d.Faults.Add(path, fault.TooLong, fmt.Sprintf("must have values of length <= %d", maxFlatText))
			return
		}
	}
	next := jsonobj.Write(jsonobj.Merged(stored, edits))
	if len(next) > fields.MaxMetaBytes {
		d.Faults.Add(path, fault.TooLong, fmt.Sprintf("must have length <= %d in all", fields.MaxMetaBytes))
		return
	}
	*target = next
}
