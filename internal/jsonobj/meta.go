package jsonobj

import (
	"bytes"
	"encoding/json"
	"slices"

	"tenantry/internal/patch"
)

// MaxMembers bounds the members of one object that are read: a change may name keys
// to delete besides those to keep.
const MaxMembers = 100

// Member is one key of a JSON object with its value as sent.
type Member struct {
	Key   string
	Value json.RawMessage
}

// Members reads a JSON object in the order of its keys; a repeated key counts
// once, in its first place with its last value. It stops behind maxMembers keys.
// ok is false for anything else.
func Members(raw []byte) (list []Member, ok bool) {
	ok = Each(raw, func(m Member) bool {
		if at := slices.IndexFunc(list, func(other Member) bool { return other.Key == m.Key }); at >= 0 {
			list[at] = m
		} else {
			list = append(list, m)
		}
		return len(list) <= MaxMembers
	})
	return list, ok
}

// Each yields the members of a JSON object, repeated keys too, while more
// returns true. It returns false for anything but an object.
func Each(raw []byte, more func(Member) bool) bool {
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
		if !more(Member{Key: name, Value: value}) {
			break
		}
	}
	return true
}

// Write writes members as one JSON object, nil when there are none.
func Write(list []Member) patch.Raw {
	if len(list) == 0 {
		return nil
	}
	out := []byte{'{'}
	for i, m := range list {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, quoted(m.Key)...), ':'), m.Value...)
	}
	return append(out, '}')
}

// quoted returns a key as JSON, with no escape but those that JSON demands.
func quoted(key string) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(key) // a text in memory: cannot fail
	return bytes.TrimSuffix(out.Bytes(), []byte{'\n'})
}

// IsNull reports whether the text is the JSON null.
func IsNull(raw json.RawMessage) bool { return string(raw) == "null" }

// Text returns a JSON text without its quotes, and any other value as it is.
func Text(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return string(raw)
	}
	return text
}
