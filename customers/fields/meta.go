package fields

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tenantry/customers/registry"
	"tenantry/internal/fault"
	"tenantry/internal/jsonobj"
	"tenantry/internal/patch"
)

// Limits of meta.
const (
	maxMetaKeys  = 50
	maxMetaText  = 500
	MaxMetaBytes = 8 << 10
	// maxMetaSentBytes bounds what is looked at, and so how much can be wrong.
	maxMetaSentBytes = 2 * MaxMetaBytes
)

// maxMetaKey is the longest key, in characters.
const maxMetaKey = 128

// IsMetaKey reports whether free data may have a key: 1 to 128 characters, none of them a
// control character.
func IsMetaKey(key string) bool {
	return key != "" && utf8.RuneCountInString(key) <= maxMetaKey && !strings.ContainsFunc(key, unicode.IsControl)
}

// Meta applies free data: keys merge, a null value deletes its key, null clears
// all. Values stay byte for byte as sent, and keys in the order first sent.
func Meta(d *registry.Draft, field patch.Field[patch.Raw], target *patch.Raw, path string) {
	if !field.Set {
		return
	}
	if field.Null {
		*target = nil
		return
	}
	if len(field.Value) > maxMetaSentBytes {
		d.Faults.Add(path, fault.TooLong, fmt.Sprintf("at most %d bytes in all", MaxMetaBytes))
		return
	}
	sent, ok := jsonobj.Members(field.Value)
	if !ok || !utf8.Valid(field.Value) {
		d.Faults.Add(path, fault.BadValue, "must be an object of your own keys and values")
		return
	}
	if len(sent) > jsonobj.MaxMembers {
		d.Faults.Add(path, fault.TooMany, fmt.Sprintf("at most %d keys", maxMetaKeys))
		return
	}
	for _, m := range sent {
		checkMember(d, m, path, true)
	}
	stored, _ := jsonobj.Members(*target)
	all := jsonobj.Merged(stored, sent)
	// A flat dialect may have left more, which may stay but not grow.
	if len(all) > max(maxMetaKeys, len(stored)) {
		d.Faults.Add(path, fault.TooMany, fmt.Sprintf("at most %d keys", maxMetaKeys))
	}
	next := jsonobj.Write(all)
	if len(next) > MaxMetaBytes {
		d.Faults.Add(path, fault.TooLong, fmt.Sprintf("at most %d bytes in all", MaxMetaBytes))
	}
	*target = next
}

// checkMember adds the faults of one key and its value; nested allows an object or list.
func checkMember(d *registry.Draft, m jsonobj.Member, path string, nested bool) {
	at := path + "." + m.Key
	if !IsMetaKey(m.Key) {
		d.Faults.Add(path, fault.BadValue, fmt.Sprintf("keys must have 1 to %d characters, none of them a control character", maxMetaKey))
		return
	}
	switch m.Value[0] {
	case '"':
		var text string
		if json.Unmarshal(m.Value, &text) == nil && utf8.RuneCountInString(text) > maxMetaText {
			d.Faults.Add(at, fault.TooLong, fmt.Sprintf("at most %d characters", maxMetaText))
		}
	case 't', 'f', 'n':
	case '{':
		// Repeated keys are kept as sent, so each of them is looked at.
		var inner []jsonobj.Member
		jsonobj.Each(m.Value, func(child jsonobj.Member) bool {
			inner = append(inner, child)
			return len(inner) <= maxMetaKeys
		})
		if !nested || len(inner) > maxMetaKeys {
			d.Faults.Add(at, fault.BadValue, fmt.Sprintf("at most one level of nesting, and %d keys in it", maxMetaKeys))
			return
		}
		for _, child := range inner {
			checkMember(d, child, at, false)
		}
	case '[':
		checkList(d, m.Value, at, nested)
	default:
		if !isNumber(string(m.Value)) {
			d.Faults.Add(at, fault.BadValue, "must be a number within the range of a double; send a longer one as a text")
		}
	}
}

// isNumber reports whether a JSON number is within what every reader holds: a double.
func isNumber(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

func checkList(d *registry.Draft, raw json.RawMessage, at string, nested bool) {
	var items []json.RawMessage
	if !nested || json.Unmarshal(raw, &items) != nil {
		d.Faults.Add(at, fault.BadValue, "at most one level of nesting")
		return
	}
	for _, item := range items {
		checkMember(d, jsonobj.Member{Key: "0", Value: item}, at, false)
	}
}
