package jsonobj

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Changed returns the JSON object that was sent without its echoes: the members that equal
// what shown, as it is encoded, has under the same name. What was shown and comes back as
// it was is no change, whatever the record holds for it. An echoed object is left out as a
// whole; of the objects that merged names, by their paths, the members are looked at one by
// one, because whoever reads the result merges them. Anything but an object is returned as
// it is.
func Changed(sent []byte, shown any, merged ...string) (json.RawMessage, error) {
	encoded, err := json.Marshal(shown)
	if err != nil {
		return nil, err
	}
	return changed(sent, encoded, "", merged), nil
}

func changed(sent, shown json.RawMessage, path string, merged []string) json.RawMessage {
	var was map[string]json.RawMessage
	if json.Unmarshal(shown, &was) != nil || was == nil {
		return sent
	}
	var kept []Member
	isObject := Each(sent, func(m Member) bool {
		before, isShown := was[m.Key]
		at := strings.TrimPrefix(path+"."+m.Key, ".")
		switch {
		case isShown && same(m.Value, before):
		case isShown && slices.Contains(merged, at):
			if m.Value = changed(m.Value, before, at, merged); string(m.Value) != "{}" {
				kept = append(kept, m)
			}
		default:
			kept = append(kept, m)
		}
		return true
	})
	switch {
	case !isObject:
		return sent
	case kept == nil:
		return json.RawMessage("{}")
	default:
		return Write(kept)
	}
}

// same reports whether a JSON value that was sent means the same as one that was shown:
// members in any order, numbers and texts however they are written.
func same(sent, shown json.RawMessage) bool {
	if bytes.Equal(sent, shown) {
		return true
	}
	first, ok := decoded(sent)
	if !ok {
		return false
	}
	second, ok := decoded(shown)
	return ok && sameValue(first, second)
}

func decoded(raw json.RawMessage) (value any, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	return value, decoder.Decode(&value) == nil
}

func sameValue(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, sameValue)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, sameValue)
	case json.Number:
		b, ok := b.(json.Number)
		return ok && sameNumber(a, b)
	default: // a text, true, false or null
		return a == b
	}
}

// Between exact and beyond there are whole numbers of which doubles hold several as one;
// beyond, records hold none.
const (
	exact  = 1 << 53
	beyond = 1 << 63
)

// sameNumber compares a number that was sent with one that was shown as doubles, which is
// what most readers make of them. Where those hold several whole numbers as one, only the
// one that such a reader writes is the same as the one that it read.
func sameNumber(sent, shown json.Number) bool {
	if sent == shown {
		return true
	}
	first, err := sent.Float64()
	if err != nil {
		return false
	}
	second, err := shown.Float64()
	if err != nil || first != second {
		return false
	}
	size := math.Abs(first)
	return size <= exact || size >= beyond || string(sent) == strconv.FormatFloat(second, 'f', -1, 64)
}

// Edits returns what makes of the members stored those that a client sent in their place,
// for a reader that merges: each that differs from what show makes of the stored one, and
// null for each that was left out or sent as null. A text that is sent as it was shown keeps
// the value behind it.
func Edits(stored, sent []Member, show func(json.RawMessage) string) []Member {
	var edits []Member
	for _, m := range stored {
		if value, found := Find(sent, m.Key); !found || IsNull(value) {
			edits = append(edits, Member{Key: m.Key, Value: json.RawMessage("null")})
		}
	}
	for _, m := range sent {
		value, found := Find(stored, m.Key)
		if IsNull(m.Value) || (found && show(value) == Text(m.Value)) {
			continue
		}
		edits = append(edits, m)
	}
	return edits
}

// Merged returns the members stored after edits: each replaces the one of its key or comes
// last, and null removes it.
func Merged(stored, edits []Member) []Member {
	all := slices.Clone(stored)
	for _, m := range edits {
		at := slices.IndexFunc(all, func(other Member) bool { return other.Key == m.Key })
		switch {
		case IsNull(m.Value) && at >= 0:
			all = slices.Delete(all, at, at+1)
		case IsNull(m.Value):
		case at >= 0:
			all[at] = m
		default:
			all = append(all, m)
		}
	}
	return all
}
