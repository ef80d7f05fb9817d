package customers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"unicode/utf8"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// Limits of meta.
const (
	maxMetaKeys  = 50
	maxMetaText  = 500
	maxMetaBytes = 8 << 10
	// maxMetaSentBytes bounds what is looked at, and so how much can be wrong.
	maxMetaSentBytes = 2 * maxMetaBytes
)

var metaKey = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

// maxMembers bounds the members of one object that are read: a change may name keys
// to delete besides those to keep.
const maxMembers = 100

// member is one key of a JSON object with its value as sent.
type member struct {
	key   string
	value json.RawMessage
}

// meta applies free data: keys merge, a null value deletes its key, null clears
// all. Values stay byte for byte as sent, and keys in the order first sent.
func (d *draft) meta(field patch.Field[patch.Raw], target *patch.Raw, path string) {
	if !field.Set {
		return
	}
	if field.Null {
		*target = nil
		return
	}
	if len(field.Value) > maxMetaSentBytes {
		d.faults.Add(path, fault.TooLong, fmt.Sprintf("at most %d bytes in all", maxMetaBytes))
		return
	}
	sent, ok := members(field.Value)
	if !ok || !utf8.Valid(field.Value) {
		d.faults.Add(path, fault.BadValue, "must be an object of your own keys and values")
		return
	}
	if len(sent) > maxMembers {
		d.faults.Add(path, fault.TooMany, fmt.Sprintf("at most %d keys", maxMetaKeys))
		return
	}
	all, _ := members(*target)
	for _, m := range sent {
		d.checkMember(m, path, true)
		at := slices.IndexFunc(all, func(other member) bool { return other.key == m.key })
		switch {
		case isNull(m.value) && at >= 0:
			all = slices.Delete(all, at, at+1)
		case isNull(m.value):
		case at >= 0:
			all[at] = m
		default:
			all = append(all, m)
		}
	}
	if len(all) > maxMetaKeys {
		d.faults.Add(path, fault.TooMany, fmt.Sprintf("at most %d keys", maxMetaKeys))
	}
	next := object(all)
	if len(next) > maxMetaBytes {
		d.faults.Add(path, fault.TooLong, fmt.Sprintf("at most %d bytes in all", maxMetaBytes))
	}
	*target = next
}

// checkMember notes what is wrong with one key and value; nested tells whether
// an object or list may stand here.
func (d *draft) checkMember(m member, path string, nested bool) {
	at := path + "." + m.key
	if !metaKey.MatchString(m.key) {
		d.faults.Add(path, fault.BadValue, "keys must be 1 to 64 of A-Z a-z 0-9 _ . -")
		return
	}
	switch m.value[0] {
	case '"':
		var text string
		if json.Unmarshal(m.value, &text) == nil && utf8.RuneCountInString(text) > maxMetaText {
			d.faults.Add(at, fault.TooLong, fmt.Sprintf("at most %d characters", maxMetaText))
		}
	case '{':
		// Repeated keys are kept as sent, so each of them is looked at.
		var inner []member
		eachMember(m.value, func(child member) bool {
			inner = append(inner, child)
			return len(inner) <= maxMetaKeys
		})
		if !nested || len(inner) > maxMetaKeys {
			d.faults.Add(at, fault.BadValue, fmt.Sprintf("at most one level of nesting, and %d keys in it", maxMetaKeys))
			return
		}
		for _, child := range inner {
			d.checkMember(child, at, false)
		}
	case '[':
		d.checkList(m.value, at, nested)
	}
}

func (d *draft) checkList(raw json.RawMessage, at string, nested bool) {
	var items []json.RawMessage
	if !nested || json.Unmarshal(raw, &items) != nil {
		d.faults.Add(at, fault.BadValue, "at most one level of nesting")
		return
	}
	for _, item := range items {
		d.checkMember(member{key: "0", value: item}, at, false)
	}
}

// members reads a JSON object in the order of its keys; a repeated key counts
// once, in its first place with its last value. It stops behind maxMembers keys.
// ok is false for anything else.
func members(raw []byte) (list []member, ok bool) {
	ok = eachMember(raw, func(m member) bool {
		if at := slices.IndexFunc(list, func(other member) bool { return other.key == m.key }); at >= 0 {
			list[at] = m
		} else {
			list = append(list, m)
		}
		return len(list) <= maxMembers
	})
	return list, ok
}

// eachMember tells the members of a JSON object, repeated keys too, while more
// says so. It is false for anything else.
func eachMember(raw []byte, more func(member) bool) bool {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return false
	}
	for decoder.More() {
		key, err := decoder.Token()
		name, isText := key.(string)
		var value json.RawMessage
		if err != nil || !isText || decoder.Decode(&value) != nil {
			return false
		}
		if !more(member{key: name, value: value}) {
			break
		}
	}
	return true
}

// object writes members as one JSON object, nil when there are none.
func object(list []member) patch.Raw {
	if len(list) == 0 {
		return nil
	}
	out := []byte{'{'}
	for i, m := range list {
		if i > 0 {
			out = append(out, ',')
		}
		key, _ := json.Marshal(m.key) // a checked key needs no escape
		out = append(append(append(out, key...), ':'), m.value...)
	}
	return append(out, '}')
}

func isNull(raw json.RawMessage) bool { return string(raw) == "null" }

// textOf gives a JSON text without its quotes, and any other value as it is.
func textOf(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return string(raw)
	}
	return text
}
