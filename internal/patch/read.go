package patch

import (
	"bytes"
	"encoding/json"
)

// MaxItems bounds the members of one object and the items of one list, so that no body
// costs many times its own size to read. Resources have tighter limits of their own.
const MaxItems = 1000

// maxName is how much of an unknown member's name a fault repeats, in characters.
const maxName = 64

// readMembers returns the members of a JSON object by name; none is repeated in what
// Object returned. It stops after MaxItems, and then whole is false. ok is false for a value that
// is not an object. raw must be valid JSON.
func readMembers(raw json.RawMessage) (members map[string]json.RawMessage, whole, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, false, false
	}
	members = map[string]json.RawMessage{}
	for read := 0; decoder.More(); read++ {
		if read == MaxItems {
			return nil, false, true
		}
		key, err := decoder.Token()
		name, isText := key.(string)
		var value json.RawMessage
		if err != nil || !isText || decoder.Decode(&value) != nil {
			return nil, false, false
		}
		members[name] = value
	}
	return members, true, true
}

// readItems returns the items of a JSON list. It stops after MaxItems, and then whole is
// false. ok is false for a value that is not a list. raw must be valid JSON.
func readItems(raw json.RawMessage) (items []json.RawMessage, whole, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if start, err := decoder.Token(); err != nil || start != json.Delim('[') {
		return nil, false, false
	}
	items = []json.RawMessage{}
	for decoder.More() {
		var value json.RawMessage
		if len(items) == MaxItems {
			return nil, false, true
		}
		if decoder.Decode(&value) != nil {
			return nil, false, false
		}
		items = append(items, value)
	}
	return items, true, true
}

// short cuts a name that is too long to repeat.
func short(name string) string {
	count := 0
	for at := range name {
		if count == maxName {
			return name[:at] + "…"
		}
		count++
	}
	return name
}

// repeated returns the name of a member that an object within raw has twice. Of objects
// with more than MaxItems members it looks at the first ones only: those are refused.
// raw must be valid JSON, so only names are followed by a colon.
func repeated(raw json.RawMessage) (name string, found bool) {
	var open []map[string]bool // the names of the objects, and of lists none, around the place
	for at := 0; at < len(raw); at++ {
		switch raw[at] {
		case '{', '[':
			open = append(open, nil)
		case '}', ']':
			open = open[:len(open)-1]
		case '"':
			end := endOfText(raw, at)
			text := raw[at:end]
			if at = end - 1; !bytes.HasPrefix(bytes.TrimLeft(raw[end:], " \t\r\n"), []byte(":")) {
				continue
			}
			names := &open[len(open)-1]
			if json.Unmarshal(text, &name) != nil || (*names)[name] {
				return name, true
			}
			if *names == nil {
				*names = map[string]bool{}
			}
			if len(*names) < MaxItems {
				(*names)[name] = true
			}
		}
	}
	return "", false
}

// endOfText returns where the text that begins at a quotation mark ends, behind the mark
// that ends it.
func endOfText(raw []byte, at int) int {
	for at++; at < len(raw) && raw[at] != '"'; at++ {
		if raw[at] == '\\' {
			at++
		}
	}
	return min(at+1, len(raw))
}
